"""1NN on the pixels of what a GAN draws, among real training images (Report C §3.3)."""

from copy import deepcopy

from torch import Tensor

from workflow.data.dataset import DataSet, Images, scale
from workflow.evaluation.nearest_neighbour import nearest
from workflow.evaluation.reconstruction import reconstructions
from workflow.evaluation.samples import samples
from workflow.networks.base import AdversarialModel
from workflow.networks.conv_bigan import ConvBiGAN

PROTOCOL = {
    "k": "1, Euclidean, exact, on pixels, among all training images; the first of several nearest",
    "images": "as pictures: a byte a pixel, clipped and rounded",
    "reconstructions": "per cent of G(E(x)), x every test image, whose neighbour is of the class of x",
    "reconstructions_training": "the same with the encoder in training mode, on batches of 2000: of convolutional encoders alone",
    "samples": "per cent of G(z, c), as many of each class c as there are test images, whose neighbour is of c: of conditional GANs alone",
}


def measure(gan: AdversarialModel, dataset: DataSet) -> dict[str, float]:
    """Return what `PROTOCOL` says.

    Args:
        gan: With an encoder, for inference, on the device of the data set; z is drawn from PyTorch's generator.
        dataset: The test images are reconstructed.
    """
    drawn = {"reconstructions": reconstructions(gan, dataset.test)}
    if gan.conditional:
        drawn["samples"] = samples(gan, dataset.test.labels, dataset.test.pixels.shape[1:])
    if isinstance(gan, ConvBiGAN):
        drawn["reconstructions_training"] = reconstructions(_encoding_as_in_training(gan), dataset.test)
    return {name: accuracy(images, dataset.train) for name, images in drawn.items()}


def accuracy(images: Images, real: Images) -> float:
    """Return the per cent of images whose nearest real one is of their class."""
    found = real.labels[nearest(_vectors(images), _vectors(real))]
    return 100 * (found == images.labels).double().mean().item()


def _encoding_as_in_training(gan: ConvBiGAN) -> ConvBiGAN:
    """Return a copy that draws E(x) where it is reparametrized, and normalizes by a batch's own statistics; only its encoder does."""
    copied = deepcopy(gan).train()
    copied.generator.eval()
    return copied


def _vectors(images: Images) -> Tensor:
    return scale(images.pixels.flatten(1), "unit")
