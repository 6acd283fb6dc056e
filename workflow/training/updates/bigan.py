"""Steps of a BiGAN: which side steps on what, and in what order."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from workflow.data.batches import Batch
from workflow.networks.base import inference
from workflow.training.optimizers import apply_gradients, gradients, minimize
from workflow.training.updates.base import Adversarial, StepInputs


class BiganUpdate(Adversarial):
    """A step of a BiGAN; the auxiliary losses are the generator's and the encoder's."""

    def inputs(self, batch: Batch, z: Tensor) -> StepInputs:
        """Return real and fake examples for a batch."""
        return StepInputs(batch, z, *self.gan.examples(batch, z))

    def discriminate(self, examples: Tensor) -> Tensor:
        """Return the discriminator's logits: (N, 1) float32."""
        logits: Tensor = self.gan.discriminator(examples)
        return logits.float()

    def generator_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        """Return the generator's adversarial loss, and the encoder's with it if the discriminator sees what that makes."""
        if self.gan.discriminates_pairs:
            return self.adversarial_loss.generator_and_encoder(real, fake)
        return self.adversarial_loss.generator(fake)


class Alternating(BiganUpdate):
    """The discriminator steps, then the generator and the encoder against its new weights.

    Both sides see the same z, so G(z) and E(x) are computed once; only D's output is computed anew.
    D's weights take no gradient in the second half.
    """

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Make a step."""
        with self.autocast():
            inputs = self.inputs(batch, self.sample_latent(batch))
            real, fake = self.discriminate(inputs.real.detach()), self.discriminate(inputs.fake.detach())
        discriminator = self.adversarial_loss.discriminator(real, fake)
        minimize(self.optimizers["discriminator"], discriminator)
        return _result(discriminator, *self.generator_step(inputs), self.adversarial_loss.accuracy(real, fake))

    def generator_step(self, inputs: StepInputs) -> tuple[Tensor, dict[str, Tensor]]:
        """Let the generator and the encoder step; return their adversarial loss, and the auxiliary ones."""
        with self.autocast():
            generator = self.generator_loss(self.discriminate(inputs.real), self.discriminate(inputs.fake))
            auxiliary = self.auxiliary(inputs)
        minimize(self.optimizers["generator"], self.total(generator, auxiliary))
        return generator, auxiliary


class DiscriminatorTwice(Alternating):
    """The discriminator steps on fake pairs, then on real ones, then the others step (Report A's published code).

    The discriminator steps on what networks in inference mode make; the others do not.
    """

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Make a step."""
        z = self.sample_latent(batch)
        with torch.no_grad(), inference(self.gan), self.autocast():
            inputs = self.inputs(batch, z)
        fake_loss, fake = self.discriminator_step(inputs.fake, self.adversarial_loss.as_fake)
        real_loss, real = self.discriminator_step(inputs.real, self.adversarial_loss.as_real)
        with self.autocast():
            inputs = self.inputs(batch, z)
        return _result(fake_loss + real_loss, *self.generator_step(inputs), self.adversarial_loss.accuracy(real, fake))

    def discriminator_step(self, examples: Tensor, cost: Callable[[Tensor], Tensor]) -> tuple[Tensor, Tensor]:
        """Let the discriminator step on examples of one kind; return its loss and their logits."""
        with self.autocast():
            logits = self.discriminate(examples)
        loss = cost(logits)
        minimize(self.optimizers["discriminator"], loss)
        return loss, logits


class Simultaneous(BiganUpdate):
    """All networks step at once, from gradients taken at the same weights; D's output is computed once for both sides."""

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Make a step."""
        with self.autocast():
            inputs = self.inputs(batch, self.sample_latent(batch))
            real, fake = self.discriminate(inputs.real), self.discriminate(inputs.fake)
            auxiliary = self.auxiliary(inputs)
        discriminator, generator = self.adversarial_loss.discriminator(real, fake), self.generator_loss(real, fake)
        sides = {"discriminator": discriminator, "generator": self.total(generator, auxiliary)}
        found = {name: gradients(self.optimizers[name], loss, retain_graph=True) for name, loss in sides.items()}
        for name, each in found.items():
            apply_gradients(self.optimizers[name], each)
        return _result(discriminator, generator, auxiliary, self.adversarial_loss.accuracy(real, fake))


def _result(discriminator: Tensor, generator: Tensor, auxiliary: Mapping[str, Tensor], accuracy: Mapping[str, Tensor]) -> dict[str, Tensor]:
    losses = {"discriminator": discriminator, "generator": generator, **auxiliary}
    return {name: value.detach() for name, value in losses.items()} | dict(accuracy)
