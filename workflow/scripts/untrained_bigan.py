"""Measure the features of a BiGAN's encoder as it is before training by 1NN."""

import torch

from workflow import data, paths
from workflow.device import name, prepare
from workflow.evaluation.latents import encode
from workflow.evaluation.nearest_neighbour import PROTOCOL, accuracies
from workflow.files import write_json
from workflow.networks.bigan import BiGAN
from workflow.params.bigan import BiganRecipe
from workflow.params.evaluation import Compute
from workflow.params.training import BudgetData
from workflow.step import arguments, step

item = arguments(__doc__, "seed")

with step("untrained_bigan", **item) as this:
    budget = this.read(BudgetData, "budget")
    recipe = this.read(BiganRecipe, "recipes.bigan")
    device = prepare(this.read(Compute, "compute"))
    dataset = data.load(paths.processed(budget.mnist)).to(device)
    torch.manual_seed(item["seed"])
    gan = BiGAN(recipe, dataset.test.pixels[0].numel()).eval().to(device)
    measured = accuracies(encode(gan, dataset.train), encode(gan, dataset.test), dataset.train.labels, dataset.test.labels)
    about = {"variant": "untrained-encoder", "dataset": budget.mnist, "device": name(device), "protocol": PROTOCOL}
    write_json(paths.metrics(budget.name, "knn", f"untrained-encoder-{item['seed']}"), this.result(measured, **about))
