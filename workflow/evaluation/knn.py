"""1NN on what a GAN's networks make of images, in every protocol."""

from workflow.data.dataset import DataSet, Images
from workflow.evaluation.latents import encode, features
from workflow.evaluation.nearest_neighbour import accuracies, leave_one_out
from workflow.networks.base import AdversarialModel, inference
from workflow.training.callbacks import Callback, Observation


def knn(gan: AdversarialModel, dataset: DataSet) -> dict[str, dict[str, float]]:
    """Return the accuracy in per cent of each of a network's features, as `nearest_neighbour.accuracies` does.

    Args:
        gan: For inference, on the device of the data set.
        dataset: Its test images are classified.
    """
    train, test = features(gan, dataset.train), features(gan, dataset.test)
    return accuracies(train, test, dataset.train.labels, dataset.test.labels)


def latents_by_epoch(gan: AdversarialModel, images: Images) -> Callback:
    """Return a callback that measures, as `accuracy`, the latents of images by 1NN in Report A's protocol."""

    def measure(_epoch: int) -> Observation:
        with inference(gan):
            latents = encode(gan, images)
        return Observation(values={"accuracy": leave_one_out(latents, images.labels)})

    return measure
