"""Measure what 50 principal components make of the test images."""

from workflow.data import dataset as data
from workflow.evaluation.baselines import reconstructions
from workflow.evaluation.reconstruction import PROTOCOL, compare
from workflow.io.files import write_json
from workflow.networks import lenet
from workflow.params.evaluation import Compute
from workflow.params.training import BudgetData
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import name, prepare

arguments(__doc__)

with stage() as this:
    budget = this.read(BudgetData, "budget")
    device = prepare(this.read(Compute, "compute"))
    classifier = lenet.load(paths.lenet(budget.mnist), device)
    dataset = data.load(paths.processed(budget.mnist)).to(device)
    measured = compare(reconstructions(dataset), dataset.test, classifier)
    about = {"dataset": budget.mnist, "device": name(device), "protocol": PROTOCOL}
    write_json(paths.metrics(budget.name, "reconstruction", "pca-50-0"), this.result(measured, **about))
