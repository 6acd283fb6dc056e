"""Train `bigan` for some epochs in one precision, and measure its code by 1NN after each."""

from functools import partial

import torch

from workflow.data import dataset as data
from workflow.data.dataset import DataSet
from workflow.evaluation.latents import codes
from workflow.evaluation.nearest_neighbour import nearest
from workflow.io.files import write_text
from workflow.networks.bigan import BiGAN
from workflow.params.bigan import BiganRecipe
from workflow.params.evaluation import Compute
from workflow.params.model import merged, validate
from workflow.params.precision import PrecisionStudy
from workflow.params.training import BudgetData
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, step
from workflow.training.device import prepare
from workflow.training.families import bigan as bigan_training
from workflow.training.tensorboard import losses_table
from workflow.training.train_stage import trained


def accuracy(gan: BiGAN, dataset: DataSet) -> dict[str, float]:
    """Return 1NN on the code in Report A's protocol, and leave the network in training mode."""
    found = codes(gan.eval(), dataset.test)
    gan.train()
    right = dataset.test.labels[nearest(found, None)] == dataset.test.labels
    return {"accuracy": 100 * right.double().mean().item()}


item = arguments(__doc__, "precision", "seed")

with step("precision", **item) as this:
    budget, study = this.read(BudgetData, "budget"), this.read(PrecisionStudy, "precision")
    changes = {"precision": item["precision"], "schedule": "constant"}
    recipe = validate(BiganRecipe, merged(this.recipe(BiganRecipe, "bigan").model_dump(), changes), "precision.compared")
    device = prepare(this.read(Compute, "compute"))
    dataset = data.load(paths.processed(budget.mnist)).to(device)

    torch.manual_seed(item["seed"])
    gan = BiGAN(recipe, dataset.train.pixels[0].numel()).to(device)
    trainer = bigan_training.trainer(gan, dataset.train, study.epochs)
    trainer.observe = partial(accuracy, gan, dataset)
    with trained(this, budget.name, f"precision-{item['precision']}-{item['seed']}", trainer) as history:
        write_text(paths.reports(budget.name) / f"precision/{item['precision']}-{item['seed']}.tsv", losses_table(history))
