"""Measure the reconstructions and samples of a trained encoder's GAN."""

import torch

from workflow.data import dataset as data
from workflow.evaluation.reconstruction import PROTOCOL, measure
from workflow.io.files import write_json
from workflow.networks import lenet
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
    classifier = lenet.load(paths.lenet(budget.mnist), device)
    images = data.load(paths.processed(budget.mnist)).test.to(device)
    torch.manual_seed(item["seed"])
    measured = measure(gan, classifier, images)
    about = {"dataset": budget.mnist, "device": name(device), "protocol": PROTOCOL}
    write_json(paths.metrics(budget.name, "reconstruction", run), this.result(measured, **about))
