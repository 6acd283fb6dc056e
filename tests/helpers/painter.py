"""A GAN whose samples say by their brightness which class they are of, and a classifier that reads it."""

import torch
from torch import Tensor


class Painter:
    """A GAN of 3×3 pixels that paints a class by its brightness: the one of the condition, always 7, or any."""

    pixels = 9
    scaling = "signed"

    def __init__(self, paints: str) -> None:
        self.paints = paints

    def sample_latent(self, count: int, device: torch.device) -> Tensor:
        return torch.rand(count, 1, device=device)

    def generate(self, z: Tensor, labels: Tensor) -> Tensor:
        painted = {"condition": labels, "seven": torch.full_like(labels, 7), "any": (10 * z[:, 0]).long()}[self.paints]
        return (painted / 9 * 2 - 1)[:, None].expand(-1, 9)


class ByBrightness:
    """Logits by brightness, in LeNet's place."""

    def __call__(self, x: Tensor) -> Tensor:
        return -(9 * x[:, 0, 1, 1, None] - torch.arange(10)).abs()
