"""Samples by class, beside real images, and how many LeNet is sure of (Report E figures 3 and 4)."""

import torch
from torch import Tensor

from workflow.data.dataset import CLASSES, Images
from workflow.evaluation.classifier import classify
from workflow.evaluation.fidelity import LenetOutputs
from workflow.networks.lenet import LeNet

REAL = 3  # of each class, as in Report E figure 4
SAMPLES = 7
SURE = 0.9  # the least probability
PROTOCOL = {
    "good": "per cent of the samples that LeNet gives a class to which it gives a probability of at least 0.9, 0 if there are none",
    "share": "per cent of all samples that LeNet gives the class",
}


def samples_by_class(lenet: LeNet, samples: Tensor, real: Images) -> dict[str, Tensor]:
    """Return the first real images of each class, and the first samples that LeNet takes for it: none is picked out for its quality.

    Args:
        lenet: Of the data set, for inference.
        samples: (N, C, H, W) uint8.
        real: Training images.

    Returns:
        `real` (10, 3, C, H, W) and `generated` (10, 7, C, H, W) uint8, black where there are fewer; `counts` (10,) int64, how many of
        all samples LeNet takes for each class.
    """
    predicted = classify(lenet, samples)
    return {
        "real": _first(real.pixels, real.labels, REAL),
        "generated": _first(samples, predicted, SAMPLES),
        "counts": torch.bincount(predicted, minlength=CLASSES),
    }


def measure(samples: LenetOutputs) -> dict[str, dict[str, float]]:
    """Return what `PROTOCOL` says, by class: `"0"` to `"9"`."""
    confidence, given = samples.probabilities.max(1)
    counts, sure = (torch.bincount(each, minlength=CLASSES).tolist() for each in (given, given[confidence >= SURE]))
    return {
        "good": {str(label): 100 * sure[label] / max(1, counts[label]) for label in range(CLASSES)},
        "share": {str(label): 100 * counts[label] / len(given) for label in range(CLASSES)},
    }


def _first(pixels: Tensor, classes: Tensor, count: int) -> Tensor:
    chosen = pixels.new_zeros((CLASSES, count, *pixels.shape[1:]))
    for label, places in enumerate(chosen):
        found = pixels[classes == label][:count]
        places[: len(found)] = found
    return chosen
