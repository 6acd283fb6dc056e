"""Measure features that need no training by 1NN."""

from workflow.data import dataset as data
from workflow.evaluation.baselines import BASELINES
from workflow.evaluation.nearest_neighbour import PROTOCOL, accuracies
from workflow.io.files import write_json
from workflow.params.evaluation import Compute
from workflow.params.training import BudgetData
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import name, prepare

item = arguments(__doc__, "variant")

with stage(**item) as this:
    budget = this.read(BudgetData, "budget")
    device = prepare(this.read(Compute, "compute"))
    dataset = data.load(paths.processed(budget.mnist)).to(device)
    train, test = ({"code": features} for features in BASELINES[item["variant"]](dataset))
    measured = accuracies(train, test, dataset.train.labels, dataset.test.labels)
    about = {"seed": 0, "dataset": budget.mnist, "device": name(device), "protocol": PROTOCOL}
    write_json(paths.metrics(budget.name, "knn", f"{item['variant']}-0"), this.result(measured, **about))
