"""How often a conditional GAN draws the class that it should, by LeNet (Report D §3).

The report calls this an inception score, which it is not: that one knows nothing of the classes asked for.
"""

from dataclasses import dataclass

from torch import Tensor

from workflow.data.dataset import CLASSES, Images
from workflow.evaluation.classifier import entropy

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


def measure(samples: Images, predicted: Tensor) -> LenetScore:
    """Return LeNet's score of samples.

    Args:
        samples: As many of each class, one class after the other, each labelled by the condition.
        predicted: (N,) int64, the classes that LeNet gives them.
    """
    right = (predicted == samples.labels).reshape(CLASSES, -1)
    return LenetScore([100 * count / right.shape[1] for count in right.sum(dim=1).tolist()], entropy(predicted))
