"""How a BiGAN of dense layers is trained: its recipe put together from updates, objectives and batches."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from workflow import data, paths
from workflow.batches import Batches
from workflow.checkpoint import Checkpoint
from workflow.data import Images
from workflow.device import name, prepare
from workflow.files import write_json, write_text
from workflow.logs import Events, losses_table
from workflow.networks import bigan
from workflow.networks.bigan import BiGAN
from workflow.objectives import DISTANCES, OBJECTIVES, regression, triplet
from workflow.optimizers import adam
from workflow.params.bigan import BiganRecipe, TripletLoss
from workflow.params.evaluation import Compute
from workflow.params.training import TrainingBudget
from workflow.precision import autocast, round_discriminator
from workflow.step import Step
from workflow.stopping import collapsed
from workflow.training import Row, Trainer, epochs_within, train
from workflow.triplets import Triplets, hardest
from workflow.updates import Alternating, DiscriminatorTwice, Play, Reconstruction, Regression, Simultaneous, Term, Update

GAMES = {"alternating": Alternating, "discriminator-twice": DiscriminatorTwice, "simultaneous": Simultaneous}
SECONDS_BETWEEN_CHECKPOINTS = 30


def trainer(gan: BiGAN, images: Images, epochs: int) -> Trainer:
    """Return a run of a BiGAN's recipe at its beginning.

    Args:
        gan: The networks, on the device of the images, their weights drawn.
        images: The training images.
        epochs: How long.
    """
    settings = gan.recipe.triplets
    sampled = settings if settings and settings.mining == "sampled" else None
    triplets = Triplets(images.labels, sampled.pairs, sampled.negatives) if sampled else None
    return Trainer(update(gan, images.pixels.device), Batches(images, gan.recipe, triplets), gan.recipe, epochs)


def update(gan: BiGAN, device: torch.device) -> Update:
    """Return what a step of a BiGAN's recipe does."""
    recipe, context = gan.recipe, autocast(device, gan.recipe.precision)
    match recipe.updates:
        case "regression":
            return Regression(gan, {"encoder": adam([gan.encoder], recipe.optimizer)}, context)
        case "reconstruction":
            optimizer = adam([gan.generator, gan.encoder], recipe.optimizer)
            return Reconstruction(gan, {"autoencoder": optimizer}, context, DISTANCES[recipe.objective])
    round_discriminator(gan.discriminator, recipe.precision)
    optimizers = {
        "discriminator": adam([gan.discriminator], recipe.optimizer),
        "generator": adam([gan.generator, gan.encoder], recipe.optimizer),
    }
    return GAMES[recipe.updates](gan, optimizers, context, OBJECTIVES[recipe.objective], _terms(gan))


def run(this: Step, variant: str, seed: int, start: Path | None) -> None:
    """Train a variant as a stage: from its parameters to weights, losses and metrics.

    Args:
        this: The stage.
        variant: Its name.
        seed: Of PyTorch's random numbers.
        start: The weights to start from; none to draw them.
    """
    budget = this.read(TrainingBudget, "budget")
    recipe = this.recipe(BiganRecipe, variant)
    device = prepare(this.read(Compute, "compute"))
    named = f"{variant}-{seed}"
    images = data.load(paths.processed(budget.mnist)).train[: budget.images].to(device)

    torch.manual_seed(seed)
    gan = BiGAN(recipe, images.pixels[0].numel())
    if start:
        bigan.start(gan, start)
    made = trainer(gan.to(device), images, epochs_within(recipe, budget))
    checkpoint = Checkpoint(paths.checkpoint(budget.name, named), this.identity(), SECONDS_BETWEEN_CHECKPOINTS)
    with Events(paths.events(budget.name, named)) as events:
        history = train(made, checkpoint, events.add)

    bigan.save(paths.model(budget.name, named), gan, this.provenance())
    write_text(paths.losses(budget.name, named), losses_table(history))
    measured = {**_summary(history), "images": len(images), "planned_epochs": epochs_within(recipe, budget)}
    measured["collapsed_in_epoch"] = collapsed(history, recipe.collapse)
    write_json(paths.metrics(budget.name, "train", named), this.result(measured, dataset=budget.mnist, device=name(device)))
    checkpoint.remove()


def _terms(gan: BiGAN) -> Mapping[str, Term]:
    recipe, terms = gan.recipe, {}
    if recipe.triplets:
        terms["triplet"] = Term(recipe.triplets.weight, partial(_triplet_loss, gan, recipe.triplets))
    if recipe.regression_weight:
        terms["regression"] = Term(recipe.regression_weight, partial(_regression_loss, gan))
    return terms


def _triplet_loss(gan: BiGAN, settings: TripletLoss, play: Play) -> Tensor:
    if play.batch.triplets is None:
        codes = gan.encode(play.batch.x)
        anchors, positives, negatives = codes[hardest(codes, play.batch.labels)]
    else:
        anchors, positives, negatives = gan.encode(play.batch.triplets.flatten(0, 1)).chunk(3)
    return triplet(anchors, positives, negatives, settings.margin)


def _regression_loss(gan: BiGAN, play: Play) -> Tensor:
    return regression(gan.logits(play.generated[:, : gan.pixels]), play.z)


def _summary(history: list[Row]) -> dict[str, Any]:
    """Return the last epoch's values, and how the discriminator did over all epochs if there is one."""
    last = {name: value for name, value in history[-1].items() if name != "learning_rate"}
    right = [row["discriminator_accuracy"] for row in history if "discriminator_accuracy" in row]
    if not right:
        return last
    return {**last, "mean_discriminator_accuracy": sum(right) / len(right), "lowest_discriminator_accuracy": min(right)}
