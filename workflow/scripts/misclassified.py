"""Keep test images that LeNet gets wrong."""

from workflow.data import dataset as data
from workflow.evaluation.classifier import classify
from workflow.evaluation.misclassified import misclassified
from workflow.io import tensors
from workflow.networks import lenet
from workflow.params.compute import Compute
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import prepare

item = arguments(__doc__, "dataset")

with stage(**item) as this:
    device = prepare(this.read(Compute, "compute"))
    images = data.load(paths.processed(item["dataset"])).test.to(device)
    predicted = classify(lenet.load(paths.lenet(item["dataset"]), device), images.pixels)
    tensors.save(paths.misclassified(this.budget, item["dataset"]), misclassified(images, predicted), this.provenance())
