"""BiGANs of dense layers on images as vectors (Reports A and B, Donahue et al. 2017)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from pydantic import ValidationError
from torch import Tensor, nn

from workflow import tensors
from workflow.errors import UserError
from workflow.networks.game import Game
from workflow.params.bigan import BiganRecipe

SLOPE = 0.2  # of every LeakyReLU (Report A §2.1)


class BiGAN(Game):
    """Generator, encoder and discriminator of pairs (x, z), in one of the architectures of `ARCHITECTURES`.

    Args:
        recipe: Architecture, widths, latent dimensions and activations.
        pixels: Length of an image as a vector.
    """

    def __init__(self, recipe: BiganRecipe, pixels: int) -> None:
        super().__init__()
        self.recipe = recipe
        self.pixels = pixels
        networks = ARCHITECTURES[recipe.architecture](recipe, pixels)
        self.generator, self.encoder, self.discriminator = networks.generator, networks.encoder, networks.discriminator
        self.squash = networks.squash
        for layer in self.modules():
            if isinstance(layer, nn.Linear):
                nn.init.normal_(layer.weight, std=recipe.initial_deviation)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)

    def prior(self, count: int, device: torch.device) -> Tensor:
        """Return z: (count, latent) float32 ~ U(-1, 1)."""
        return torch.rand(count, self.recipe.latent, device=device) * 2 - 1

    def encode(self, x: Tensor) -> Tensor:
        """Return E(x): (N, latent) for x: (N, pixels)."""
        code: Tensor = self.squash(self.encoder(x))
        return code

    def pairs(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the real pairs (x, E(x)) and as many generated ones (G(z), z), each (N, pixels + latent)."""
        z = self.prior(len(x), x.device)
        real = torch.cat([x, self.encode(x)], dim=1)
        generated = torch.cat([self.generator(z), z], dim=1)
        return real, generated

    def features(self, x: Tensor) -> dict[str, Tensor]:
        """Return what 1NN can compare of x: (N, pixels).

        Returns:
            `code`, E(x): (N, latent); `hidden`, the layer before it: (N, hidden); and, where E's output is squashed,
            `logits`, the code before that.
        """
        hidden = self.encoder[:-1](x)
        logits = self.encoder[-1](hidden)
        found = {"code": self.squash(logits), "hidden": hidden}
        return found if isinstance(self.squash, nn.Identity) else {**found, "logits": logits}


@dataclass(frozen=True)
class Networks:
    """What an architecture is made of; `squash` maps the encoder's logits to the code."""

    generator: nn.Module
    encoder: nn.Sequential
    discriminator: nn.Module
    squash: nn.Module


def report_networks(recipe: BiganRecipe, pixels: int) -> Networks:
    """Return the networks of Reports A and B: each dense, hidden, dense, hidden with batch normalization before the
    non-linearity, dense (Report A §2.1, Report B §3.1).
    """
    activation = _generator_activation(recipe)
    return Networks(
        nn.Sequential(*_dense(recipe.latent, recipe.hidden, pixels, activation), _to_pixels(recipe)),
        nn.Sequential(*_dense(pixels, recipe.hidden, recipe.latent, _leaky)),
        nn.Sequential(*_dense(pixels + recipe.latent, recipe.hidden, 1, _leaky)),
        nn.Identity(),
    )


def donahue_networks(recipe: BiganRecipe, pixels: int) -> Networks:
    """Return the networks of the code that Donahue et al. 2017 released, which are not quite those of their text.

    No layer has a bias, and batch normalization neither gain nor shift. z enters the discriminator only at the second
    hidden layer, and the generator there once more, as a linear term before batch normalization. The generator
    normalizes both hidden layers. The code is squashed into the range of z, as 2·sigmoid(a) - 1.
    """
    first, second = recipe.hidden
    activation = _generator_activation(recipe)
    encoder = [
        *(nn.Linear(pixels, first, bias=False), _leaky()),
        *(nn.Linear(first, second, bias=False), nn.BatchNorm1d(second, affine=False), _leaky()),
        nn.Linear(second, recipe.latent, bias=False),
    ]
    return Networks(
        SkipGenerator(recipe.latent, recipe.hidden, pixels, activation, _to_pixels(recipe)),
        nn.Sequential(*encoder),
        LateDiscriminator(pixels, recipe.latent, recipe.hidden),
        Squash(),
    )


ARCHITECTURES = {"report": report_networks, "donahue": donahue_networks}


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
        x, z = pair[:, : self.pixels], pair[:, self.pixels :]
        logits: Tensor = self.above(self.middle(self.below(x)) + self.code(z))
        return logits


class Squash(nn.Module):
    """2·sigmoid(a) - 1, which is tanh(a / 2)."""

    def forward(self, logits: Tensor) -> Tensor:
        """Return the code, in (-1, 1)."""
        return torch.tanh(logits / 2)


def save(path: Path, gan: BiGAN, made_by: dict[str, Any]) -> None:
    """Write the weights, and with them the recipe and what made them."""
    about = {"recipe": gan.recipe.model_dump(), "pixels": gan.pixels, "made_by": made_by}
    tensors.save(path, gan.state_dict(), about)


def load(path: Path, device: torch.device) -> BiGAN:
    """Return a trained BiGAN, for inference; raise UserError if the file does not hold one."""
    about = tensors.about(path)
    try:
        gan = BiGAN(BiganRecipe.model_validate(about["recipe"]), about["pixels"])
        gan.load_state_dict(tensors.load(path))
    except (KeyError, ValidationError, RuntimeError) as error:
        raise UserError(f"{path}: not the weights of a BiGAN of dense layers: {str(error).splitlines()[0]}") from error
    return gan.eval().to(device)


def _to_pixels(recipe: BiganRecipe) -> nn.Module:
    return nn.Sigmoid() if recipe.scaling == "unit" else nn.Tanh()


def _generator_activation(recipe: BiganRecipe) -> Callable[[], nn.Module]:
    return nn.ReLU if recipe.generator_activation == "relu" else _leaky


def _leaky() -> nn.Module:
    return nn.LeakyReLU(SLOPE)


def _dense(inputs: int, hidden: list[int], outputs: int, activation: Callable[[], nn.Module]) -> list[nn.Module]:
    first, second = hidden
    return [
        nn.Linear(inputs, first),
        activation(),
        nn.Linear(first, second),
        nn.BatchNorm1d(second),
        activation(),
        nn.Linear(second, outputs),
    ]
