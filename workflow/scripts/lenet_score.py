"""Measure how often LeNet gives a conditional GAN's samples the class asked for."""

import torch

from workflow import paths
from workflow.device import name, prepare
from workflow.evaluation.lenet_score import PROTOCOL, measure
from workflow.files import write_json
from workflow.networks import lenet
from workflow.networks.cgan import CGAN
from workflow.params.evaluation import Compute
from workflow.params.training import BudgetData
from workflow.step import arguments, step

item = arguments(__doc__, "variant", "seed")

with step("lenet_score", **item) as this:
    budget = this.read(BudgetData, "budget")
    device = prepare(this.read(Compute, "compute"))
    run = f"{item['variant']}-{item['seed']}"
    gan = CGAN.load(paths.model(budget.name, run), device)
    judge = lenet.load(paths.lenet(budget.mnist), device)
    torch.manual_seed(item["seed"])
    found = measure(gan, judge, device)
    about = {"dataset": budget.mnist, "device": name(device), "protocol": PROTOCOL, "by_class": found.by_class}
    measured = {"score": found.score, "class_entropy": found.class_entropy}
    write_json(paths.metrics(budget.name, "lenet_score", run), this.result(measured, **about))
