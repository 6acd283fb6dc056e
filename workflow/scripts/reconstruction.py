"""Measure the reconstructions and samples of a trained encoder's GAN."""

import torch

from workflow.data import dataset as data
from workflow.evaluation.reconstruction import PROTOCOL, measure
from workflow.io.files import write_json
from workflow.networks import lenet
from workflow.networks.registry import load_model
from workflow.params.compute import Compute
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import computed_on, prepare

item = arguments(__doc__, "dataset", "variant", "seed")

with stage(**item) as this:
    device = prepare(this.read(Compute, "compute"))
    gan = load_model(paths.model(this.budget, this.run), device)
    classifier = lenet.load(paths.lenet(item["dataset"]), device)
    images = data.load(paths.processed(item["dataset"])).test.to(device)
    torch.manual_seed(item["seed"])
    measured = measure(gan, classifier, images)
    write_json(paths.metrics(this.budget, "reconstruction", this.run), this.result(measured, **computed_on(device), protocol=PROTOCOL))
