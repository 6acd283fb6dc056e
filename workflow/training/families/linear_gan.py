"""How a linear GAN is trained: its recipe put together from updates, batches and a loss for which it can be PCA."""

from pathlib import Path

from workflow.data.batches import Batches
from workflow.data.dataset import Images
from workflow.networks.files import start_from
from workflow.networks.linear_gan import LinearGAN
from workflow.params.linear_gan import LinearGanRecipe
from workflow.training.families.base import Family
from workflow.training.loop import Trainer
from workflow.training.losses import ADVERSARIAL_LOSSES
from workflow.training.optimizers import adam
from workflow.training.precision import autocast
from workflow.training.updates.multi_step import MultiStep

# The critic's difference of means. With C the covariance of the images, and ½·l2·||A||² as the penalty on D(x) = x'Ax, the best
# answer to a generator is A = (C - WW') / l2, and costs it ||C - WW'||² / (2·l2): of all W of k columns those cost least that span
# the first k principal components (Eckart & Young 1936), as those of Feizi et al. 2017 do for their Wasserstein distance of
# order 2, whose discriminator would need the inverse of A, too.
DIFFERENCE = ADVERSARIAL_LOSSES["wasserstein"]


def build(recipe: LinearGanRecipe, images: Images, epochs: int, start: Path | None) -> Trainer:
    """Return a run at its beginning, as `Family.build`."""
    device = images.pixels.device
    gan = LinearGAN(recipe, images.pixels[0].numel())
    if start:
        start_from(gan, start)
    gan.to(device).choose_mean(images)
    unpenalized = recipe.optimizer.model_copy(update={"l2": 0.0})
    optimizers = {
        "discriminator": adam([gan.discriminator], recipe.learning_rate, recipe.optimizer),
        "generator": adam([gan.generator], recipe.learning_rate, unpenalized),
    }
    update = MultiStep(gan, optimizers, autocast(device, recipe.precision), DIFFERENCE, {}, 1, 1)
    return Trainer(update, Batches(images, recipe, None), recipe, epochs)


FAMILY = Family("linear_gan", LinearGanRecipe, build, lambda _: True)
