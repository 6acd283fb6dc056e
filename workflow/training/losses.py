"""Losses: what an adversary, a regression or a reconstruction minimises."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, l1_loss, mse_loss, softplus

CLAMP = 1e-6  # added to a probability before its logarithm (Report B's published code)


@dataclass(frozen=True)
class AdversarialLoss:
    """What both sides of a GAN minimise, from the discriminator's logits of real and fake examples: (N, 1) float32, a scalar each.

    Attributes:
        as_real: What it costs to call these examples real: low where the logits are high.
        as_fake: What it costs to call them fake.
    """

    as_real: Callable[[Tensor], Tensor]
    as_fake: Callable[[Tensor], Tensor]

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """Return L_D, by default -E[log D(real)] - E[log(1 - D(fake))] (Report B §3.2)."""
        return self.as_real(real) + self.as_fake(fake)

    def generator(self, fake: Tensor) -> Tensor:
        """Return L_G of a GAN, by default -E[log D(fake)] (Goodfellow et al. 2014, §3)."""
        return self.as_real(fake)

    def generator_and_encoder(self, real: Tensor, fake: Tensor) -> Tensor:
        """Return L_{E,G} of a BiGAN: fake examples should look real, and real ones fake (Report B §3.2)."""
        return self.generator(fake) + self.as_fake(real)

    def accuracy(self, real: Tensor, fake: Tensor) -> dict[str, Tensor]:
        """Return, under its name, the share of the examples that the discriminator puts on the right side of zero."""
        return {"discriminator_accuracy": torch.cat([real > 0, fake < 0]).mean(dtype=torch.float32)}


class MeanOfTerms(AdversarialLoss):
    """A loss of two terms is their mean instead of their sum; of one term, it is as it was (the code released by Donahue et al. 2017)."""

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """Return L_D / 2."""
        return super().discriminator(real, fake) / 2

    def generator_and_encoder(self, real: Tensor, fake: Tensor) -> Tensor:
        """Return L_{E,G} / 2."""
        return super().generator_and_encoder(real, fake) / 2


class Distance(AdversarialLoss):
    """A loss whose discriminator measures how far apart both kinds are: its zero means nothing, so it is never right or wrong."""

    def accuracy(self, real: Tensor, fake: Tensor) -> dict[str, Tensor]:  # noqa: ARG002
        """Return nothing."""
        return {}


def _minus_log(logits: Tensor) -> Tensor:
    return softplus(-logits).mean()


def _minus_log_of_rest(logits: Tensor) -> Tensor:
    return softplus(logits).mean()


ADVERSARIAL_LOSSES = {
    "cross-entropy": AdversarialLoss(_minus_log, _minus_log_of_rest),
    "mean-cross-entropy": MeanOfTerms(_minus_log, _minus_log_of_rest),
    # The sum over the batch instead of its mean, so that an L2 penalty weighs less beside it (Report B §3.2)
    "summed-cross-entropy": AdversarialLoss(lambda logits: softplus(-logits).sum(), lambda logits: softplus(logits).sum()),
    # Probabilities kept away from 0 (Report B's published code)
    "clamped-cross-entropy": AdversarialLoss(
        lambda logits: -(logits.sigmoid() + CLAMP).log().mean(),
        lambda logits: -(1 - logits.sigmoid() + CLAMP).log().mean(),
    ),
    # E[D(fake)] - E[D(real)], which is least at minus the distance (Arjovsky et al. 2017, eq. 3; Report E §4)
    "wasserstein": Distance(lambda logits: -logits.mean(), lambda logits: logits.mean()),
}

# Of a reconstruction from its image: (N, pixels) each, a scalar (Donahue et al. 2017, §4.2)
DISTANCES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {"absolute-error": l1_loss, "squared-error": mse_loss}


def regression(logits: Tensor, z: Tensor) -> Tensor:
    """Return the mean cross-entropy of sigmoid(logits) from z moved to [0, 1], for logits of fake images and their
    z in [-1, 1]: (N, latent) each. It is smallest where E(x), 2·sigmoid(logits) - 1, is z.

    Source: the latent regressor in the code that Donahue et al. 2017 released.
    """
    return binary_cross_entropy_with_logits(logits, (z + 1) / 2)


def triplet(anchors: Tensor, positives: Tensor, negatives: Tensor, margin: float) -> Tensor:
    """Return the mean of max(0, ||a - p||² - ||a - n||² + margin), for latents (N, latent) each.

    Source: Report A §3, after Hoffer & Ailon 2014; squared distances as in A's published code.
    """
    nearer, farther = ((anchors - others).square().sum(1) for others in (positives, negatives))
    return (nearer - farther + margin).relu().mean()


def gradient_penalty(discriminator: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor) -> Tensor:
    """Return the mean of (||∇D(x)|| - 1)² over points x, each drawn uniformly between a real and a fake example.

    Where the gradient is zero its length has no derivative; zero is taken for it, so nothing becomes infinite.

    Args:
        discriminator: Maps examples to logits (N, 1), each by itself.
        real: (N, ...) float32.
        fake: (N, ...) float32; no gradient flows into them.

    Source:
        Gulrajani et al. 2017, eq. 3 and algorithm 1.
    """
    share = torch.rand(len(real), *[1] * (real.dim() - 1), device=real.device)
    between = torch.lerp(fake.detach().to(real.dtype), real, share).requires_grad_()
    (gradient,) = torch.autograd.grad(discriminator(between).float().sum(), between, create_graph=True)
    lengths: Tensor = torch.linalg.vector_norm(gradient.flatten(1), dim=1)
    return (lengths - 1).square().mean()
