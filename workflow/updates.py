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
        real, generated = players.gan.pairs(x)
        real_logits, generated_logits = discriminator(real.detach()), discriminator(generated.detach())
    real_logits, generated_logits = real_logits.float(), generated_logits.float()
    discriminator_loss = players.objective.discriminator(real_logits, generated_logits)
    _step(players.discriminator, discriminator_loss)
    right = torch.cat([real_logits > 0, generated_logits < 0]).float().mean()

    with players.autocast():
        answers = discriminator(real), discriminator(generated)
    generator_loss = players.objective.generator(*(logits.float() for logits in answers))
    _step(players.generator, generator_loss)
    return {
        "discriminator": discriminator_loss.detach(),
        "generator": generator_loss.detach(),
        "discriminator_accuracy": right,
    }


UPDATES = {"alternating": alternating}


def _step(optimizer: Optimizer, loss: Tensor) -> None:
    """Follow a loss by the weights of one optimiser; no other weight takes a gradient, though it may pass through."""
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    optimizer.zero_grad()
    loss.backward(inputs=weights)
    optimizer.step()
