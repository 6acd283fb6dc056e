"""How a convolutional GAN is trained."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from torch import Tensor

from workflow.data.dataset import Images
from workflow.networks.base import inference
from workflow.networks.dcgan import DCGAN
from workflow.networks.files import start_from
from workflow.params.dcgan import DcganRecipe
from workflow.training.families.base import Family
from workflow.training.families.gan import build_gan
from workflow.training.loop import Trainer
from workflow.training.losses import ADVERSARIAL_LOSSES, gradient_penalty
from workflow.training.updates.base import AuxiliaryLoss, StepInputs


def build(recipe: DcganRecipe, images: Images, epochs: int, start: Path | None) -> Trainer:
    """Return a run at its beginning, as `Family.build`."""
    gan = DCGAN(recipe, *images.pixels.shape[1:])
    if start:
        start_from(gan, start)
    gan.to(images.pixels.device)
    return build_gan(gan, recipe, images, epochs, ADVERSARIAL_LOSSES[recipe.loss], _auxiliary_losses(gan, recipe))


FAMILY = Family("dcgan", DcganRecipe, build, lambda _: False)


def _auxiliary_losses(gan: DCGAN, recipe: DcganRecipe) -> Mapping[str, AuxiliaryLoss]:
    if recipe.gradient_penalty is None:
        return {}
    return {"gradient_penalty": AuxiliaryLoss(recipe.gradient_penalty.weight, partial(_gradient_penalty, gan))}


def _gradient_penalty(gan: DCGAN, inputs: StepInputs) -> Tensor:
    """Return the penalty on the discriminator in inference mode, as in Report E's code: without dropout, and with batch
    normalization that looks at each example by itself, which the penalty needs (Gulrajani et al. 2017, §4).
    """
    with inference(gan.discriminator):
        return gradient_penalty(gan.discriminator, inputs.real, inputs.fake)
