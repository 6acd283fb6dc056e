"""How a convolutional BiGAN is trained: its recipe put together from updates, losses and batches."""

from pathlib import Path

import torch

from workflow.data.batches import Batches
from workflow.data.dataset import Images
from workflow.networks.conv_bigan import ConvBiGAN
from workflow.networks.files import start_from
from workflow.params.conv_bigan import ConvBiganRecipe
from workflow.training.families.base import Family
from workflow.training.loop import Trainer
from workflow.training.losses import ADVERSARIAL_LOSSES
from workflow.training.optimizers import adam
from workflow.training.precision import autocast
from workflow.training.updates.bigan import Alternating


def build(recipe: ConvBiganRecipe, images: Images, epochs: int, start: Path | None) -> Trainer:
    """Return a run at its beginning, as `Family.build`.

    Both sides see the same G(z) and E(x), the others against the discriminator's new weights (Report C §3.2); the noise, which is
    the discriminator's own, is another one each of the four times that it looks.
    """
    device = images.pixels.device
    gan = ConvBiGAN(recipe, *images.pixels.shape[1:])
    if start:
        start_from(gan, start)
    gan.to(device).to(memory_format=torch.channels_last)
    optimizers = {
        "discriminator": adam([gan.discriminator], recipe.learning_rate, recipe.optimizer),
        "generator": adam([gan.generator, gan.encoder], recipe.learning_rate, recipe.optimizer),
    }
    update = Alternating(gan, optimizers, autocast(device, recipe.precision), ADVERSARIAL_LOSSES["cross-entropy"], {})
    return Trainer(update, Batches(images, recipe, None), recipe, epochs)


FAMILY = Family("conv_bigan", ConvBiganRecipe, build, lambda _: False)
