"""Conditional GANs of dense layers on images as vectors (Report D §2)."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from workflow.data.batches import Batch
from workflow.data.dataset import CLASSES
from workflow.networks.gan import GAN, draw_weights, one_hot, told
from workflow.networks.virtual_batch_norm import VirtualBatchNorm, chained
from workflow.params.cgan import CganRecipe

SLOPE = 0.2  # of every LeakyReLU (Report D §2.1)


class CGAN(GAN):
    """Generator and discriminator, both told the class as a one-hot vector beside their input (Report D §2.1).

    Args:
        recipe: Widths, latent dimensions, normalization and the range of the pixels.
        pixels: Length of an image as a vector.
    """

    Recipe = CganRecipe
    recipe: CganRecipe

    def __init__(self, recipe: CganRecipe, pixels: int) -> None:
        super().__init__(recipe, pixels)
        self.generator = _network(recipe, [recipe.latent + CLASSES, *recipe.generator, pixels])
        self.discriminator = _network(recipe, [pixels + CLASSES, *recipe.discriminator, 1])
        draw_weights(self)

    @property
    def conditional(self) -> bool:
        """Whether the generator is told the class of what it is to draw: always."""
        return True

    def both(self, batch: Batch, z: Tensor) -> Tensor:
        """Return real and generated images with their classes, each written once: a copy more is felt in networks as small as these."""
        both = z.new_empty(2, len(z), self.pixels + CLASSES)
        classes = one_hot(batch.labels, z.dtype)
        for images, given in zip((batch.x.flatten(1), self.generate(z, batch.labels)), both, strict=True):
            torch.cat([images, classes], dim=1, out=given)
        return both.flatten(0, 1)

    def asked(self, z: Tensor, labels: Tensor) -> Tensor:
        """Return (z, c): (N, latent + classes)."""
        return told(z, labels)

    def shown(self, images: Tensor, labels: Tensor) -> Tensor:
        """Return (x, c): (N, pixels + classes)."""
        return told(images.flatten(1), labels)


def _network(recipe: CganRecipe, widths: list[int]) -> nn.Module:
    virtual = recipe.normalization == "virtual"
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths[:-1]):
        layers.append(nn.Linear(inputs, outputs, bias=not virtual))  # a shift of all values is what normalization takes back
        layers += [*([VirtualBatchNorm(outputs)] if virtual else []), nn.LeakyReLU(SLOPE, inplace=True)]
    return chained([*layers, nn.Linear(widths[-2], widths[-1])], (recipe.reference_images, widths[0]))
