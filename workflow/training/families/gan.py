"""How a GAN without an encoder is trained, whatever its layers: put together from updates, losses and batches."""

from collections.abc import Callable, Mapping

from workflow.data.batches import Batches
from workflow.data.dataset import Images
from workflow.networks.gan import GAN
from workflow.params.gan import GanRecipe
from workflow.training.loop import Trainer
from workflow.training.losses import AdversarialLoss
from workflow.training.optimizers import adam
from workflow.training.precision import autocast
from workflow.training.updates.base import AuxiliaryLoss
from workflow.training.updates.multi_step import MultiStep, Side, eager


def build_gan(
    gan: GAN,
    recipe: GanRecipe,
    images: Images,
    epochs: int,
    adversarial_loss: AdversarialLoss,
    auxiliary_losses: Mapping[str, AuxiliaryLoss],
    compute: Callable[[Side], Side] = eager,
) -> Trainer:
    """Return a run of a GAN's recipe at its beginning; what virtual batch normalization refers to is drawn here.

    Args:
        gan: The networks, on the device of the images, their weights drawn.
        recipe: How they are trained.
        images: The training images.
        epochs: How long.
        adversarial_loss: What both sides minimise.
        auxiliary_losses: What joins the discriminator's loss.
        compute: How losses and gradients are computed, `eager` or `Traced`.
    """
    gan.choose_reference(images, recipe.reference_images)
    optimizers = {
        "discriminator": adam([gan.discriminator], recipe.discriminator_learning_rate, recipe.optimizer),
        "generator": adam([gan.generator], recipe.generator_learning_rate, recipe.optimizer),
    }
    context, steps = autocast(images.pixels.device, recipe.precision), (recipe.discriminator_steps, recipe.generator_steps)
    one_latent = recipe.latents == "per-batch"
    update = MultiStep(gan, optimizers, context, adversarial_loss, auxiliary_losses, *steps, one_latent, compute)
    return Trainer(update, Batches(images, recipe, None), recipe, epochs)
