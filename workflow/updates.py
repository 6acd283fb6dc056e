"""One step of a game: which network answers to which, and in what order."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.optim import Optimizer

from workflow.networks.game import Game
from workflow.objectives import Objective


@dataclass(frozen=True)
class Players:
    """Everything that a step changes, and the losses that it follows."""

    gan: Game
    objective: Objective
    discriminator: Optimizer
    generator: Optimizer
    autocast: Callable[[], torch.autocast]

    def set_learning_rate(self, rate: float) -> None:
        """Set both optimisers' rate."""
        for optimizer in (self.discriminator, self.generator):
            for group in optimizer.param_groups:
                group["lr"] = rate


def alternating(players: Players, x: Tensor) -> dict[str, Tensor]:
    """Let the discriminator step, then the generator and the encoder against its new weights.

    Both sides see the same z, so G(z) and E(x) are computed once; only D's output is computed anew.
    D's weights take no gradient in the second half.

    Args:
        players: The networks and their optimisers.
        x: (N, pixels) float32, real images.

    Returns:
        The loss of each side, and the share of pairs that D got right before its step: scalars on x's device.
    """
    discriminator = players.gan.discriminator
    with players.autocast():
        pairs = players.gan.pairs(x)
        real, generated = (discriminator(pair.detach()).float() for pair in pairs)
    discriminator_loss = players.objective.discriminator(real, generated)
    _take_gradients(players.discriminator, discriminator_loss)
    players.discriminator.step()

    with players.autocast():
        answers = [discriminator(pair).float() for pair in pairs]
    generator_loss = players.objective.generator(*answers)
    _take_gradients(players.generator, generator_loss)
    players.generator.step()
    return _result(discriminator_loss, generator_loss, real, generated)


def simultaneous(players: Players, x: Tensor) -> dict[str, Tensor]:
    """Let all networks step at once, from gradients taken at the same weights.

    D's output is computed once for both sides. Arguments and result are those of `alternating`.
    """
    with players.autocast():
        pairs = players.gan.pairs(x)
        real, generated = (players.gan.discriminator(each).float() for each in pairs)
    losses = players.objective.discriminator(real, generated), players.objective.generator(real, generated)
    optimizers = players.discriminator, players.generator
    for optimizer, loss in zip(optimizers, losses, strict=True):
        _take_gradients(optimizer, loss, retain_graph=optimizer is players.discriminator)
    for optimizer in optimizers:
        optimizer.step()
    return _result(*losses, real, generated)


UPDATES = {"alternating": alternating, "simultaneous": simultaneous}


def _take_gradients(optimizer: Optimizer, loss: Tensor, retain_graph: bool = False) -> None:
    """Set the gradients of one optimiser's weights; no other weight takes one, though it may pass through."""
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    optimizer.zero_grad()
    loss.backward(inputs=weights, retain_graph=retain_graph)


def _result(discriminator_loss: Tensor, generator_loss: Tensor, real: Tensor, generated: Tensor) -> dict[str, Tensor]:
    return {
        "discriminator": discriminator_loss.detach(),
        "generator": generator_loss.detach(),
        "discriminator_accuracy": torch.cat([real > 0, generated < 0]).float().mean(),
    }
