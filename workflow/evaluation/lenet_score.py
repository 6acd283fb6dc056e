"""How often a conditional GAN draws what it was asked for, as LeNet sees it (Report D §3).

The report calls this an inception score, which it is not: that one knows nothing of the classes asked for.
"""

import math
from dataclasses import dataclass

import torch

from workflow.data import CLASSES
from workflow.evaluation.classifier import classify, entropy
from workflow.evaluation.samples import samples
from workflow.networks.game import Game
from workflow.networks.lenet import LeNet

SAMPLES_A_CLASS = 1000
PROTOCOL = {
    "samples": "10 000, of each class 1 000, as pictures: a byte a pixel, clipped and rounded",
    "score": "per cent of the samples to which LeNet gives the class that was asked for",
    "class_entropy": "bits, of LeNet's class histogram of the samples: at most 3.32",
}


@dataclass(frozen=True)
class LenetScore:
    """What LeNet makes of as many samples of each class.

    Attributes:
        by_class: Per cent of the samples of each class that LeNet gives it.
        class_entropy: Bits, of the histogram of the classes that LeNet gives: from 0 to log2(10).
    """

    by_class: list[float]
    class_entropy: float

    @property
    def score(self) -> float:
        """Per cent of all samples."""
        return sum(self.by_class) / len(self.by_class)


def measure(gan: Game, lenet: LeNet, device: torch.device) -> LenetScore:
    """Return LeNet's score of 1 000 samples of each class.

    Args:
        gan: Conditional, for inference, on the device; z is drawn from PyTorch's generator.
        lenet: Trained on real images of the same classes, on the device.
        device: Where the networks lie.
    """
    side = math.isqrt(gan.pixels // lenet.channels)
    asked = torch.arange(CLASSES, device=device).repeat_interleave(SAMPLES_A_CLASS)
    given = classify(lenet, samples(gan, asked, (lenet.channels, side, side)).pixels)
    right = (given == asked).reshape(CLASSES, SAMPLES_A_CLASS).sum(dim=1)
    return LenetScore([100 * count / SAMPLES_A_CLASS for count in right.tolist()], entropy(given))
