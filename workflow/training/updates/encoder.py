"""Steps of an encoder that learns without an adversary (Donahue et al. 2017 §4.2)."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from workflow.data.batches import Batch
from workflow.training.losses import regression
from workflow.training.optimizers import minimize
from workflow.training.updates.base import Update


class Regression(Update):
    """The encoder learns to find z in G(z); the generator stays as it is (latent regressor)."""

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Make a step."""
        z = self.sample_latent(batch)
        with self.autocast():
            loss = regression(self.logits(z, batch.labels).float(), z)
        minimize(self.optimizers["encoder"], loss)
        return {"regression": loss.detach()}

    def logits(self, z: Tensor, labels: Tensor) -> Tensor:
        """Return E's logits of G(z)."""
        with torch.no_grad():
            images = self.gan.generate(z, labels)
        return self.gan.logits(images)


@dataclass(frozen=True)
class Reconstruction(Update):
    """The encoder and the generator learn to reconstruct images (autoencoder)."""

    distance: Callable[[Tensor, Tensor], Tensor]

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Make a step."""
        with self.autocast():
            loss = self.distance(self.reconstruct(batch).float(), batch.x.flatten(1))
        minimize(self.optimizers["autoencoder"], loss)
        return {"reconstruction": loss.detach()}

    def forward(self, batch: Batch) -> None:
        """Send real images through both: no z is ever drawn for the generator."""
        self.reconstruct(batch)

    def reconstruct(self, batch: Batch) -> Tensor:
        """Return G(E(x)): (N, pixels)."""
        return self.gan.reconstruct(batch.x, batch.labels)
