"""Encode the train and test images by a trained BiGAN."""

from workflow.data import dataset as data
from workflow.evaluation.latents import encode
from workflow.io import tensors
from workflow.networks.registry import load_model
from workflow.params.evaluation import Compute
from workflow.params.training import BudgetData
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import prepare

item = arguments(__doc__, "variant", "seed")

with stage(**item) as this:
    budget = this.read(BudgetData, "budget")
    device = prepare(this.read(Compute, "compute"))
    run = f"{item['variant']}-{item['seed']}"
    gan = load_model(paths.model(budget.name, run), device)
    dataset = data.load(paths.processed(budget.mnist))
    found = {}
    for split, images in {"train": dataset.train, "test": dataset.test}.items():
        found[f"{split}.code"] = encode(gan, images.to(device))
        found[f"{split}.labels"] = images.labels
    tensors.save(paths.codes(budget.name, run), found, this.provenance())
