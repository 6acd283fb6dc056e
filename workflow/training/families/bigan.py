"""How a BiGAN of dense layers is trained: its recipe put together from updates, objectives and batches."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from workflow.data.batches import Batches
from workflow.data.dataset import Images
from workflow.data.triplets import Triplets, hardest
from workflow.networks.bigan import BiGAN
from workflow.params.bigan import BiganRecipe, TripletLoss
from workflow.training.loop import Trainer
from workflow.training.losses import ADVERSARIAL_LOSSES, DISTANCES, regression, triplet
from workflow.training.optimizers import adam
from workflow.training.precision import autocast, round_discriminator
from workflow.training.updates import (
    Alternating,
    AuxiliaryLoss,
    DiscriminatorTwice,
    Reconstruction,
    Regression,
    Simultaneous,
    StepInputs,
    Update,
)

GAMES = {"alternating": Alternating, "discriminator-twice": DiscriminatorTwice, "simultaneous": Simultaneous}


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
            return Regression(gan, {"encoder": adam([gan.encoder], recipe.learning_rate, recipe.optimizer)}, context)
        case "reconstruction":
            optimizer = adam([gan.generator, gan.encoder], recipe.learning_rate, recipe.optimizer)
            return Reconstruction(gan, {"autoencoder": optimizer}, context, DISTANCES[recipe.loss])
    round_discriminator(gan.discriminator, recipe.precision)
    optimizers = {
        "discriminator": adam([gan.discriminator], recipe.learning_rate, recipe.optimizer),
        "generator": adam([gan.generator, gan.encoder], recipe.learning_rate, recipe.optimizer),
    }
    return GAMES[recipe.updates](gan, optimizers, context, ADVERSARIAL_LOSSES[recipe.loss], _terms(gan))


def begin(recipe: BiganRecipe, images: Images, epochs: int, start: Path | None = None) -> Trainer:
    """Return a run at its beginning, its weights drawn, or those of the file `start`; else as `trainer`."""
    gan = BiGAN(recipe, images.pixels[0].numel())
    if start:
        gan.start(start)
    return trainer(gan.to(images.pixels.device), images, epochs)


def _terms(gan: BiGAN) -> Mapping[str, AuxiliaryLoss]:
    recipe, terms = gan.recipe, {}
    if recipe.triplets:
        terms["triplet"] = AuxiliaryLoss(recipe.triplets.weight, partial(_triplet_loss, gan, recipe.triplets))
    if recipe.regression_weight:
        terms["regression"] = AuxiliaryLoss(recipe.regression_weight, partial(_regression_loss, gan))
    return terms


def _triplet_loss(gan: BiGAN, settings: TripletLoss, play: StepInputs) -> Tensor:
    if play.batch.triplets is None:
        codes = gan.encode(play.batch.x)
        anchors, positives, negatives = codes[hardest(codes, play.batch.labels)]
    else:
        anchors, positives, negatives = gan.encode(play.batch.triplets.flatten(0, 1)).chunk(3)
    return triplet(anchors, positives, negatives, settings.margin)


def _regression_loss(gan: BiGAN, play: StepInputs) -> Tensor:
    return regression(gan.logits(play.generated[:, : gan.pixels]), play.z)
