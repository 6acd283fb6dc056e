"""Measure what a GAN with an encoder draws by 1NN on pixels, among real training images."""

import torch

from workflow.data import dataset as data
from workflow.evaluation.pixel_knn import PROTOCOL, measure
from workflow.io.files import write_json
from workflow.networks.registry import load_model
from workflow.params.compute import Compute
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import computed_on, prepare

item = arguments(__doc__, "dataset", "variant", "seed")

with stage(**item) as this:
    device = prepare(this.read(Compute, "compute"))
    gan = load_model(paths.model(this.budget, this.run), device)
    dataset = data.load(paths.processed(item["dataset"])).to(device)
    torch.manual_seed(item["seed"])
    measured = measure(gan, dataset)
    write_json(paths.metrics(this.budget, "pixel_knn", this.run), this.result(measured, **computed_on(device), protocol=PROTOCOL))
