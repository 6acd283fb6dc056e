"""What a training's steps know of a GAN, whatever its networks."""

import torch
from torch import Tensor, nn

from workflow.batches import Batch


class Game(nn.Module):
    """Networks of a GAN: each family's module has one.

    Attributes:
        discriminator: Maps examples to logits (N, 1).
    """

    discriminator: nn.Module

    def prior(self, count: int, device: torch.device) -> Tensor:
        """Return z: (count, latent) float32."""
        raise NotImplementedError

    def generate(self, z: Tensor, labels: Tensor) -> Tensor:
        """Return G(z), or G(z, c) where the classes `labels`: (N,) int64 are a condition."""
        raise NotImplementedError

    def encode(self, x: Tensor) -> Tensor:
        """Return E(x): (N, latent), where there is an encoder."""
        raise NotImplementedError

    def logits(self, x: Tensor) -> Tensor:
        """Return E(x) before it is squashed into the range of z, where it is."""
        raise NotImplementedError

    def reconstruct(self, x: Tensor, labels: Tensor) -> Tensor:
        """Return G(E(x)), or G(E(x), c)."""
        return self.generate(self.encode(x), labels)

    def examples(self, batch: Batch, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return real and generated examples as the discriminator takes them, the image first: (N, pixels, ...)."""
        raise NotImplementedError
