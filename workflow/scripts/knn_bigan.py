"""Measure the features of a trained variant by 1NN."""

from workflow import data, paths
from workflow.device import name, prepare
from workflow.evaluation.latents import encode
from workflow.evaluation.nearest_neighbour import PROTOCOL, accuracies
from workflow.files import write_json
from workflow.networks.families import load
from workflow.params.evaluation import Compute
from workflow.params.training import BudgetData
from workflow.step import arguments, step

item = arguments(__doc__, "stage", "variant", "seed")

with step(**item) as this:
    budget = this.read(BudgetData, "budget")
    device = prepare(this.read(Compute, "compute"))
    run = f"{item['variant']}-{item['seed']}"
    gan = load(paths.model(budget.name, run), device)
    dataset = data.load(paths.processed(budget.mnist)).to(device)
    measured = accuracies(encode(gan, dataset.train), encode(gan, dataset.test), dataset.train.labels, dataset.test.labels)
    write_json(paths.metrics(budget.name, "knn", run), this.result(measured, dataset=budget.mnist, device=name(device), protocol=PROTOCOL))
