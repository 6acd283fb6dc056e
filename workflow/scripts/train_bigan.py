"""Train a BiGAN of dense layers."""

import torch

from workflow import data, paths
from workflow.checkpoint import Checkpoint
from workflow.device import name, prepare
from workflow.files import write_json, write_text
from workflow.logs import Events, losses_table
from workflow.networks import bigan
from workflow.params.bigan import BiganRecipe
from workflow.params.evaluation import Compute
from workflow.params.training import TrainingBudget
from workflow.step import arguments, step
from workflow.stopping import collapsed
from workflow.training import Trainer, epochs_within, train

SECONDS_BETWEEN_CHECKPOINTS = 30

item = arguments(__doc__, "variant", "seed")

with step("train_bigan", **item) as this:
    budget = this.read(TrainingBudget, "budget")
    recipe = this.read(BiganRecipe, "recipes.bigan", f"variants.{item['variant']}")
    device = prepare(this.read(Compute, "compute"))
    run = f"{item['variant']}-{item['seed']}"
    images = data.load(paths.processed(budget.mnist)).train[: budget.images].to(device)

    torch.manual_seed(item["seed"])
    gan = bigan.BiGAN(recipe, images.pixels[0].numel()).to(device)
    trainer = Trainer(gan, images.pixels, recipe, epochs_within(recipe, budget))
    checkpoint = Checkpoint(paths.checkpoint(budget.name, run), this.identity(), SECONDS_BETWEEN_CHECKPOINTS)
    with Events(paths.events(budget.name, run)) as events:
        history = train(trainer, checkpoint, events.add)

    bigan.save(paths.model(budget.name, run), gan, this.provenance())
    write_text(paths.losses(budget.name, run), losses_table(history))
    measured = {
        **{name: value for name, value in history[-1].items() if name != "learning_rate"},
        "images": len(images),
        "planned_epochs": epochs_within(recipe, budget),
        "collapsed_in_epoch": collapsed(history, recipe.collapse),
    }
    write_json(paths.metrics(budget.name, "train", run), this.result(measured, dataset=budget.mnist, device=name(device)))
    checkpoint.remove()
