"""Convolutional GANs without an encoder (Report E §2 to §4, Report D §1 and §2.2)."""

from math import ceil, prod

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from workflow.data.dataset import CLASSES
from workflow.io.errors import UserError
from workflow.networks.base import set_batch_norm
from workflow.networks.gan import GAN, conditioned, draw_weights, normalized
from workflow.networks.layers import Dropout
from workflow.networks.virtual_batch_norm import chained
from workflow.params.dcgan import Convolution, DcganRecipe


class DCGAN(GAN):
    """Generator and discriminator, with the class beside their input where the recipe is conditional.

    The generator begins with a dense layer to channels as small as its strides need for the size of the images: 7×7 for 28×28, 8×8
    for 32×32. A layer that is normalized has no bias: a shift of all values is what normalization takes back.

    Args:
        recipe: The layers, latent dimensions and the range of the pixels.
        channels: Of an image.
        height: In pixels.
        width: In pixels.

    Raises:
        UserError: If the generator's strides don't divide the image's sides.
    """

    family = "dcgan"
    Recipe = DcganRecipe

    def __init__(self, recipe: DcganRecipe, channels: int, height: int, width: int) -> None:
        super().__init__(recipe, channels, height, width)
        self.conditional = recipe.conditional
        self.generator = _generator(recipe, channels, height, width)
        self.discriminator = _discriminator(recipe, channels, height, width)
        draw_weights(self)
        set_batch_norm(self, recipe.batch_norm)

    def generator_input(self, z: Tensor, labels: Tensor) -> Tensor:
        """Return z, or (z, c): (N, latent + classes)."""
        return conditioned(z, labels) if self.conditional else z

    def discriminator_input(self, images: Tensor, labels: Tensor) -> Tensor:
        """Return images (N, C, H, W), with a channel of ones for their class and of zeros for each other one if conditional."""
        if not self.conditional:
            return images
        classes = one_hot(labels, CLASSES).to(images.dtype)[:, :, None, None].expand(-1, -1, *images.shape[2:])
        return torch.cat([images, classes], dim=1)

    def discriminate(self, stacked: Tensor) -> tuple[Tensor, Tensor]:
        """Return the discriminator's logits of each, (N, 1): one after the other, as batch normalization is of one kind."""
        real, fake = map(self.discriminator, stacked.chunk(2))
        return real, fake


def _generator(recipe: DcganRecipe, channels: int, height: int, width: int) -> nn.Module:
    layers = recipe.generator
    factor = prod([*(layer.stride for layer in layers.hidden), layers.output_stride])
    if height % factor or width % factor:
        raise UserError(f"generator: found strides whose product is {factor}, allowed: a divisor of the images' {height}×{width}")
    base = (layers.projection.filters, height // factor, width // factor)
    inputs, units = recipe.latent + CLASSES * recipe.conditional, prod(base)
    dense = nn.Linear(inputs, units, bias=layers.bias and layers.projection.normalization == "none")
    made = [
        dense,
        *normalized(layers.projection.normalization, units, nn.BatchNorm1d),
        nn.LeakyReLU(recipe.negative_slope),
        nn.Unflatten(1, base),
    ]
    filters = base[0]
    for layer in layers.hidden:
        bias = layers.bias and layer.normalization == "none"
        made += [_transposed(filters, layer.filters, recipe.kernel, layer.stride, bias), *_above(layer, recipe.negative_slope)]
        filters = layer.filters
    made.append(_transposed(filters, channels, recipe.kernel, layers.output_stride, layers.bias))
    return chained(made, (recipe.reference_images, inputs))


def _discriminator(recipe: DcganRecipe, channels: int, height: int, width: int) -> nn.Module:
    filters = inputs = channels + CLASSES * recipe.conditional
    made: list[nn.Module] = []
    size = [height, width]
    for layer in recipe.discriminator:
        bias = layer.normalization == "none"
        made.append(nn.Conv2d(filters, layer.filters, recipe.kernel, layer.stride, recipe.kernel // 2, bias=bias))
        made += _above(layer, recipe.negative_slope)
        filters, size = layer.filters, [ceil(side / layer.stride) for side in size]
    made += [nn.Flatten(), nn.Linear(filters * prod(size), 1)]
    return chained(made, (recipe.reference_images, inputs, height, width))


def _transposed(inputs: int, outputs: int, kernel: int, stride: int, bias: bool) -> nn.Module:
    """Return a transposed convolution whose channels are exactly `stride` times as large."""
    return nn.ConvTranspose2d(inputs, outputs, kernel, stride, kernel // 2, output_padding=stride - 1, bias=bias)


def _above(layer: Convolution, slope: float) -> list[nn.Module]:
    """Return what comes after a convolution. Dropout before LeakyReLU, as in a part of Report E's code, would be the same."""
    dropout = [Dropout(layer.dropout)] if layer.dropout else []
    return [*normalized(layer.normalization, layer.filters, nn.BatchNorm2d), nn.LeakyReLU(slope), *dropout]
