"""1NN on what a GAN's networks make of images, in every protocol."""

from workflow.data.dataset import DataSet
from workflow.evaluation.latents import features
from workflow.evaluation.nearest_neighbour import accuracies
from workflow.networks.base import AdversarialModel


def knn(gan: AdversarialModel, dataset: DataSet) -> dict[str, dict[str, float]]:
    """Return the accuracy in per cent of each of a network's features, as `nearest_neighbour.accuracies` does.

    Args:
        gan: For inference, on the device of the data set.
        dataset: Its test images are classified.
    """
    train, test = features(gan, dataset.train), features(gan, dataset.test)
    return accuracies(train, test, dataset.train.labels, dataset.test.labels)
