"""How a GAN without an encoder is trained, whatever its layers: put together from updates, objectives and batches."""

from collections.abc import Callable, Mapping

from workflow.data.batches import Batches
from workflow.data.dataset import Images
from workflow.networks.gan import GAN
from workflow.training.loop import Trainer
from workflow.training.losses import AdversarialLoss
from workflow.training.optimizers import adam
from workflow.training.precision import autocast
from workflow.training.traced import eager
from workflow.training.updates import AuxiliaryLoss, MultiStep, Side


def trainer(
    gan: GAN,
    images: Images,
    epochs: int,
    objective: AdversarialLoss,
    terms: Mapping[str, AuxiliaryLoss],
    compute: Callable[[Side], Side] = eager,
) -> Trainer:
    """Return a run of a GAN's recipe at its beginning.

    Args:
        gan: The networks, on the device of the images, their weights drawn.
        images: The training images.
        epochs: How long.
        objective: What both sides minimise.
        terms: What joins the discriminator's loss.
        compute: How losses and gradients are computed, `eager` or `Traced`.
    """
    recipe = gan.recipe
    optimizers = {
        "discriminator": adam([gan.discriminator], recipe.discriminator_learning_rate, recipe.optimizer),
        "generator": adam([gan.generator], recipe.generator_learning_rate, recipe.optimizer),
    }
    context = autocast(images.pixels.device, recipe.precision)
    update = MultiStep(gan, optimizers, context, objective, recipe.discriminator_steps, recipe.generator_steps, terms, compute)
    return Trainer(update, Batches(images, recipe, None), recipe, epochs)
