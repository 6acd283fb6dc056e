"""What a training's steps know of a GAN, whatever its networks."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import ClassVar

import torch
from torch import Tensor, nn

from workflow.data.batches import Batch
from workflow.params.training import BatchNorm, Training


class AdversarialModel(nn.Module):
    """Networks of a GAN: each family's module has one.

    Args:
        recipe: What the networks are like, a `Recipe` of the family.
        shape: Of an image, as the family's networks take it: (pixels,) or (channels, height, width).

    Attributes:
        family: Its name, in trained networks' files too.
        Recipe: What such networks are made from, with an image's shape.
        latent: Dimensions of z.
        scaling: Range of the pixels that the networks take and make.
        conditional: Whether the generator takes the class of what it is to draw.
        discriminates_pairs: Whether the discriminator sees a code beside each image: E(x) or z.
        pixels: Length of an image as a vector.
        discriminator: Maps examples to logits (N, 1).
    """

    family: ClassVar[str]
    Recipe: ClassVar[type[Training]]
    latent: int
    conditional = False
    discriminates_pairs = False
    discriminator: nn.Module

    def __init__(self, recipe: Training, *shape: int) -> None:
        super().__init__()
        self.scaling = recipe.scaling
        self.shape = shape
        self.pixels = prod(shape)

    def sample_latent(self, count: int, device: torch.device) -> Tensor:
        """Return z: (count, latent) float32."""
        raise NotImplementedError

    def generate(self, z: Tensor, labels: Tensor) -> Tensor:
        """Return G(z), or G(z, c) where the classes `labels`: (N,) int64 are a condition."""
        raise NotImplementedError

    def encode(self, x: Tensor) -> Tensor:
        """Return E(x): (N, latent), where there is an encoder."""
        raise NotImplementedError

    def features(self, x: Tensor) -> dict[str, Tensor]:
        """Return what 1NN can compare of x: (N, pixels), by name, (N, dimensions) each."""
        raise NotImplementedError

    def logits(self, x: Tensor) -> Tensor:
        """Return E(x) before it is squashed into the range of z, where it is."""
        raise NotImplementedError

    def reconstruct(self, x: Tensor, labels: Tensor) -> Tensor:
        """Return G(E(x)), or G(E(x), c)."""
        return self.generate(self.encode(x), labels)

    def examples(self, batch: Batch, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return real and fake examples as the discriminator takes them, the image first: (N, pixels, ...)."""
        raise NotImplementedError

    def fake_examples(self, batch: Batch, z: Tensor) -> Tensor:
        """Return fake examples alone, where they need no real ones."""
        raise NotImplementedError

    def stacked_examples(self, batch: Batch, z: Tensor) -> Tensor:
        """Return what `examples` does as one tensor, the real ones first: (2N, pixels, ...). Gradients must be off."""
        return torch.cat(self.examples(batch, z))

    def discriminate(self, stacked: Tensor) -> tuple[Tensor, Tensor]:
        """Return the discriminator's logits of real and of fake examples, (N, 1) each, from both as one tensor.

        All at once here, as most discriminators look at each example by itself.
        """
        real, fake = self.discriminator(stacked).chunk(2)
        return real, fake

    def anneal(self, progress: float) -> None:
        """Change what changes over a run, of which a share in [0, 1) is over; most networks have nothing that does."""


def set_batch_norm(network: nn.Module, constants: BatchNorm) -> None:
    """Give every batch normalization of a network these constants, in place."""
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            layer.momentum, layer.eps = constants.momentum, constants.epsilon


@contextmanager
def inference(network: nn.Module) -> Iterator[None]:
    """Have a network in inference mode for as long as the context lasts."""
    network.eval()
    try:
        yield
    finally:
        network.train()
