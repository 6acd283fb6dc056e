"""Train LeNet on mixtures of real images and a conditional GAN's samples."""

import torch

from workflow.data import dataset as data
from workflow.evaluation.retraining import PROTOCOL, retrained
from workflow.evaluation.samples import samples
from workflow.io.files import write_json
from workflow.networks.registry import load_model
from workflow.params.compute import Compute
from workflow.params.lenet import LenetRecipe
from workflow.params.retraining import Retraining
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import computed_on, prepare

item = arguments(__doc__, "dataset", "variant", "seed")

with stage(**item) as this:
    device = prepare(this.read(Compute, "compute"))
    gan = load_model(paths.model(this.budget, this.run), device)
    dataset = data.load(paths.processed(item["dataset"])).to(device)
    torch.manual_seed(item["seed"])
    synthetic = samples(gan, dataset.fitting.labels, dataset.fitting.pixels.shape[1:])
    recipe, retraining = this.changed(LenetRecipe, "lenet"), this.read(Retraining, "retraining")
    measured = retrained(dataset, synthetic, recipe, retraining, item["seed"])
    about = {**computed_on(device), "protocol": PROTOCOL, "images": len(synthetic)}
    write_json(paths.metrics(this.budget, "retrain", this.run), this.result(measured, **about))
