"""How a conditional GAN of dense layers is trained: its recipe put together from updates, objectives and batches."""

from workflow.batches import Batches
from workflow.data import Images
from workflow.networks.cgan import CGAN
from workflow.objectives import OBJECTIVES
from workflow.optimizers import adam
from workflow.params.cgan import CganRecipe
from workflow.precision import autocast
from workflow.training import Trainer
from workflow.updates import Rounds


def trainer(recipe: CganRecipe, images: Images, epochs: int) -> Trainer:
    """Return a run of a recipe at its beginning, its weights and its reference batch drawn.

    Args:
        recipe: What the networks are like and how they are trained.
        images: The training images, on the device.
        epochs: How long.
    """
    device = images.pixels.device
    gan = CGAN(recipe, images.pixels[0].numel()).to(device)
    if recipe.normalization == "virtual":
        gan.choose_reference(images)
    generator = recipe.optimizer.model_copy(update={"learning_rate": recipe.generator_learning_rate})
    optimizers = {"discriminator": adam([gan.discriminator], recipe.optimizer), "generator": adam([gan.generator], generator)}
    context, objective = autocast(device, recipe.precision), OBJECTIVES["cross-entropy"]  # "sigmoid cross entropy": Report D §2.1
    update = Rounds(gan, optimizers, context, objective, recipe.discriminator_steps, recipe.generator_steps)
    return Trainer(update, Batches(images, recipe, None), recipe, epochs)
