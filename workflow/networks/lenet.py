"""LeNet, the classifier that measures what GANs draw (LeCun et al. 1998, Report D §3)."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from workflow.data.dataset import CLASSES
from workflow.io import tensors
from workflow.io.errors import UserError, first_line
from workflow.io.safetensors import read_about

SIDE = 32
MARGIN = 2  # around a digit of 28×28, as in LeCun et al. 1998, §II.B


class LeNet(nn.Module):
    """LeNet-5: convolutions 6@5×5 and 16@5×5, dense layers of 120, 84 and 10 (LeCun et al. 1998, §II.B).

    Report D §3 says of its own only that it is "as provided". So this is the common reading of today: ReLU and max pooling
    instead of scaled tanh and trained averages, every channel of the second convolution sees all six of the first, and the last
    layer gives logits.

    Args:
        channels: Of an image.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels
        self.convolutions = nn.Sequential(  # the greatest first, then ReLU: the same in either order, but for a quarter of the values
            *(nn.Conv2d(channels, 6, 5), nn.MaxPool2d(2), nn.ReLU()),
            *(nn.Conv2d(6, 16, 5), nn.MaxPool2d(2), nn.ReLU()),
            nn.Flatten(),
        )
        self.dense = nn.Sequential(nn.Linear(16 * 5 * 5, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU())
        self.output = nn.Linear(84, CLASSES)

    def features(self, x: Tensor) -> Tensor:
        """Return the last hidden layer, (N, 84), of images (N, C, H, W) float32 in [0, 1]."""
        features: Tensor = self.dense(self.convolutions(framed(x)))
        return features

    def forward(self, x: Tensor) -> Tensor:
        """Return logits, (N, 10), of images (N, C, H, W) float32 in [0, 1]."""
        logits: Tensor = self.output(self.features(x))
        return logits


def framed(x: Tensor) -> Tensor:
    """Return images (N, C, H, W) as (N, C, 32, 32): those of 28×28 with two pixels of 0 on each side, others resized bilinearly."""
    if x.shape[-2:] == (SIDE - 2 * MARGIN, SIDE - 2 * MARGIN):
        return functional.pad(x, [MARGIN] * 4)
    return functional.interpolate(x, (SIDE, SIDE), mode="bilinear")


def save(path: Path, lenet: LeNet, made_by: dict[str, Any]) -> None:
    """Write the weights, and with them what made them, the recipe included."""
    tensors.save(path, lenet.state_dict(), {"channels": lenet.channels, "made_by": made_by})


def load(path: Path, device: torch.device) -> LeNet:
    """Return a trained LeNet; raise UserError if the file does not hold one."""
    about = read_about(path)
    try:
        lenet = LeNet(about["channels"])
        lenet.load_state_dict(tensors.load(path))
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        raise UserError(f"{path}: not the weights of a LeNet: {first_line(error)}") from error
    return lenet.to(device)
