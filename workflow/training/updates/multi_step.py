"""Steps of a GAN whose discriminator and generator step in turns, some times each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

import torch
from torch import Tensor

from workflow.data.batches import Batch
from workflow.training.optimizers import apply_gradients, gradients
from workflow.training.updates.base import Adversarial, StepInputs

Computed = tuple[Tensor, dict[str, Tensor], Sequence[Tensor]]  # a loss, what else is reported, and gradients
Side = Callable[[Tensor, Tensor, Tensor], Computed]  # of x, labels and z


def eager(side: Side) -> Side:
    """Return a side as it is, its operations to be found anew at each step."""
    return side


@dataclass(frozen=True)
class MultiStep(Adversarial):
    """The discriminator steps some times, then the generator does, with the batch's classes.

    The auxiliary losses are the discriminator's. Each side's loss is that of its last step.

    Source: Goodfellow et al. 2014, algorithm 1; Report D §2.3 for more than one step of the generator.

    Attributes:
        discriminator_steps: How many.
        generator_steps: How many, after those.
        one_latent: Whether all steps of a batch have one z; else each has another.
        compute: How each side's losses and gradients are computed, `eager` or `Traced`.
    """

    discriminator_steps: int
    generator_steps: int
    one_latent: bool = False
    compute: Callable[[Side], Side] = eager

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        """The discriminator's and the generator's."""
        return self.compute(self.discriminator_side), self.compute(self.generator_side)

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Make a step."""
        discriminator_side, generator_side = self.sides
        latents = self.latents(batch)
        for _ in range(self.discriminator_steps):
            discriminator, others, found = discriminator_side(batch.x, batch.labels, next(latents))
            apply_gradients(self.optimizers["discriminator"], found)
        for _ in range(self.generator_steps):
            generator, _nothing, found = generator_side(batch.x, batch.labels, next(latents))
            apply_gradients(self.optimizers["generator"], found)
        return {"discriminator": discriminator, "generator": generator, **others}

    def latents(self, batch: Batch) -> Iterator[Tensor]:
        """Yield a z for each step on a batch."""
        if self.one_latent:
            return repeat(self.sample_latent(batch))
        return (self.sample_latent(batch) for _ in repeat(None))

    def discriminator_side(self, x: Tensor, labels: Tensor, z: Tensor) -> Computed:
        """Return the discriminator's loss, the auxiliary ones and its accuracy, and the gradients."""
        batch = Batch(x, labels)
        with self.autocast():
            with torch.no_grad():
                stacked = self.gan.stacked_examples(batch, z)
            real, fake = (logits.float() for logits in self.gan.discriminate(stacked))
            auxiliary = self.auxiliary(StepInputs(batch, z, *stacked.chunk(2)))
        loss = self.adversarial_loss.discriminator(real, fake)
        others = {name: value.detach() for name, value in auxiliary.items()} | self.adversarial_loss.accuracy(real, fake)
        return loss.detach(), others, gradients(self.optimizers["discriminator"], self.total(loss, auxiliary))

    def generator_side(self, x: Tensor, labels: Tensor, z: Tensor) -> Computed:
        """Return the generator's loss, nothing else, and the gradients."""
        with self.autocast():
            logits = self.gan.discriminator(self.gan.fake_examples(Batch(x, labels), z)).float()
        loss = self.adversarial_loss.generator(logits)
        return loss.detach(), {}, gradients(self.optimizers["generator"], loss)
