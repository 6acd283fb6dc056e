"""BiGANs of dense layers on images as vectors (Report A §2.1, Report B §3.1)."""

from collections.abc import Callable
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
    """Generator, encoder and discriminator of pairs (x, z).

    Each network is dense, hidden, dense, hidden with batch normalization before the non-linearity, dense.

    Args:
        recipe: Widths, latent dimensions and activations.
        pixels: Length of an image as a vector.
    """

    def __init__(self, recipe: BiganRecipe, pixels: int) -> None:
        super().__init__()
        self.recipe = recipe
        self.pixels = pixels
        to_pixels = nn.Sigmoid() if recipe.scaling == "unit" else nn.Tanh()
        activation = nn.ReLU if recipe.generator_activation == "relu" else _leaky
        self.generator = nn.Sequential(*_dense(recipe.latent, recipe.hidden, pixels, activation), to_pixels)
        self.encoder = nn.Sequential(*_dense(pixels, recipe.hidden, recipe.latent, _leaky))
        self.discriminator = nn.Sequential(*_dense(pixels + recipe.latent, recipe.hidden, 1, _leaky))
        for layer in self.modules():
            if isinstance(layer, nn.Linear):
                nn.init.normal_(layer.weight, std=recipe.initial_deviation)
                nn.init.zeros_(layer.bias)

    def prior(self, count: int, device: torch.device) -> Tensor:
        """Return z: (count, latent) float32 ~ U(-1, 1)."""
        return torch.rand(count, self.recipe.latent, device=device) * 2 - 1

    def pairs(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the real pairs (x, E(x)) and as many generated ones (G(z), z), each (N, pixels + latent)."""
        z = self.prior(len(x), x.device)
        real = torch.cat([x, self.encoder(x)], dim=1)
        generated = torch.cat([self.generator(z), z], dim=1)
        return real, generated

    def features(self, x: Tensor) -> dict[str, Tensor]:
        """Return what 1NN can compare of x: (N, pixels).

        Returns:
            `code`, E(x): (N, latent); `hidden`, the layer before it: (N, hidden). E's output is linear, so its
            logits are its code.
        """
        hidden = self.encoder[:-1](x)
        return {"code": self.encoder[-1](hidden), "hidden": hidden}


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
