"""How a conditional GAN of dense layers is trained."""

from workflow import gan_training
from workflow.data import Images
from workflow.networks.cgan import CGAN
from workflow.objectives import OBJECTIVES
from workflow.params.cgan import CganRecipe
from workflow.traced import Traced
from workflow.training import Trainer


def trainer(recipe: CganRecipe, images: Images, epochs: int) -> Trainer:
    """Return a run of a recipe at its beginning, its weights and its reference batch drawn.

    Args:
        recipe: What the networks are like and how they are trained.
        images: The training images, on the device.
        epochs: How long.
    """
    gan = CGAN(recipe, images.pixels[0].numel()).to(images.pixels.device)
    gan.choose_reference(images)
    objective = OBJECTIVES["cross-entropy"]  # "sigmoid cross entropy": Report D §2.1
    return gan_training.trainer(gan, images, epochs, objective, {}, Traced)
