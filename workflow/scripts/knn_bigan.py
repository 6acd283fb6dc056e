"""Measure the features of a trained variant by 1NN."""

from workflow.data import dataset as data
from workflow.evaluation.knn import knn
from workflow.evaluation.nearest_neighbour import PROTOCOL
from workflow.io.files import write_json
from workflow.networks.registry import load_model
from workflow.params.evaluation import Compute
from workflow.params.training import BudgetData
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import name, prepare

item = arguments(__doc__, "variant", "seed")

with stage(**item) as this:
    budget = this.read(BudgetData, "budget")
    device = prepare(this.read(Compute, "compute"))
    run = f"{item['variant']}-{item['seed']}"
    gan = load_model(paths.model(budget.name, run), device)
    dataset = data.load(paths.processed(budget.mnist)).to(device)
    write_json(
        paths.metrics(budget.name, "knn", run), this.result(knn(gan, dataset), dataset=budget.mnist, device=name(device), protocol=PROTOCOL)
    )
