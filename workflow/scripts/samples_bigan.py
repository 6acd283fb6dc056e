"""Draw samples and reconstructions from a trained BiGAN."""

import torch

from workflow import data, paths, tensors
from workflow.device import prepare
from workflow.evaluation.samples import strips
from workflow.networks.bigan import BiGAN
from workflow.params.evaluation import Compute, Samples
from workflow.params.training import BudgetData
from workflow.step import arguments, step

item = arguments(__doc__, "variant", "seed")

with step("samples_bigan", **item) as this:
    budget = this.read(BudgetData, "budget")
    device = prepare(this.read(Compute, "compute"))
    run = f"{item['variant']}-{item['seed']}"
    gan = BiGAN.load(paths.model(budget.name, run), device)
    images = data.load(paths.processed(budget.mnist)).test[: this.read(Samples, "samples").images]
    torch.manual_seed(item["seed"])
    tensors.save(paths.samples(budget.name, run), strips(gan, images.to(device)), this.provenance())
