"""Keep test images that LeNet gets wrong."""

from workflow.data import dataset as data
from workflow.evaluation.classifier import classify
from workflow.evaluation.misclassified import misclassified
from workflow.io import tensors
from workflow.networks import lenet
from workflow.params.evaluation import Compute
from workflow.params.training import BudgetData
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import prepare

arguments(__doc__)

with stage() as this:
    budget = this.read(BudgetData, "budget")
    device = prepare(this.read(Compute, "compute"))
    images = data.load(paths.processed(budget.mnist)).test.to(device)
    predicted = classify(lenet.load(paths.lenet(budget.mnist), device), images.pixels)
    tensors.save(paths.samples(budget.name, f"misclassified-{budget.mnist}"), misclassified(images, predicted), this.provenance())
