"""Conditional GANs of dense layers on images as vectors (Report D §2)."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from workflow.data.batches import Batch
from workflow.data.dataset import CLASSES
from workflow.networks.base import set_batch_norm
from workflow.networks.gan import GAN, conditioned, draw_weights, normalized, one_hot
from workflow.networks.virtual_batch_norm import chained
from workflow.params.cgan import CganRecipe

SLOPE = 0.2  # of every LeakyReLU (Report D §2.1)


class CGAN(GAN):
    """Generator and discriminator, both with the class as a one-hot vector beside their input (Report D §2.1).

    Args:
        recipe: Widths, latent dimensions, normalization and the range of the pixels.
        pixels: Length of an image as a vector.
    """

    family = "cgan"
    Recipe = CganRecipe
    conditional = True

    def __init__(self, recipe: CganRecipe, pixels: int) -> None:
        super().__init__(recipe, pixels)
        self.mixes_examples = recipe.normalization == "batch"
        self.generator = _network(recipe, [recipe.latent + CLASSES, *recipe.generator, pixels])
        self.discriminator = _network(recipe, [pixels + CLASSES, *recipe.discriminator, 1])
        draw_weights(self)
        set_batch_norm(self, recipe.batch_norm)

    def stacked_examples(self, batch: Batch, z: Tensor) -> Tensor:
        """Return real and fake images with their classes, each written once: a copy more is felt in networks as small as these."""
        stacked = z.new_empty(2, len(z), self.pixels + CLASSES)
        classes = one_hot(batch.labels, z.dtype)
        for images, half in zip((batch.x.flatten(1), self.generate(z, batch.labels)), stacked, strict=True):
            torch.cat([images, classes], dim=1, out=half)
        return stacked.flatten(0, 1)

    def generator_input(self, z: Tensor, labels: Tensor) -> Tensor:
        """Return (z, c): (N, latent + classes)."""
        return conditioned(z, labels)

    def discriminator_input(self, images: Tensor, labels: Tensor) -> Tensor:
        """Return (x, c): (N, pixels + classes)."""
        return conditioned(images.flatten(1), labels)

    def discriminate(self, stacked: Tensor) -> tuple[Tensor, Tensor]:
        """Return the discriminator's logits of each, (N, 1): one after the other if it is normalized by the batch, which is of one kind."""
        if not self.mixes_examples:
            return super().discriminate(stacked)
        real, fake = map(self.discriminator, stacked.chunk(2))
        return real, fake


def _network(recipe: CganRecipe, widths: list[int]) -> nn.Module:
    bias = recipe.normalization == "none"  # a shift of all values is what normalization takes back
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths[:-1]):
        layers.append(nn.Linear(inputs, outputs, bias=bias))
        layers += [*normalized(recipe.normalization, outputs, nn.BatchNorm1d), nn.LeakyReLU(SLOPE, inplace=True)]
    return chained([*layers, nn.Linear(widths[-2], widths[-1])], (recipe.reference_images, widths[0]))
