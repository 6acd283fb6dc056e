"""One step of a training, whatever it minimises."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from torch import Tensor
from torch.optim import Adam

from workflow.data.batches import Batch
from workflow.networks.base import AdversarialModel
from workflow.training.losses import AdversarialLoss


@dataclass(frozen=True)
class StepInputs:
    """What the losses of a step are computed from: a batch, z, and the examples made of them: (N, pixels, ...)."""

    batch: Batch
    z: Tensor
    real: Tensor
    fake: Tensor


@dataclass(frozen=True)
class AuxiliaryLoss:
    """A loss that joins that of one side, multiplied by `weight`."""

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

    def forward(self, batch: Batch) -> None:
        """Send z through the generator, and real images through the network that 1NN compares: all that inference uses."""
        self.gan.generate(self.sample_latent(batch), batch.labels)
        self.gan.features(batch.x.flatten(1))

    def sample_latent(self, batch: Batch) -> Tensor:
        """Return as many z as the batch has images."""
        return self.gan.sample_latent(len(batch.x), batch.x.device)


@dataclass(frozen=True)
class Adversarial(Update):
    """`optimizers["discriminator"]` against `optimizers["generator"]`, which has the weights of the encoder too if there is one.

    A step returns the loss of each side, each auxiliary one, and the share of examples that the discriminator got right before its
    last step, if the adversarial loss knows of such.

    Attributes:
        adversarial_loss: What both sides minimise.
        auxiliary_losses: By name, what one side minimises besides.
    """

    adversarial_loss: AdversarialLoss
    auxiliary_losses: Mapping[str, AuxiliaryLoss]

    def auxiliary(self, inputs: StepInputs) -> dict[str, Tensor]:
        """Return each auxiliary loss, not yet weighted."""
        return {name: each.loss(inputs).float() for name, each in self.auxiliary_losses.items()}

    def total(self, loss: Tensor, auxiliary: Mapping[str, Tensor]) -> Tensor:
        """Return a side's adversarial loss and the weighted auxiliary ones, added up."""
        return sum((self.auxiliary_losses[name].weight * value for name, value in auxiliary.items()), loss)
