"""Conditional GANs of dense layers on images as vectors (Report D §2)."""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm, leaky_relu

from workflow.batches import Batch
from workflow.data import CLASSES, Images, scale
from workflow.errors import UserError
from workflow.networks.game import Game
from workflow.params.cgan import CganRecipe

SLOPE = 0.2  # of every LeakyReLU (Report D §2.1)


class CGAN(Game):
    """Generator and discriminator, both told the class as a one-hot vector beside their input (Report D §2.1).

    The report says nothing of the first weights. They are drawn as its library, TensorFlow, does unless told otherwise:
    uniformly after Glorot & Bengio 2010, biases 0.

    Args:
        recipe: Widths, latent dimensions, normalization and the range of the pixels.
        pixels: Length of an image as a vector.
    """

    Recipe = CganRecipe
    recipe: CganRecipe

    def __init__(self, recipe: CganRecipe, pixels: int) -> None:
        super().__init__(recipe, pixels)
        self.generator = _network(recipe, [recipe.latent + CLASSES, *recipe.generator, pixels])
        self.to_pixels = nn.Tanh() if recipe.scaling == "signed" else nn.Sigmoid()
        self.discriminator = _network(recipe, [pixels + CLASSES, *recipe.discriminator, 1])
        for layer in self.modules():
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)

    @property
    def conditional(self) -> bool:
        """Whether the generator is told the class of what it is to draw."""
        return True

    def choose_reference(self, images: Images) -> None:
        """Choose what virtual batch normalization refers to, in place: training images, and a z for the class of each.

        Raises:
            UserError: If there are not enough images.
        """
        count = self.recipe.reference_images
        if count > len(images):
            raise UserError(f"reference_images: found {count}, allowed: at most the {len(images)} training images")
        chosen = torch.randperm(len(images), device=images.labels.device)[:count]
        x, labels = scale(images.pixels[chosen], self.recipe.scaling), images.labels[chosen]
        self.generator.reference = _joined(self.prior(count, labels.device), labels)
        self.discriminator.reference = _joined(x.flatten(1), labels)

    def prior(self, count: int, device: torch.device) -> Tensor:
        """Return z: (count, latent) float32 ~ U(-1, 1)."""
        return torch.rand(count, self.recipe.latent, device=device) * 2 - 1

    def generate(self, z: Tensor, labels: Tensor) -> Tensor:
        """Return G(z, c): (N, pixels) for z: (N, latent) and classes `labels`: (N,) int64."""
        images: Tensor = self.to_pixels(self.generator(_joined(z, labels)))
        return images

    def examples(self, batch: Batch, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return (x, c) and (G(z, c), c): (N, pixels + classes) each."""
        return _joined(batch.x.flatten(1), batch.labels), self.generated(batch, z)

    def generated(self, batch: Batch, z: Tensor) -> Tensor:
        """Return (G(z, c), c): (N, pixels + classes)."""
        return _joined(self.generate(z, batch.labels), batch.labels)


class VirtualBatchNorm(nn.Module):
    """Virtual batch normalization, with a learned gain and shift (Salimans et al. 2016, §3.4).

    Each example is normalized by the mean and the variance of n + 1 values: those of the reference batch, and its own. So no
    example depends on another one of its batch, in training and in inference alike. The reference, which the next layer
    needs, is normalized by itself alone, as in ordinary batch normalization.

    Args:
        width: Of the layer below.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.epsilon = 1e-5
        self.gain = nn.Parameter(torch.ones(width))
        self.shift = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor, reference: Tensor) -> Tensor:
        """Return examples (N, width) normalized, given the reference (n, width), both as the layer below has them."""
        n = len(reference)
        share = n / (n + 1)
        mean = reference.mean(0)
        variance = (reference - mean).square().mean(0)
        # The n + 1 values have the mean (n·mean + x) / (n + 1), from which x is as far as share · deviation, and the variance
        # share · own; epsilon is added to that.
        deviation = x - mean
        own = torch.addcmul(variance + self.epsilon / share, deviation, deviation, value=share / n)
        return torch.addcmul(self.shift, self.gain * math.sqrt(share), deviation * own.rsqrt())

    def itself(self, reference: Tensor) -> Tensor:
        """Return the reference (n, width) normalized."""
        return batch_norm(reference, None, None, self.gain, self.shift, training=True, eps=self.epsilon)


class Referring(nn.Module):
    """Dense layers with virtual batch normalization and LeakyReLU after each but the last.

    The reference batch takes the same way as the examples, with the weights as they are at that step.

    Args:
        widths: Of the input, the hidden layers and the output.
        reference_size: How many examples are in the reference batch.

    Attributes:
        reference: (reference_size, widths[0]) float32; zeros until it is chosen.
    """

    reference: Tensor

    def __init__(self, widths: list[int], reference_size: int) -> None:
        super().__init__()
        hidden = widths[:-1]
        self.register_buffer("reference", torch.zeros(reference_size, widths[0]))
        # No bias: a shift of all values is what normalization takes back
        self.layers = nn.ModuleList(nn.Linear(inputs, outputs, bias=False) for inputs, outputs in pairwise(hidden))
        self.norms = nn.ModuleList(VirtualBatchNorm(width) for width in hidden[1:])
        self.output = nn.Linear(widths[-2], widths[-1])

    def forward(self, x: Tensor) -> Tensor:
        """Return the output layer's values: (N, widths[-1]) for (N, widths[0])."""
        for layer, norm, reference in zip(self.layers, self.norms, self._referred(), strict=False):  # nothing follows the last
            x = leaky_relu(norm(layer(x), reference), SLOPE)
        output: Tensor = self.output(x)
        return output

    def _referred(self) -> Iterator[Tensor]:
        """Yield what each layer makes of the reference, as the layer before has passed it on."""
        reference = self.reference
        for layer, norm in zip(self.layers, self.norms, strict=True):
            values = layer(reference)
            yield values
            reference = leaky_relu(cast("VirtualBatchNorm", norm).itself(values), SLOPE)


def _network(recipe: CganRecipe, widths: list[int]) -> nn.Module:
    if recipe.normalization == "virtual":
        return Referring(widths, recipe.reference_images)
    hidden = [layer for inputs, outputs in pairwise(widths[:-1]) for layer in (nn.Linear(inputs, outputs), nn.LeakyReLU(SLOPE))]
    return nn.Sequential(*hidden, nn.Linear(widths[-2], widths[-1]))


def _joined(values: Tensor, labels: Tensor) -> Tensor:
    """Return values (N, ...) with the classes (N,) beside them as one-hot vectors."""
    return torch.cat([values, torch.eye(CLASSES, dtype=values.dtype, device=values.device)[labels]], dim=1)
