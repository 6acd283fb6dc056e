"""Draw samples and reconstructions from a trained BiGAN."""

import torch

from workflow.data import dataset as data
from workflow.evaluation.samples import strips
from workflow.io import tensors
from workflow.networks.registry import load_model
from workflow.params.compute import Compute
from workflow.params.evaluation import Samples
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.training.device import prepare

item = arguments(__doc__, "dataset", "variant", "seed")

with stage(**item) as this:
    device = prepare(this.read(Compute, "compute"))
    gan = load_model(paths.model(this.budget, this.run), device)
    images = data.load(paths.processed(item["dataset"])).test[: this.read(Samples, "samples").images]
    torch.manual_seed(item["seed"])
    tensors.save(paths.samples(this.budget, this.run), strips(gan, images.to(device)), this.provenance())
