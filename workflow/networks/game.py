"""What the training loop knows of a GAN, whatever its networks."""

from torch import Tensor, nn


class Game(nn.Module):
    """Networks that a discriminator judges: each family's module is one.

    Attributes:
        discriminator: Maps examples to logits (N, 1).
    """

    discriminator: nn.Module

    def pairs(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return real and generated examples, as the discriminator takes them, for a batch of real images."""
        raise NotImplementedError
