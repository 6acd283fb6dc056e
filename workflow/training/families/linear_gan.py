"""How a linear GAN is trained: its recipe put together from updates, batches and an objective for which it can be PCA."""

from workflow.data.batches import Batches
from workflow.data.dataset import Images
from workflow.evaluation.baselines import fitted
from workflow.evaluation.principal_angles import beside_pca
from workflow.networks.linear_gan import LinearGAN
from workflow.params.linear_gan import LinearGanRecipe
from workflow.training.loop import Trainer
from workflow.training.losses import ADVERSARIAL_LOSSES
from workflow.training.optimizers import adam
from workflow.training.precision import autocast
from workflow.training.updates import MultiStep

# The critic's difference of means. With C the covariance of the images, and ½·l2·||A||² as the penalty on D(x) = x'Ax, the best
# answer to a generator is A = (C - WW') / l2, and costs it ||C - WW'||² / (2·l2): of all W of k columns those cost least that span
# the first k principal components (Eckart & Young 1936), as those of Feizi et al. 2017 do for their Wasserstein distance of
# order 2, whose discriminator would need the inverse of A, too.
DIFFERENCE = ADVERSARIAL_LOSSES["wasserstein"]


def trainer(recipe: LinearGanRecipe, images: Images, epochs: int) -> Trainer:
    """Return a run of a recipe at its beginning, which compares the generator's span with PCA's after each epoch.

    Args:
        recipe: What the networks are like and how they are trained.
        images: The training images, on the device.
        epochs: How long.
    """
    device = images.pixels.device
    gan = LinearGAN(recipe, images.pixels[0].numel()).to(device)
    gan.choose_mean(images)
    unpenalized = recipe.optimizer.model_copy(update={"l2": 0.0})
    optimizers = {
        "discriminator": adam([gan.discriminator], recipe.learning_rate, recipe.optimizer),
        "generator": adam([gan.generator], recipe.learning_rate, unpenalized),
    }
    update = MultiStep(gan, optimizers, autocast(device, recipe.precision), DIFFERENCE, 1, 1, {})
    pca = fitted(images, None)
    return Trainer(update, Batches(images, recipe, None), recipe, epochs, lambda: beside_pca(gan.generator.weight, pca))
