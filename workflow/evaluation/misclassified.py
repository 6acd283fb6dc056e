"""Images that LeNet gives another class than theirs, to be looked at (Report D figures 3 to 5)."""

import torch
from torch import Tensor

from workflow.data.dataset import Images

SHOWN = 40


def misclassified(images: Images, predicted: Tensor) -> dict[str, Tensor]:
    """Return at most 40 of the images that were given another class, evenly from the first to the last of them.

    Args:
        images: N images with the class that each shows, or was conditioned on.
        predicted: (N,) int64, the classes that LeNet gives them.

    Returns:
        `pixels`: (M, C, H, W) uint8; `labels` and `given`: (M,) uint8.
    """
    wrong = (predicted != images.labels).nonzero().squeeze(1)
    shown = wrong[torch.linspace(0, len(wrong) - 1, min(SHOWN, len(wrong))).long().to(wrong.device)]
    return {"pixels": images.pixels[shown], "labels": images.labels[shown].byte(), "given": predicted[shown].byte()}
