"""How like real images a GAN's samples are, by LeNet's features and probabilities.

The formulas are those of the inception score and of the Fréchet inception distance, but LeNet stands where these have the
Inception network: the values compare with nothing that was measured on that one.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from workflow.data.dataset import CLASSES, scale
from workflow.evaluation.classifier import entropy
from workflow.networks.lenet import LeNet

SAMPLES_A_CLASS = 1000
REFERENCE = 10_000
PROTOCOL = {
    "samples": "10 000 as pictures, a byte a pixel, clipped and rounded; of each class 1 000 where the GAN is conditional",
    "entropy": "bits, of LeNet's class histogram of the samples: at most 3.32",
    "confidence": "per cent, mean over the samples of the probability that LeNet gives the class that it chooses",
    "inception_formula": "exp(mean KL(p(y|x) || p(y))) of LeNet's probabilities, over all samples at once: from 1 to 10",
    "frechet": "Fréchet distance between Gaussians fitted to LeNet's last hidden layer (84) for the samples and for the test images",
    "..._real": "the same of the last 10 000 training images in the samples' place",
}
BATCH = 2000


class LenetOutputs(NamedTuple):
    """What LeNet makes of images, float64.

    Attributes:
        features: (N, 84), its last hidden layer.
        probabilities: (N, 10).
    """

    features: Tensor
    probabilities: Tensor


@torch.no_grad()
def lenet_outputs(lenet: LeNet, pixels: Tensor) -> LenetOutputs:
    """Return what LeNet makes of images, (N, C, H, W) uint8."""
    features = torch.cat([lenet.features(scale(part, "unit")) for part in pixels.split(BATCH)])
    return LenetOutputs(features.double(), lenet.output(features).double().softmax(1))


def measure(samples: LenetOutputs, training: LenetOutputs, test: LenetOutputs) -> dict[str, float]:
    """Return what `PROTOCOL` says of samples, and of training images in their place, each compared with the test images."""
    real = {f"{name}_real": value for name, value in _measure(training, test).items()}
    return {**_measure(samples, test), **real}


def histogram(samples: LenetOutputs) -> list[float]:
    """Return the per cent of the samples that LeNet gives each class."""
    counts = torch.bincount(samples.probabilities.argmax(1), minlength=CLASSES)
    return [100 * count / len(samples.features) for count in counts.tolist()]


def inception_formula(probabilities: Tensor) -> float:
    """Return exp(mean KL(p(y|x) || p(y))) of probabilities (N, classes): from 1 to the number of classes.

    Source: Salimans et al. 2016, §4, who take a network's on ImageNet, and the mean over ten parts of the samples.
    """
    conditional = torch.special.entr(probabilities).sum(1).mean()
    marginal = torch.special.entr(probabilities.mean(0)).sum()
    return math.exp(marginal - conditional)


def frechet(first: Tensor, second: Tensor) -> float:
    """Return the Fréchet distance between Gaussians fitted to features (N, d) and (M, d) float64.

    |m1 - m2|² + tr(C1 + C2 - 2 (C1 C2)^½), where C = R'R with R from a QR decomposition, so that the last trace is the sum of
    the singular values of R1 R2'. That needs no root of a matrix, and covariances may be singular.

    Source: Dowson & Landau 1982; Heusel et al. 2017 on a layer of the Inception network.
    """
    (mean, root), (other_mean, other_root) = _gaussian(first), _gaussian(second)
    crossed = torch.linalg.svdvals(root @ other_root.T).sum()
    distance = (mean - other_mean).square().sum() + root.square().sum() + other_root.square().sum() - 2 * crossed
    return float(distance.clamp(min=0))


def _gaussian(features: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean, and R of the covariance R'R."""
    mean = features.mean(0)
    _, root = torch.linalg.qr((features - mean) / (len(features) - 1) ** 0.5)
    return mean, root


def _measure(images: LenetOutputs, reference: LenetOutputs) -> dict[str, float]:
    return {
        "entropy": entropy(images.probabilities.argmax(1)),
        "confidence": 100 * float(images.probabilities.amax(1).mean()),
        "inception_formula": inception_formula(images.probabilities),
        "frechet": frechet(images.features, reference.features),
    }
