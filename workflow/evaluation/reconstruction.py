"""Reconstructions and samples of a GAN with an encoder, by pixels and by LeNet (Report A §2.3, Report B §4 and §5).

Reconstructions and samples are measured as the pictures that they are: a byte a pixel, clipped and rounded.
"""

import torch
from torch import Tensor

from workflow.data.dataset import Images, scale, unscale
from workflow.evaluation.classifier import classify, entropy
from workflow.evaluation.samples import samples
from workflow.networks.base import AdversarialModel
from workflow.networks.lenet import LeNet

PROTOCOL = {
    "images": "every test image, and as many samples, one of each test image's label where the GAN is conditional",
    "error": "mean of ||x - G(E(x))||, Euclidean, pixels in [0, 1]",
    "other_class": "per cent of the reconstructions to which LeNet gives another class than the image's label",
    "other_class_real": "the same of the test images themselves: LeNet's own error",
    "sharpness": "mean squared Laplacian of the reconstructions over that of the test images: below 1 is blurred, above it noisy",
    "generated_sharpness": "the same of the samples",
    "class_entropy": "bits, of LeNet's class histogram of the samples: at most 3.32",
    "asked_class": "per cent of the samples to which LeNet gives the class that was asked for",
}
BATCH = 2000


def measure(gan: AdversarialModel, lenet: LeNet, images: Images) -> dict[str, float]:
    """Return what `PROTOCOL` says of reconstructions and samples; `asked_class` for conditional GANs only.

    Args:
        gan: For inference, on the device of the images; z is drawn from PyTorch's generator.
        lenet: Trained on real images of the same classes, on that device.
        images: The test images.
    """
    reconstructed, sampled = reconstructions(gan, images), samples(gan, images.labels, images.pixels.shape[1:])
    classes = classify(lenet, sampled.pixels)
    measured = {
        **compare(reconstructed, images, lenet),
        "generated_sharpness": squared_laplacian(sampled) / squared_laplacian(images),
        "class_entropy": entropy(classes),
    }
    return {**measured, "asked_class": _percent(classes == sampled.labels)} if gan.conditional else measured


def compare(reconstructed: Images, images: Images, lenet: LeNet) -> dict[str, float]:
    """Return what `PROTOCOL` says of reconstructions alone."""
    return {
        "error": error(reconstructed, images),
        "other_class": _percent(classify(lenet, reconstructed.pixels) != images.labels),
        "other_class_real": _percent(classify(lenet, images.pixels) != images.labels),
        "sharpness": squared_laplacian(reconstructed) / squared_laplacian(images),
    }


@torch.no_grad()
def reconstructions(gan: AdversarialModel, images: Images) -> Images:
    """Return G(E(x)) of images, with their labels."""
    batches = zip(images.pixels.split(BATCH), images.labels.split(BATCH), strict=True)
    drawn = [gan.reconstruct(scale(pixels.flatten(1), gan.scaling), labels) for pixels, labels in batches]
    return Images(unscale(torch.cat(drawn), gan.scaling).reshape(images.pixels.shape), images.labels)


def error(reconstructed: Images, images: Images) -> float:
    """Return the mean Euclidean distance of reconstructions to their images, pixels in [0, 1]."""
    difference = scale(reconstructed.pixels.flatten(1), "unit") - scale(images.pixels.flatten(1), "unit")
    return float(difference.norm(dim=1).double().mean())


def squared_laplacian(images: Images) -> float:
    """Return the mean square of the discrete Laplacian, of five points, at all pixels but the border's, pixels in [0, 1]."""
    x = scale(images.pixels, "unit")
    around = x[..., :-2, 1:-1] + x[..., 2:, 1:-1] + x[..., 1:-1, :-2] + x[..., 1:-1, 2:]
    return float((around - 4 * x[..., 1:-1, 1:-1]).double().square().mean())


def _percent(found: Tensor) -> float:
    return 100 * float(found.double().mean())
