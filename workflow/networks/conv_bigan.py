"""Convolutional BiGANs on images of 32×32 (Report C)."""

from functools import partial
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from workflow.data.batches import Batch
from workflow.io.errors import UserError
from workflow.networks.base import AdversarialModel
from workflow.networks.layers import Conv2d, Dropout
from workflow.params.conv_bigan import ConvBiganRecipe

SIDE = 32  # of the images that the networks see
BLACK = -1.0  # in [-1, 1]
# Kernel and stride of the five convolutions that lead from 32×32 to 1×1, by way of 28, 13, 10 and 4. Report C gives neither, nor
# how many channels there are; these are those of Dumoulin et al. 2017 (appendix, CIFAR-10 and SVHN), whose layers C's are otherwise,
# but for the generator, which has one convolution of 1×1 less there.
CONVOLUTIONS = ((5, 1), (4, 2), (4, 1), (4, 2), (4, 1))


class ConvBiGAN(AdversarialModel):
    """Generator, encoder and discriminator of convolutions (Report C §3.1).

    Images of the data set's own side come in and go out, as vectors. The networks see them with a margin of black around, 32×32
    in all, and what they draw on it is cut off.

    Args:
        recipe: Channels, latent dimensions, reparametrization, noise, dropout, first weights.
        shape: Of an image: (channels, side, side).

    Raises:
        UserError: If no margin makes such images 32×32.
    """

    family = "conv_bigan"
    Recipe = ConvBiganRecipe
    discriminates_pairs = True
    discriminator: "Discriminator"

    def __init__(self, recipe: ConvBiganRecipe, *shape: int) -> None:
        super().__init__(recipe, *shape)
        self.latent, self.reparametrized, self.noise = recipe.latent, recipe.reparametrized, recipe.noise
        channels, height, width = shape
        if height != width or height > SIDE or height % 2:
            raise UserError(f"conv_bigan: found images of {height}×{width}, allowed: squares of an even side, at most {SIDE}")
        self.margin = (SIDE - height) // 2
        self.generator = _generator(recipe, channels)
        self.encoder = _encoder(recipe, channels)
        self.discriminator = Discriminator(recipe, channels)
        self.apply(partial(_draw_weights, std=recipe.initial_std))

    def sample_latent(self, count: int, device: torch.device) -> Tensor:
        """Return z: (count, latent) float32 ~ N(0, 1)."""
        return torch.randn(count, self.latent, device=device)

    def generate(self, z: Tensor, labels: Tensor) -> Tensor:  # noqa: ARG002 - there is no condition
        """Return G(z): (N, pixels) for z: (N, latent)."""
        inside = slice(self.margin, SIDE - self.margin)
        return self._generate_framed(z)[..., inside, inside].flatten(1)

    def encode(self, x: Tensor) -> Tensor:
        """Return E(x): (N, latent) for x: (N, ...) with `pixels` values each.

        If it is reparametrized: a draw from what the encoder puts out in training, its mean in inference.
        """
        return self._latents(self.encoder(self._framed(x)).flatten(1))

    def features(self, x: Tensor) -> dict[str, Tensor]:
        """Return `code`, E(x): (N, latent), and `hidden`, the layer before it: (N, channels), of x: (N, pixels)."""
        hidden = self.encoder[:-1](self._framed(x))
        return {"code": self._latents(self.encoder[-1](hidden).flatten(1)), "hidden": hidden.flatten(1)}

    def examples(self, batch: Batch, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return (x, E(x)) and (G(z), z), with their margins: (N, 32·32·channels + latent) each."""
        x = self._framed(batch.x)
        latents = self._latents(self.encoder(x).flatten(1))
        return torch.cat([x.flatten(1), latents], dim=1), torch.cat([self._generate_framed(z).flatten(1), z], dim=1)

    def anneal(self, progress: float) -> None:
        """Have the noise that belongs to a run of which a share in [0, 1) is over."""
        self.discriminator.noise.std = self.noise.std * (1 - progress if self.noise.schedule == "linear" else 1)

    def _generate_framed(self, z: Tensor) -> Tensor:
        images: Tensor = self.generator(z[..., None, None])
        return images

    def _framed(self, x: Tensor) -> Tensor:
        """Return images, (N, ...) with `pixels` values each, as (N, channels, 32, 32)."""
        return functional.pad(x.reshape(-1, *self.shape), [self.margin] * 4, value=BLACK)

    def _latents(self, output: Tensor) -> Tensor:
        """Return mean + exp(log std)·ε (§3.1, equation 3.1) of the halves of what the encoder puts out, or that itself."""
        if not self.reparametrized:
            return output
        mean, log_std = output.chunk(2, dim=1)
        return mean + log_std.exp() * torch.randn_like(mean) if self.training else mean


class Noise(nn.Module):
    """Gaussian noise, drawn anew each time, in training only.

    Attributes:
        std: Its standard deviation; 0 draws nothing.
    """

    def __init__(self, std: float) -> None:
        super().__init__()
        self.std = std

    def forward(self, x: Tensor) -> Tensor:
        """Return x + ε, of any shape."""
        return x + self.std * torch.randn_like(x) if self.training and self.std else x


class Discriminator(nn.Module):
    """A path for the image, with noise on it, a path for z or E(x), and one for both together (Report C §3.1)."""

    def __init__(self, recipe: ConvBiganRecipe, channels: int) -> None:
        super().__init__()
        self.channels = channels
        self.noise = Noise(recipe.noise.std)
        last, dropout = recipe.channels[-1], recipe.dropout
        leaky, whole, single = nn.LeakyReLU(recipe.negative_slope), nn.Dropout2d(dropout.channels), Dropout(dropout.units)
        first, *others = zip(pairwise([channels, *recipe.channels]), CONVOLUTIONS, strict=True)
        self.image = nn.Sequential(Conv2d(*first[0], *first[1]), leaky, whole)
        for (inputs, outputs), (kernel, stride) in others:
            self.image += nn.Sequential(Conv2d(inputs, outputs, kernel, stride, bias=False), nn.BatchNorm2d(outputs), leaky, whole)
        self.code = nn.Sequential(Conv2d(recipe.latent, last, 1), leaky, whole, Conv2d(last, last, 1), leaky, whole)
        joined = 2 * last
        self.joint = nn.Sequential(
            *(Conv2d(joined, joined, 1), leaky, single),
            *(Conv2d(joined, joined, 1), leaky, single),
            Conv2d(joined, 1, 1),
        )

    def forward(self, examples: Tensor) -> Tensor:
        """Return logits: (N, 1) for examples: (N, 32·32·channels + latent)."""
        x, z = examples.tensor_split([self.channels * SIDE**2], dim=1)
        image = self.image(self.noise(x.reshape(-1, self.channels, SIDE, SIDE)))
        logits: Tensor = self.joint(torch.cat([image, self.code(z[..., None, None])], dim=1))
        return logits.flatten(1)


def _generator(recipe: ConvBiganRecipe, channels: int) -> nn.Sequential:
    """Return five transposed convolutions that lead from 1×1 to 32×32, the way of `CONVOLUTIONS` back, and one of 1×1."""
    widths = [recipe.latent, *reversed(recipe.channels[:-1]), recipe.channels[0]]
    layers: list[nn.Module] = []
    for (inputs, outputs), (kernel, stride) in zip(pairwise(widths), reversed(CONVOLUTIONS), strict=True):
        layers += [nn.ConvTranspose2d(inputs, outputs, kernel, stride, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers, Conv2d(widths[-1], channels, 1), nn.Tanh())


def _encoder(recipe: ConvBiganRecipe, channels: int) -> nn.Sequential:
    """Return six convolutions with batch normalization, the last of 1×1, and one more of 1×1 to E(x), or its mean and log std."""
    widths = [channels, *recipe.channels, recipe.channels[-1]]
    layers: list[nn.Module] = []
    for (inputs, outputs), (kernel, stride) in zip(pairwise(widths), [*CONVOLUTIONS, (1, 1)], strict=True):
        layers += [Conv2d(inputs, outputs, kernel, stride, bias=False), nn.BatchNorm2d(outputs), nn.LeakyReLU(recipe.negative_slope)]
    return nn.Sequential(*layers, Conv2d(widths[-1], recipe.latent * (2 if recipe.reparametrized else 1), 1))


def _draw_weights(layer: nn.Module, std: float) -> None:
    """Draw a layer's first weights, in place, by its type (§3.2, which gives no values)."""
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(layer.weight, 0.0, std)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1.0, std)
    else:
        return
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
