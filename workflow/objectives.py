"""Losses: what each side of a game minimises, given the discriminator's logits."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import softplus

Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Objective:
    """The losses of a game, each a function of the logits of real and of generated examples, both (N, 1) float32."""

    discriminator: Loss
    generator: Loss


def cross_entropy_discriminator(real: Tensor, generated: Tensor) -> Tensor:
    """Return -E[log D(real)] - E[log(1 - D(generated))], a scalar (Report B §3.2, L_D; D is the logits' sigmoid)."""
    return softplus(-real).mean() + softplus(generated).mean()


def cross_entropy_generator(real: Tensor, generated: Tensor) -> Tensor:
    """Return -E[log D(generated)] - E[log(1 - D(real))], a scalar (Report B §3.2, L_{E,G})."""
    return softplus(-generated).mean() + softplus(real).mean()


def _halved(loss: Loss) -> Loss:
    return lambda real, generated: loss(real, generated) / 2


OBJECTIVES = {
    "cross-entropy": Objective(cross_entropy_discriminator, cross_entropy_generator),
    # The mean of the two terms instead of their sum (the code released by Donahue et al. 2017)
    "mean-cross-entropy": Objective(_halved(cross_entropy_discriminator), _halved(cross_entropy_generator)),
}
