"""One step of a training: which networks answer to which, and in what order."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor
from torch.optim import Adam

from workflow.data.batches import Batch
from workflow.networks.base import AdversarialModel, inference
from workflow.training.losses import AdversarialLoss, regression
from workflow.training.optimizers import step
from workflow.training.traced import eager

Computed = tuple[Tensor, dict[str, Tensor], Sequence[Tensor]]  # a loss, what else is reported, and gradients
Side = Callable[[Tensor, Tensor, Tensor], Computed]  # of x, labels and z


@dataclass(frozen=True)
class StepInputs:
    """What the sides of a game look at in a step: a batch, z, and the examples made of them: (N, pixels, ...)."""

    batch: Batch
    z: Tensor
    real: Tensor
    generated: Tensor


@dataclass(frozen=True)
class AuxiliaryLoss:
    """A loss that joins that of a side, multiplied by `weight`: the generator's and the encoder's, or in `MultiStep` the discriminator's."""

    weight: float
    loss: Callable[[StepInputs], Tensor]


@dataclass(frozen=True)
class Update(ABC):
    """A step, and everything that it changes.

    Attributes:
        gan: The networks.
        optimizers: By name, each has weights of its own.
        autocast: The context that losses are computed in.
    """

    gan: AdversarialModel
    optimizers: Mapping[str, Adam]
    autocast: Callable[[], AbstractContextManager[object]]

    @abstractmethod
    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Make a step; return the losses, scalars on the batch's device."""

    @abstractmethod
    def forward(self, batch: Batch) -> object:
        """Send a batch through all that is used in inference, as training does."""

    def prior(self, batch: Batch) -> Tensor:
        """Return as many z as the batch has images."""
        return self.gan.prior(len(batch.x), batch.x.device)


@dataclass(frozen=True)
class Adversarial(Update):
    """A game between `optimizers["discriminator"]` and `optimizers["generator"]`, which has the encoder too.

    A step returns the loss of each side, each term's, and the share of examples that the discriminator got right
    before it stepped.
    """

    objective: AdversarialLoss
    terms: Mapping[str, AuxiliaryLoss]

    def forward(self, batch: Batch) -> object:
        """Make real and generated examples."""
        return self.play(batch, self.prior(batch))

    def play(self, batch: Batch, z: Tensor) -> StepInputs:
        """Return real and generated examples for a batch."""
        return StepInputs(batch, z, *self.gan.examples(batch, z))

    def judge(self, examples: Tensor) -> Tensor:
        """Return the discriminator's logits: (N, 1) float32."""
        logits: Tensor = self.gan.discriminator(examples)
        return logits.float()

    def terms_of(self, play: StepInputs) -> dict[str, Tensor]:
        """Return each term's loss, not yet weighted."""
        return {name: term.loss(play).float() for name, term in self.terms.items()}

    def total(self, loss: Tensor, terms: Mapping[str, Tensor]) -> Tensor:
        """Return what the generator and the encoder minimise."""
        return loss + sum(self.terms[name].weight * value for name, value in terms.items())


class Alternating(Adversarial):
    """The discriminator steps, then the generator and the encoder against its new weights.

    Both sides see the same z, so G(z) and E(x) are computed once; only D's output is computed anew.
    D's weights take no gradient in the second half.
    """

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Make a step."""
        with self.autocast():
            play = self.play(batch, self.prior(batch))
            real, generated = self.judge(play.real.detach()), self.judge(play.generated.detach())
        discriminator = self.objective.discriminator(real, generated)
        _descend(self.optimizers["discriminator"], discriminator)
        return _result(discriminator, *self.answer(play), self.objective.accuracy(real, generated))

    def answer(self, play: StepInputs) -> tuple[Tensor, dict[str, Tensor]]:
        """Let the generator and the encoder step; return their adversarial loss, and the terms'."""
        with self.autocast():
            generator = self.objective.generator(self.judge(play.real), self.judge(play.generated))
            terms = self.terms_of(play)
        _descend(self.optimizers["generator"], self.total(generator, terms))
        return generator, terms


class DiscriminatorTwice(Alternating):
    """The discriminator steps on generated pairs, then on real ones, then the others answer (Report A's published code).

    What the discriminator learns from comes from networks in inference mode; what it answers to does not.
    """

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Make a step."""
        z = self.prior(batch)
        with torch.no_grad(), inference(self.gan), self.autocast():
            shown = self.play(batch, z)
        generated_loss, generated = self.learn(shown.generated, self.objective.generated)
        real_loss, real = self.learn(shown.real, self.objective.real)
        with self.autocast():
            play = self.play(batch, z)
        return _result(generated_loss + real_loss, *self.answer(play), self.objective.accuracy(real, generated))

    def learn(self, examples: Tensor, cost: Callable[[Tensor], Tensor]) -> tuple[Tensor, Tensor]:
        """Let the discriminator step on examples of one kind; return its loss and their logits."""
        with self.autocast():
            logits = self.judge(examples)
        loss = cost(logits)
        _descend(self.optimizers["discriminator"], loss)
        return loss, logits


class Simultaneous(Adversarial):
    """All networks step at once, from gradients taken at the same weights; D's output is computed once for both sides."""

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Make a step."""
        with self.autocast():
            play = self.play(batch, self.prior(batch))
            real, generated = self.judge(play.real), self.judge(play.generated)
            terms = self.terms_of(play)
        discriminator, generator = self.objective.discriminator(real, generated), self.objective.generator(real, generated)
        sides = {"discriminator": discriminator, "generator": self.total(generator, terms)}
        gradients = {name: _gradients(self.optimizers[name], loss, retain_graph=True) for name, loss in sides.items()}
        for name, found in gradients.items():
            _follow(self.optimizers[name], found)
        return _result(discriminator, generator, terms, self.objective.accuracy(real, generated))


@dataclass(frozen=True)
class MultiStep(Update):
    """The discriminator steps some times, then the generator does, each time with another z and the batch's classes.

    A game of `optimizers["discriminator"]` and `optimizers["generator"]`. A step returns each side's loss in its last step, each
    term's, and what the objective makes of the discriminator's logits before its last one.

    Source: Goodfellow et al. 2014, algorithm 1; Report D §2.3 for more than one step of the generator.

    Attributes:
        terms: Losses that join the discriminator's.
        compute: How each side's losses and gradients are computed, `eager` or `Traced`.
    """

    objective: AdversarialLoss
    discriminator_steps: int
    generator_steps: int
    terms: Mapping[str, AuxiliaryLoss]
    compute: Callable[[Side], Side] = eager

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        """The discriminator's and the generator's."""
        return self.compute(self.discriminator_side), self.compute(self.generator_side)

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Make a step."""
        discriminator_side, generator_side = self.sides
        for _ in range(self.discriminator_steps):
            discriminator, others, gradients = discriminator_side(batch.x, batch.labels, self.prior(batch))
            _follow(self.optimizers["discriminator"], gradients)
        for _ in range(self.generator_steps):
            generator, _nothing, gradients = generator_side(batch.x, batch.labels, self.prior(batch))
            _follow(self.optimizers["generator"], gradients)
        return {"discriminator": discriminator, "generator": generator, **others}

    def discriminator_side(self, x: Tensor, labels: Tensor, z: Tensor) -> Computed:
        """Return the discriminator's loss, the terms' and what the objective makes of its logits, and the gradients."""
        batch = Batch(x, labels)
        with self.autocast():
            with torch.no_grad():
                both = self.gan.both(batch, z)
            real, generated = (logits.float() for logits in self.gan.judge(both))
            terms = {name: term.loss(StepInputs(batch, z, *both.chunk(2))).float() for name, term in self.terms.items()}
        loss = self.objective.discriminator(real, generated)
        total = sum((self.terms[name].weight * value for name, value in terms.items()), loss)
        others = {name: value.detach() for name, value in terms.items()} | self.objective.accuracy(real, generated)
        return loss.detach(), others, _gradients(self.optimizers["discriminator"], total)

    def generator_side(self, x: Tensor, labels: Tensor, z: Tensor) -> Computed:
        """Return the generator's loss, nothing else, and the gradients."""
        with self.autocast():
            logits = self.gan.discriminator(self.gan.generated(Batch(x, labels), z)).float()
        loss = self.objective.real(logits)
        return loss.detach(), {}, _gradients(self.optimizers["generator"], loss)

    def forward(self, batch: Batch) -> Tensor:
        """Make generated examples."""
        return self.gan.generated(batch, self.prior(batch))


class Regression(Update):
    """The encoder learns to find z in G(z); the generator stays as it is (Donahue et al. 2017 §4.2, latent regressor)."""

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Make a step."""
        z = self.prior(batch)
        with self.autocast():
            loss = regression(self.logits(batch, z).float(), z)
        _descend(self.optimizers["encoder"], loss)
        return {"regression": loss.detach()}

    def forward(self, batch: Batch) -> object:
        """Encode generated images."""
        return self.logits(batch, self.prior(batch))

    def logits(self, batch: Batch, z: Tensor) -> Tensor:
        """Return E's logits of G(z)."""
        with torch.no_grad():
            images = self.gan.generate(z, batch.labels)
        return self.gan.logits(images)


@dataclass(frozen=True)
class Reconstruction(Update):
    """The encoder and the generator learn to reconstruct images (Donahue et al. 2017 §4.2, autoencoder)."""

    distance: Callable[[Tensor, Tensor], Tensor]

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Make a step."""
        with self.autocast():
            loss = self.distance(self.forward(batch).float(), batch.x.flatten(1))
        _descend(self.optimizers["autoencoder"], loss)
        return {"reconstruction": loss.detach()}

    def forward(self, batch: Batch) -> Tensor:
        """Return G(E(x)): (N, pixels)."""
        return self.gan.reconstruct(batch.x, batch.labels)


def _descend(optimizer: Adam, loss: Tensor) -> None:
    _follow(optimizer, _gradients(optimizer, loss))


def _follow(optimizer: Adam, gradients: Sequence[Tensor]) -> None:
    for weight, gradient in zip(_weights(optimizer), gradients, strict=True):
        weight.grad = gradient
    step(optimizer)


def _gradients(optimizer: Adam, loss: Tensor, retain_graph: bool = False) -> Sequence[Tensor]:
    """Return the gradients of one optimiser's weights; no other weight takes one, though it may pass through.

    Each is laid out in memory as its weight is, since fused Adam goes through both as they lie.
    """
    weights = _weights(optimizer)
    found = zip(weights, torch.autograd.grad(loss, weights, retain_graph=retain_graph), strict=True)
    return [gradient if gradient.stride() == weight.stride() else torch.empty_like(weight).copy_(gradient) for weight, gradient in found]


def _weights(optimizer: Adam) -> list[Tensor]:
    return [weight for group in optimizer.param_groups for weight in group["params"]]


def _result(discriminator: Tensor, generator: Tensor, terms: Mapping[str, Tensor], accuracy: Mapping[str, Tensor]) -> dict[str, Tensor]:
    terms = {name: value.detach() for name, value in terms.items()}
    return {"discriminator": discriminator.detach(), "generator": generator.detach(), **terms, **accuracy}
