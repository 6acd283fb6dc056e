"""Whether a GAN's samples have collapsed: to few classes, or to one image each, as LeNet sees them.

The discriminator's accuracy tells neither: it may win against samples that are varied, and a generator of one image a class may
fool it. Samples that are still noise may count as collapsed, too, as LeNet gives noise few classes: Report D §1.4 means that as well.
"""

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from workflow.data.dataset import CLASSES
from workflow.evaluation.classifier import entropy
from workflow.evaluation.fidelity import LenetOutputs

LOST_BITS = 1  # less entropy than that of real images: half as many classes have as much less
LEAST_VARIANCE = 0.1  # real images in the samples' place have 1, two real images a class, over and over, 0.3, a single one 0
PROTOCOL = {
    "class_entropy": "bits, of LeNet's class histogram of the samples: at most 3.32",
    "within_class_variance": "of LeNet's last hidden layer (84): squared distance of a sample from the mean of those that LeNet gives the "
    "same class, and that were asked for the same where the GAN is conditional, over that class's variance in the test images; mean "
    "over a class, and of the ten classes the fifth lowest; a class that is not drawn has 0",
    "..._real": "the same of the last 10 000 training images in the samples' place",
    "collapsed": f"class_entropy < class_entropy_real - {LOST_BITS} or within_class_variance < {LEAST_VARIANCE}",
}


def measure(samples: LenetOutputs, asked: Tensor | None, training: LenetOutputs, test: LenetOutputs) -> dict[str, float | bool]:
    """Return what `PROTOCOL` says.

    Args:
        samples: Of the GAN.
        asked: The classes that they were asked for, (N,) int64, or None where the GAN is not conditional.
        training: Of training images.
        test: Of the test images.
    """
    classes, real_classes = entropy(_given(samples)), entropy(_given(training))
    variance = within_class_variance(samples, asked, test)
    return {
        "class_entropy": classes,
        "within_class_variance": variance,
        "class_entropy_real": real_classes,
        "within_class_variance_real": within_class_variance(training, None, test),
        "collapsed": classes < real_classes - LOST_BITS or variance < LEAST_VARIANCE,
    }


def within_class_variance(samples: LenetOutputs, asked: Tensor | None, real: LenetOutputs) -> float:
    """Return the samples' variance within classes as a share of that of real images, as `PROTOCOL` says: from 0, 1 as real ones."""
    given, real_given = _given(samples), _given(real)
    real_variances = _means(_squared_deviations(real.features, real_given), real_given)
    asked = given if asked is None else asked
    deviations = _squared_deviations(samples.features, CLASSES * asked + given)
    smallest = torch.finfo(torch.float64).tiny
    by_class = _means(deviations / real_variances[given].clamp(min=smallest), asked)
    return float(by_class.median())  # of ten the fifth


def _given(outputs: LenetOutputs) -> Tensor:
    return outputs.probabilities.argmax(1)


def _squared_deviations(features: Tensor, groups: Tensor) -> Tensor:
    """Return the squared distance of each point, (N, d) float64, from the mean of its group: groups are (N,) int64 in 0..99."""
    members = one_hot(groups, CLASSES**2).double()
    means = members.T @ features / members.sum(0).clamp(min=1)[:, None]
    return (features - means[groups]).square().sum(1)


def _means(values: Tensor, classes: Tensor) -> Tensor:
    """Return the mean of the values, (N,) float64, of each class: (10,); 0 of a class without any."""
    members = one_hot(classes, CLASSES).double()
    return members.T @ values / members.sum(0).clamp(min=1)
