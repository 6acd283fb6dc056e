"""Virtual batch normalization (Salimans et al. 2016, §3.4), of vectors and of channels."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm


class VirtualBatchNorm(nn.Module):
    """Virtual batch normalization, with a learned gain and shift.

    Each example is normalized by the mean and the variance of a unit's values, or a channel's, in n + 1 examples: those of the
    reference batch, and itself. So no example depends on another one of its batch, in training and in inference alike. The
    reference, which the next layer needs, is normalized by itself alone, as in ordinary batch normalization.

    Args:
        width: Units, or channels, of the layer below.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.epsilon = 1e-5
        self.gain = nn.Parameter(torch.ones(width))
        self.shift = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor, reference: Tensor) -> Tensor:
        """Return examples (N, width, ...) normalized, given the reference (n, width, ...), both as the layer below has them."""
        n, positions = len(reference), tuple(range(2, x.dim()))
        share = n / (n + 1)
        mean = reference.mean((0, *positions), keepdim=True)
        variance = (reference - mean).square().mean((0, *positions), keepdim=True)
        # The n + 1 examples have the mean (n·mean + x) / (n + 1), from which x is as far as share · deviation, and the variance
        # share · own; epsilon is added to that.
        deviation = x - mean
        center = deviation.mean(positions, keepdim=True) if positions else deviation
        own = torch.addcmul(variance + self.epsilon / share, center, center, value=share / n)
        if positions:  # a channel varies within itself, too
            within = deviation - center
            own = own + within.square().mean(positions, keepdim=True) / n
            deviation = deviation + within / n
        gain, shift = (self.gain[:, None, None], self.shift[:, None, None]) if positions else (self.gain, self.shift)
        return torch.addcmul(shift, gain * math.sqrt(share), deviation * own.rsqrt())

    def itself(self, reference: Tensor) -> Tensor:
        """Return the reference (n, width, ...) normalized."""
        return batch_norm(reference, None, None, self.gain, self.shift, training=True, eps=self.epsilon)


class Referring(nn.Module):
    """Layers one after the other, of which the virtual batch normalizations see a reference batch beside the examples.

    The reference takes the same way as the examples, with the weights as they are at that step, up to the last of those.

    Args:
        layers: At least one of them a VirtualBatchNorm.
        reference: Shape of the reference batch.

    Attributes:
        reference: Float32, as the examples are; zeros until it is chosen.
    """

    reference: Tensor

    def __init__(self, layers: Sequence[nn.Module], reference: Sequence[int]) -> None:
        super().__init__()
        last = max(number for number, layer in enumerate(layers) if isinstance(layer, VirtualBatchNorm))
        self.register_buffer("reference", torch.zeros(*reference))
        self.below = nn.ModuleList(layers[:last])
        self.last = layers[last]
        self.above = nn.Sequential(*layers[last + 1 :])

    def forward(self, x: Tensor) -> Tensor:
        """Return what the topmost layer makes of the examples (N, ...)."""
        reference = self.reference
        for layer in self.below:
            if isinstance(layer, VirtualBatchNorm):
                x, reference = layer(x, reference), layer.itself(reference)
            else:
                x, reference = layer(x), layer(reference)
        output: Tensor = self.above(self.last(x, reference))
        return output


def chained(layers: Sequence[nn.Module], reference: Sequence[int]) -> nn.Module:
    """Return the layers one after the other, with a reference batch of that shape if any of them refers to one."""
    refers = any(isinstance(layer, VirtualBatchNorm) for layer in layers)
    return Referring(layers, reference) if refers else nn.Sequential(*layers)
