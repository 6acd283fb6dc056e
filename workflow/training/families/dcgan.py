"""How a convolutional GAN is trained."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from torch import Tensor

from workflow.data.dataset import Images
from workflow.networks.base import inference
from workflow.networks.dcgan import DCGAN
from workflow.params.dcgan import DcganRecipe
from workflow.params.evaluation import SamplesByEpoch
from workflow.training.families import gan as gan_training
from workflow.training.loop import Trainer
from workflow.training.losses import ADVERSARIAL_LOSSES, gradient_penalty
from workflow.training.snapshots import fixed_samples
from workflow.training.updates import AuxiliaryLoss, StepInputs


def begin(recipe: DcganRecipe, images: Images, epochs: int, shown: SamplesByEpoch, start: Path | None = None) -> Trainer:
    """Return a run of a recipe at its beginning, its weights and its reference batch drawn, or those of the file `start`.

    Args:
        recipe: What the networks are like and how they are trained.
        images: The training images, on the device.
        epochs: How long.
        shown: Which samples are kept as training goes on.
        start: Trained weights of the same networks, if any.
    """
    device = images.pixels.device
    gan = DCGAN(recipe, *images.pixels.shape[1:])
    if start:
        gan.start(start)
    gan.to(device).choose_reference(images)
    run = gan_training.trainer(gan, images, epochs, ADVERSARIAL_LOSSES[recipe.loss], _terms(gan))
    run.kept["real"] = images.pixels[: shown.images]
    run.keep = fixed_samples(gan, shown, device)
    return run


def _terms(gan: DCGAN) -> Mapping[str, AuxiliaryLoss]:
    if gan.recipe.gradient_penalty is None:
        return {}
    return {"gradient_penalty": AuxiliaryLoss(gan.recipe.gradient_penalty.weight, partial(_gradient_penalty, gan))}


def _gradient_penalty(gan: DCGAN, play: StepInputs) -> Tensor:
    """Return the penalty on the discriminator in inference mode, as in Report E's code: without dropout, and with batch
    normalization that looks at each example by itself, which the penalty needs (Gulrajani et al. 2017, §4).
    """
    with inference(gan.discriminator):
        return gradient_penalty(gan.discriminator, play.real, play.generated)
