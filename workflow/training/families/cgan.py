"""How a conditional GAN of dense layers is trained."""

from pathlib import Path

from workflow.data.dataset import Images
from workflow.networks.cgan import CGAN
from workflow.networks.files import start_from
from workflow.params.cgan import CganRecipe
from workflow.training.families.base import Family
from workflow.training.families.gan import build_gan
from workflow.training.loop import Trainer
from workflow.training.losses import ADVERSARIAL_LOSSES
from workflow.training.traced import Traced
from workflow.training.updates.multi_step import eager


def build(recipe: CganRecipe, images: Images, epochs: int, start: Path | None) -> Trainer:
    """Return a run at its beginning, as `Family.build`."""
    gan = CGAN(recipe, images.pixels[0].numel())
    if start:
        start_from(gan, start)
    gan.to(images.pixels.device)
    loss = ADVERSARIAL_LOSSES["cross-entropy"]  # "sigmoid cross entropy": Report D §2.1
    # A trace changes nothing but what it returns; batch normalization changes its running averages
    compute = eager if recipe.normalization == "batch" else Traced
    return build_gan(gan, recipe, images, epochs, loss, {}, compute)


FAMILY = Family("cgan", CganRecipe, build, lambda _: True)
