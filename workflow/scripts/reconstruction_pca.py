"""Measure what 50 principal components make of the test images."""

from workflow import data, paths
from workflow.device import name, prepare
from workflow.evaluation.baselines import reconstructions
from workflow.evaluation.reconstruction import PROTOCOL, compare
from workflow.files import write_json
from workflow.networks import lenet
from workflow.params.evaluation import Compute
from workflow.params.training import BudgetData
from workflow.step import arguments, step

arguments(__doc__)

with step("reconstruction_pca") as this:
    budget = this.read(BudgetData, "budget")
    device = prepare(this.read(Compute, "compute"))
    judge = lenet.load(paths.lenet(budget.mnist), device)
    dataset = data.load(paths.processed(budget.mnist)).to(device)
    measured = compare(reconstructions(dataset), dataset.test, judge)
    about = {"dataset": budget.mnist, "device": name(device), "protocol": PROTOCOL}
    write_json(paths.metrics(budget.name, "reconstruction", "pca-50-0"), this.result(measured, **about))
