"""How a BiGAN of dense layers is trained: its recipe put together from updates, losses and batches."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from workflow.data.batches import Batches
from workflow.data.dataset import Images
from workflow.data.triplets import Triplets, hardest
from workflow.networks.bigan import BiGAN
from workflow.networks.files import start_from
from workflow.params.bigan import BiganRecipe, TripletLoss
from workflow.training.families.base import Family
from workflow.training.loop import Trainer
from workflow.training.losses import ADVERSARIAL_LOSSES, DISTANCES, regression, triplet
from workflow.training.optimizers import adam
from workflow.training.precision import autocast, round_discriminator
from workflow.training.updates.base import AuxiliaryLoss, StepInputs, Update
from workflow.training.updates.bigan import Alternating, DiscriminatorTwice, Simultaneous
from workflow.training.updates.encoder import Reconstruction, Regression

ADVERSARIAL_UPDATES = {"alternating": Alternating, "discriminator-twice": DiscriminatorTwice, "simultaneous": Simultaneous}


def build(recipe: BiganRecipe, images: Images, epochs: int, start: Path | None) -> Trainer:
    """Return a run at its beginning, as `Family.build`; sampled triplets are drawn here."""
    gan = BiGAN(recipe, images.pixels[0].numel())
    if start:
        start_from(gan, start)
    gan.to(images.pixels.device)
    settings = recipe.triplets
    sampled = settings if settings and settings.mining == "sampled" else None
    triplets = Triplets(images.labels, sampled.pairs, sampled.negatives) if sampled else None
    return Trainer(_update(gan, recipe, images.pixels.device), Batches(images, recipe, triplets), recipe, epochs)


def _capturable(recipe: BiganRecipe) -> bool:
    """Return whether no batch has its own number of triplets."""
    return recipe.triplets is None or recipe.triplets.mining == "sampled"


FAMILY = Family("bigan", BiganRecipe, build, _capturable)


def _update(gan: BiGAN, recipe: BiganRecipe, device: torch.device) -> Update:
    """Return what a step of a recipe does."""
    context = autocast(device, recipe.precision)
    match recipe.updates:
        case "regression":
            return Regression(gan, {"encoder": adam([gan.encoder], recipe.learning_rate, recipe.optimizer)}, context)
        case "reconstruction":
            optimizer = adam([gan.generator, gan.encoder], recipe.learning_rate, recipe.optimizer)
            return Reconstruction(gan, {"autoencoder": optimizer}, context, DISTANCES[recipe.loss])
    round_discriminator(gan.discriminator, recipe.precision)
    auxiliary_losses = _auxiliary_losses(gan, recipe)
    encodes = recipe.discriminator_input == "pairs" or auxiliary_losses  # the encoder of a GAN alone has no gradient
    optimizers = {
        "discriminator": adam([gan.discriminator], recipe.learning_rate, recipe.optimizer),
        "generator": adam([gan.generator, *([gan.encoder] if encodes else [])], recipe.learning_rate, recipe.optimizer),
    }
    return ADVERSARIAL_UPDATES[recipe.updates](gan, optimizers, context, ADVERSARIAL_LOSSES[recipe.loss], auxiliary_losses)


def _auxiliary_losses(gan: BiGAN, recipe: BiganRecipe) -> Mapping[str, AuxiliaryLoss]:
    losses = {}
    if recipe.triplets:
        losses["triplet"] = AuxiliaryLoss(recipe.triplets.weight, partial(_triplet_loss, gan, recipe.triplets))
    if recipe.regression_weight:
        losses["regression"] = AuxiliaryLoss(recipe.regression_weight, partial(_regression_loss, gan))
    return losses


def _triplet_loss(gan: BiGAN, settings: TripletLoss, inputs: StepInputs) -> Tensor:
    if inputs.batch.triplets is None:
        latents = gan.encode(inputs.batch.x)
        anchors, positives, negatives = latents[hardest(latents, inputs.batch.labels)]
    else:
        anchors, positives, negatives = gan.encode(inputs.batch.triplets.flatten(0, 1)).chunk(3)
    return triplet(anchors, positives, negatives, settings.margin)


def _regression_loss(gan: BiGAN, inputs: StepInputs) -> Tensor:
    return regression(gan.logits(inputs.fake[:, : gan.pixels]), inputs.z)
