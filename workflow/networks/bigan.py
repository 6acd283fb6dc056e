"""BiGANs of dense layers on images as vectors (Reports A and B, Donahue et al. 2017)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from workflow.data.batches import Batch
from workflow.data.dataset import CLASSES
from workflow.networks.base import AdversarialModel, set_batch_norm
from workflow.params.bigan import BiganRecipe

SLOPE = 0.2  # of every LeakyReLU (Report A §2.1)


class BiGAN(AdversarialModel):
    """Generator, encoder and discriminator, in one of the architectures of `ARCHITECTURES`.

    Args:
        recipe: Architecture, widths, latent dimensions, activations, and what the discriminator and the generator take.
        shape: Of an image: its length as a vector, or what it is the product of.
    """

    family = "bigan"
    Recipe = BiganRecipe

    def __init__(self, recipe: BiganRecipe, *shape: int) -> None:
        super().__init__(recipe, *shape)
        self.latent, self.conditional = recipe.latent, recipe.conditional
        self.discriminates_pairs = recipe.discriminator_input == "pairs"
        self.compared = recipe.features
        inputs = Inputs(self.pixels, recipe.latent if recipe.discriminator_input == "pairs" else 0, CLASSES if recipe.conditional else 0)
        networks = ARCHITECTURES[recipe.architecture](recipe, inputs)
        self.generator, self.encoder, self.discriminator = networks.generator, networks.encoder, networks.discriminator
        self.squash = networks.squash
        set_batch_norm(self, recipe.batch_norm)
        for layer in self.modules():
            if isinstance(layer, nn.Linear):
                nn.init.normal_(layer.weight, std=recipe.initial_std)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)
        for layer in networks.zeroed:
            for weight in layer.parameters():
                nn.init.zeros_(weight)

    def sample_latent(self, count: int, device: torch.device) -> Tensor:
        """Return z: (count, latent) float32 ~ U(-1, 1)."""
        return torch.rand(count, self.latent, device=device) * 2 - 1

    def generate(self, z: Tensor, labels: Tensor) -> Tensor:
        """Return G(z): (N, pixels) for z: (N, latent); of the classes `labels`: (N,) int64, if it is conditional."""
        images: Tensor = self.generator(torch.cat([z, self._condition(labels)], dim=1))
        return images

    def encode(self, x: Tensor) -> Tensor:
        """Return E(x): (N, latent) for x: (N, ...) with `pixels` values each."""
        latents: Tensor = self.squash(self.logits(x))
        return latents

    def logits(self, x: Tensor) -> Tensor:
        """Return E(x) before it is squashed into the range of z, if the architecture does that: (N, latent)."""
        logits: Tensor = self.encoder(x.flatten(1))
        return logits

    def examples(self, batch: Batch, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the discriminator tells apart: (x, E(x)) and (G(z), z), with the class beside it if it is
        conditional, each (N, pixels + latent + classes); or the images alone, if it takes no pairs.
        """
        x, label = batch.x.flatten(1), self._condition(batch.labels)
        images = self.generate(z, batch.labels)
        if not self.discriminates_pairs:
            return torch.cat([x, label], dim=1), torch.cat([images, label], dim=1)
        return torch.cat([x, self.encode(x), label], dim=1), torch.cat([images, z, label], dim=1)

    def features(self, x: Tensor) -> dict[str, Tensor]:
        """Return what 1NN can compare of x: (N, pixels).

        Returns:
            `code`, E(x): (N, latent); `hidden`, the layer before it: (N, hidden); and, where E's output is squashed,
            `logits`, E(x) before that. Of a GAN's discriminator only its last hidden layer, as `hidden`.
        """
        if self.compared == "discriminator":
            return {"hidden": nn.Sequential(*list(self.discriminator.children())[:-1])(x)}
        hidden = self.encoder[:-1](x)
        logits = self.encoder[-1](hidden)
        found = {"code": self.squash(logits), "hidden": hidden}
        return found if isinstance(self.squash, nn.Identity) else {**found, "logits": logits}

    def _condition(self, labels: Tensor) -> Tensor:
        """Return the classes as one-hot vectors: (N, classes), or (N, 0) if there is no condition."""
        return one_hot(labels, CLASSES).float() if self.conditional else labels.new_zeros(len(labels), 0).float()


class Inputs(NamedTuple):
    """How many values the discriminator takes of each kind; the generator takes as many of a class."""

    pixels: int
    latent: int
    classes: int


@dataclass(frozen=True)
class Networks:
    """What an architecture is made of.

    Attributes:
        generator: Maps z to images.
        encoder: Maps images to logits.
        discriminator: Maps examples to logits.
        squash: Maps the encoder's logits to E(x).
        zeroed: Layers whose weights start at 0.
    """

    generator: nn.Module
    encoder: nn.Sequential
    discriminator: nn.Module
    squash: nn.Module
    zeroed: list[nn.Module]


def report_networks(recipe: BiganRecipe, inputs: Inputs) -> Networks:
    """Return the networks of Reports A and B: each dense, hidden, dense, hidden with batch normalization, dense
    (Report A §2.1, Report B §3.1); before those, in Report B's extended one, a dense layer for each part of the input (§5).
    """
    activation = _generator_activation(recipe)
    normalized = recipe.normalization
    parts = [recipe.latent, inputs.classes]
    if recipe.embedding:
        generator_inputs, discriminator_inputs = recipe.embedding.generator, recipe.embedding.discriminator
        below_generator = [Embedded(parts, generator_inputs, activation)]
        below_discriminator = [Embedded(list(inputs), discriminator_inputs, _leaky)]
    else:
        generator_inputs, discriminator_inputs = parts, list(inputs)
        below_generator, below_discriminator = [], []
    generator = _dense(sum(generator_inputs), recipe.hidden, inputs.pixels, activation, normalized)
    encoder = _dense(inputs.pixels, recipe.hidden, recipe.latent, _leaky, normalized)
    discriminator = _dense(sum(discriminator_inputs), recipe.hidden, 1, _leaky, normalized if recipe.normalize_discriminator else "none")
    return Networks(
        nn.Sequential(*below_generator, *generator, _to_pixels(recipe)),
        nn.Sequential(*encoder),
        nn.Sequential(*below_discriminator, *discriminator),
        nn.Identity(),
        [],
    )


def donahue_networks(recipe: BiganRecipe, inputs: Inputs) -> Networks:
    """Return the networks of the code that Donahue et al. 2017 released, which are not quite those of their text.

    No layer has a bias, and batch normalization neither gain nor shift. z enters the discriminator only at the second
    hidden layer, and the generator there once more, as a linear term before batch normalization. The generator
    normalizes both hidden layers. E(x) is squashed into the range of z, as 2·sigmoid(a) - 1. A class goes where z goes.
    The discriminator's last layer starts at 0, and so does the encoder's where the discriminator does not see E(x).
    """
    generator_inputs, joined = recipe.latent + inputs.classes, inputs.latent + inputs.classes
    generator = SkipGenerator(generator_inputs, recipe.hidden, inputs.pixels, _generator_activation(recipe), _to_pixels(recipe))
    encoder = _plain(inputs.pixels, recipe.hidden, recipe.latent)
    if joined == 0:
        discriminator = _plain(inputs.pixels, recipe.hidden, 1)
        return Networks(generator, encoder, discriminator, Squash(), [discriminator[-1], encoder[-1]])
    late = LateDiscriminator(inputs.pixels, joined, recipe.hidden)
    return Networks(generator, encoder, late, Squash(), [late.above[-1]])


ARCHITECTURES = {"report": report_networks, "donahue": donahue_networks}


class Embedded(nn.Module):
    """A dense layer with a non-linearity for each part of an input; what comes out is joined (Report B §5)."""

    def __init__(self, parts: list[int], widths: list[int], activation: Callable[[], nn.Module]) -> None:
        super().__init__()
        self.parts = parts
        self.layers = nn.ModuleList(nn.Linear(part, width) for part, width in zip(parts, widths, strict=True))
        self.activation = activation()

    def forward(self, joined: Tensor) -> Tensor:
        """Return (N, the sum of widths) for (N, the sum of parts)."""
        parts = joined.split(self.parts, dim=1)
        embedded: Tensor = self.activation(torch.cat([layer(part) for layer, part in zip(self.layers, parts, strict=True)], dim=1))
        return embedded


class SkipGenerator(nn.Module):
    """A generator that takes z again at its second hidden layer."""

    def __init__(self, latent: int, hidden: list[int], pixels: int, activation: Callable[[], nn.Module], to_pixels: nn.Module) -> None:
        super().__init__()
        first, second = hidden
        self.below = nn.Sequential(nn.Linear(latent, first, bias=False), nn.BatchNorm1d(first, affine=False), activation())
        self.middle = nn.Linear(first, second, bias=False)
        self.again = nn.Linear(latent, second, bias=False)
        self.above = nn.Sequential(nn.BatchNorm1d(second, affine=False), activation(), nn.Linear(second, pixels, bias=False), to_pixels)

    def forward(self, z: Tensor) -> Tensor:
        """Return G(z): (N, pixels) for z: (N, latent)."""
        image: Tensor = self.above(self.middle(self.below(z)) + self.again(z))
        return image


class LateDiscriminator(nn.Module):
    """A discriminator that takes z only at its second hidden layer."""

    def __init__(self, pixels: int, latent: int, hidden: list[int]) -> None:
        super().__init__()
        first, second = hidden
        self.pixels = pixels
        self.below = nn.Sequential(nn.Linear(pixels, first, bias=False), _leaky())
        self.middle = nn.Linear(first, second, bias=False)
        self.code = nn.Linear(latent, second, bias=False)
        self.above = nn.Sequential(nn.BatchNorm1d(second, affine=False), _leaky(), nn.Linear(second, 1, bias=False))

    def forward(self, pair: Tensor) -> Tensor:
        """Return logits: (N, 1) for pairs: (N, pixels + latent)."""
        x, z = pair.tensor_split([self.pixels], dim=1)
        logits: Tensor = self.above(self.middle(self.below(x)) + self.code(z))
        return logits


class Squash(nn.Module):
    """2·sigmoid(a) - 1, which is tanh(a / 2)."""

    def forward(self, logits: Tensor) -> Tensor:
        """Return E(x), in (-1, 1)."""
        return torch.tanh(logits / 2)


def _to_pixels(recipe: BiganRecipe) -> nn.Module:
    return nn.Sigmoid() if recipe.scaling == "unit" else nn.Tanh()


def _generator_activation(recipe: BiganRecipe) -> Callable[[], nn.Module]:
    return nn.ReLU if recipe.generator_activation == "relu" else _leaky


def _leaky() -> nn.Module:
    return nn.LeakyReLU(SLOPE)


def _dense(inputs: int, hidden: list[int], outputs: int, activation: Callable[[], nn.Module], normalization: str) -> list[nn.Module]:
    first, second = hidden
    above = {
        "none": [activation()],
        "before-activation": [nn.BatchNorm1d(second), activation()],
        "after-activation": [activation(), nn.BatchNorm1d(second)],
    }
    return [nn.Linear(inputs, first), activation(), nn.Linear(first, second), *above[normalization], nn.Linear(second, outputs)]


def _plain(inputs: int, hidden: list[int], outputs: int) -> nn.Sequential:
    """Return donahue's encoder, which is also the discriminator of its GAN."""
    first, second = hidden
    return nn.Sequential(
        *(nn.Linear(inputs, first, bias=False), _leaky()),
        *(nn.Linear(first, second, bias=False), nn.BatchNorm1d(second, affine=False), _leaky()),
        nn.Linear(second, outputs, bias=False),
    )
