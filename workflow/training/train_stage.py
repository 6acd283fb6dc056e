"""A training as a stage: from its parameters to weights, losses and metrics."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

from workflow.data import dataset as data
from workflow.data.dataset import Images
from workflow.io import tensors
from workflow.io.files import write_json, write_text
from workflow.params.evaluation import Compute
from workflow.params.training import R, TrainingBudget
from workflow.pipeline import paths
from workflow.pipeline.stage import Step
from workflow.training.checkpoint import Checkpoint
from workflow.training.device import name, prepare
from workflow.training.loop import Row, Trainer, train
from workflow.training.stopping import collapsed
from workflow.training.tensorboard import Events, losses_table

SECONDS_BETWEEN_CHECKPOINTS = 30


def run(this: Step, variant: str, seed: int, recipe: R, dataset: str, begin: Callable[[R, Images, int], Trainer]) -> None:
    """Train a variant.

    Args:
        this: The stage.
        variant: Its name.
        seed: Of PyTorch's random numbers.
        recipe: How to train.
        dataset: On which data set.
        begin: Draws the networks, and returns their run at its beginning, for a recipe, training images on the device and so many
            epochs.
    """
    budget = this.read(TrainingBudget, "budget")
    device = prepare(this.read(Compute, "compute"))
    named = f"{variant}-{seed}"
    images = data.load(paths.processed(dataset)).train[: budget.images].to(device)
    recipe, epochs = budget.with_precision(recipe), budget.epochs_of(recipe.recipe, recipe.epochs)

    torch.manual_seed(seed)
    trainer = begin(recipe, images, epochs)
    with trained(this, budget.name, named, trainer) as history:
        trainer.update.gan.save(paths.model(budget.name, named), this.provenance())
        if trainer.kept:
            tensors.save(paths.samples_by_epoch(budget.name, named), trainer.kept, this.provenance())
        write_text(paths.losses(budget.name, named), losses_table(history))
        collapse = collapsed(history, recipe.collapse)
        measured = {**_summary(history), "images": len(images), "planned_epochs": epochs, "collapsed": collapse is not None}
        measured["collapsed_in_epoch"] = collapse
        write_json(
            paths.metrics(budget.name, "train", named),
            this.result(measured, dataset=dataset, device=name(device), precision=recipe.precision),
        )


@contextmanager
def trained(this: Step, budget: str, named: str, trainer: Trainer) -> Iterator[list[Row]]:
    """Train to the end, with checkpoints and events, and give the history to those who write what came out.

    The last checkpoint is removed when they are done, so a run that is killed before is not lost.

    Args:
        this: The stage.
        budget: Its budget's name.
        named: What the run's files are called.
        trainer: The run at its beginning.
    """
    checkpoint = Checkpoint(paths.checkpoint(budget, named), this.identity(), SECONDS_BETWEEN_CHECKPOINTS)
    with Events(paths.events(budget, named)) as events:
        history = train(trainer, checkpoint, events.add)
    yield history
    checkpoint.remove()


def _summary(history: list[Row]) -> dict[str, Any]:
    """Return the last epoch's values, and how the discriminator did over all epochs if there is one."""
    last = {name: value for name, value in history[-1].items() if name != "learning_rate"}
    right = [row["discriminator_accuracy"] for row in history if "discriminator_accuracy" in row]
    if not right:
        return last
    return {**last, "mean_discriminator_accuracy": sum(right) / len(right), "lowest_discriminator_accuracy": min(right)}
