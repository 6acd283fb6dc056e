"""What the training loop knows of a GAN, whatever its networks."""

from collections.abc import Iterable

import torch
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

    @torch.no_grad()
    def average_statistics(self, batches: Iterable[Tensor]) -> None:
        """Replace batch normalization's running averages by plain ones over some batches of real images, in place.

        The discriminator keeps its own: it has no part in inference.
        """
        drawing = [network for network in self.children() if network is not self.discriminator]
        layers = [layer for network in drawing for layer in network.modules() if isinstance(layer, nn.modules.batchnorm._BatchNorm)]
        momenta = [layer.momentum for layer in layers]
        for layer in layers:
            layer.reset_running_stats()
            layer.momentum = None  # PyTorch's word for a cumulative average
        for x in batches:
            self.pairs(x)
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum
