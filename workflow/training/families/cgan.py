"""How a conditional GAN of dense layers is trained."""

from workflow.data.dataset import Images
from workflow.networks.cgan import CGAN
from workflow.params.cgan import CganRecipe
from workflow.training.families import gan as gan_training
from workflow.training.loop import Trainer
from workflow.training.losses import ADVERSARIAL_LOSSES
from workflow.training.traced import Traced


def trainer(recipe: CganRecipe, images: Images, epochs: int) -> Trainer:
    """Return a run of a recipe at its beginning, its weights and its reference batch drawn.

    Args:
        recipe: What the networks are like and how they are trained.
        images: The training images, on the device.
        epochs: How long.
    """
    gan = CGAN(recipe, images.pixels[0].numel()).to(images.pixels.device)
    gan.choose_reference(images)
    objective = ADVERSARIAL_LOSSES["cross-entropy"]  # "sigmoid cross entropy": Report D §2.1
    return gan_training.trainer(gan, images, epochs, objective, {}, Traced)
