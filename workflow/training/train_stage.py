"""A training as a stage: from its parameters to weights, losses and metrics."""

from collections.abc import Sequence
from typing import Any

import torch

from workflow.data import dataset as data
from workflow.io import tensors
from workflow.io.files import write_json, write_text
from workflow.networks import files
from workflow.params.compute import Compute
from workflow.params.model import select
from workflow.params.training import R, TrainingBudget
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import Stage
from workflow.training.callbacks import Callback, CallbackOf
from workflow.training.checkpoint import Checkpoint
from workflow.training.cuda_graph import CapturedStep
from workflow.training.device import computed_on, prepare
from workflow.training.families.base import Family
from workflow.training.loop import Row, Trainer, fit
from workflow.training.stopping import collapsed
from workflow.training.tensorboard import Events, losses_table

SECONDS_BETWEEN_CHECKPOINTS = 30


def train_stage(this: Stage, family: Family[R], callbacks: Sequence[CallbackOf] = ()) -> None:
    """Train a variant, and write its weights, losses and metrics, and what its callbacks keep.

    Its checkpoint is removed once those are written, so a run that is killed before is not lost.

    Args:
        this: The stage, of a `dataset`, a `variant` and a `seed`, and, if it has one, a `start` whose trained weights it starts from.
        family: Of the variant.
        callbacks: What is looked at after each epoch.
    """
    item, budget = this.item, this.read(TrainingBudget, "budget")
    own = this.recipe(family.recipe, item["variant"])
    recipe, epochs = budget.with_precision(own), budget.epochs_of(family.name, own.epochs)
    compute = this.read(Compute, "compute")
    device = prepare(compute, recipe.precision)
    all_images = data.load(paths.processed(item["dataset"])).train
    images = all_images[: budget.images].to(device)
    start = paths.model(this.budget, RunId(item["start"], item["seed"])) if "start" in item else None

    torch.manual_seed(item["seed"])
    trainer = family.build(recipe, images, epochs, start)
    if compute.cuda_graphs and device.type == "cuda" and family.capturable(recipe):
        trainer.step_on = CapturedStep(trainer.update)
    checkpoint = checkpoint_of(this, this.run)
    fit_with_events(this, this.run, trainer, checkpoint, [each(trainer.update.gan, images) for each in callbacks])
    about = {
        "dataset": item["dataset"],
        "family": family.name,
        **computed_on(device),
        "precision": recipe.precision,
        "start": item.get("start"),
        "own_epochs": own.epochs,
        "changes": select(this.params, f"budget.changes.{family.name}"),
        "all_images": len(images) == len(all_images),
    }
    _write(this, trainer, epochs, about)
    this.check_unchanged()
    checkpoint.remove()


def checkpoint_of(this: Stage, run: RunId) -> Checkpoint:
    """Return a run's checkpoint, which belongs to the stage's facts, parameters and code."""
    return Checkpoint(paths.checkpoint(this.budget, run), this.identity(), SECONDS_BETWEEN_CHECKPOINTS)


def fit_with_events(this: Stage, run: RunId, trainer: Trainer, checkpoint: Checkpoint, callbacks: Sequence[Callback]) -> list[Row]:
    """Run a training to its end, as `fit`, with TensorBoard events of each epoch."""
    with Events(paths.events(this.budget, run)) as events:
        return fit(trainer, checkpoint, callbacks, events.add)


def _write(this: Stage, trainer: Trainer, epochs: int, about: dict[str, Any]) -> None:
    """Write what came out of a run: weights, what was kept, losses and metrics."""
    budget, run = this.budget, this.run
    files.save(paths.model(budget, run), trainer.update.gan, trainer.recipe, this.provenance())
    if trainer.kept:
        tensors.save(paths.snapshots(budget, run), trainer.kept, this.provenance())
    write_text(paths.losses(budget, run), losses_table(trainer.history))
    epoch = collapsed(trainer.history, trainer.recipe.collapse)
    measured = {**_summary(trainer.history), "images": len(trainer.batches.images), "planned_epochs": epochs}
    measured |= {"collapsed": epoch is not None, "collapsed_in_epoch": epoch}
    write_json(paths.metrics(budget, "train", run), this.result(measured, **about))


def _summary(history: list[Row]) -> dict[str, Any]:
    """Return the last epoch's values, and how the discriminator did over all epochs if there is one."""
    last = {name: value for name, value in history[-1].items() if name != "learning_rate"}
    right = [row["discriminator_accuracy"] for row in history if "discriminator_accuracy" in row]
    if not right:
        return last
    return {**last, "mean_discriminator_accuracy": sum(right) / len(right), "lowest_discriminator_accuracy": min(right)}
