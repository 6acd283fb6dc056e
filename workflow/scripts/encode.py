"""Encode the train and test images by a trained BiGAN."""

from workflow.data import dataset as data
from workflow.evaluation.latents import encode
from workflow.io import tensors
from workflow.networks.registry import load_model
from workflow.params.compute import Compute
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import prepare

item = arguments(__doc__, "dataset", "variant", "seed")

with stage(**item) as this:
    device = prepare(this.read(Compute, "compute"))
    gan = load_model(paths.model(this.budget, this.run), device)
    dataset = data.load(paths.processed(item["dataset"]))
    found = {}
    for split, images in {"train": dataset.train, "test": dataset.test}.items():
        found[f"{split}.code"] = encode(gan, images.to(device))
        found[f"{split}.labels"] = images.labels
    tensors.save(paths.latents(this.budget, this.run), found, this.provenance())
