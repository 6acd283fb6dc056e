"""GANs without an encoder, whatever their layers."""

from functools import cache

import torch
from torch import Tensor, nn

from workflow.data.batches import Batch
from workflow.data.dataset import CLASSES, Images, scale
from workflow.io.errors import UserError
from workflow.networks.base import AdversarialModel
from workflow.networks.virtual_batch_norm import Referring, VirtualBatchNorm
from workflow.params.gan import GanRecipe


class GAN(AdversarialModel):
    """A generator and a discriminator. A family's own GAN makes both, and says what each takes.

    Attributes:
        generator: Maps what `generator_input` returns to images before their output function `to_pixels`.
    """

    generator: nn.Module

    def __init__(self, recipe: GanRecipe, *shape: int) -> None:
        super().__init__(recipe, *shape)
        self.latent = recipe.latent
        self.to_pixels = torch.sigmoid_ if recipe.scaling == "unit" else torch.tanh_

    def generator_input(self, z: Tensor, labels: Tensor) -> Tensor:
        """Return what the generator takes: z: (N, latent), and of conditional GANs the classes too."""
        raise NotImplementedError

    def discriminator_input(self, images: Tensor, labels: Tensor) -> Tensor:
        """Return what the discriminator takes: images (N, ...), and of conditional GANs the classes too."""
        raise NotImplementedError

    def sample_latent(self, count: int, device: torch.device) -> Tensor:
        """Return z: (count, latent) float32 ~ U(-1, 1)."""
        return torch.empty(count, self.latent, device=device).uniform_(-1, 1)

    def generate(self, z: Tensor, labels: Tensor) -> Tensor:
        """Return G(z), or G(z, c): (N, ...) for z: (N, latent) and classes `labels`: (N,) int64."""
        images: Tensor = self.to_pixels(self.generator(self.generator_input(z, labels)))
        return images

    def examples(self, batch: Batch, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return real and fake images as the discriminator takes them: (N, ...) each."""
        return self.discriminator_input(batch.x, batch.labels), self.fake_examples(batch, z)

    def fake_examples(self, batch: Batch, z: Tensor) -> Tensor:
        """Return fake images as the discriminator takes them: (N, ...)."""
        return self.discriminator_input(self.generate(z, batch.labels), batch.labels)

    def choose_reference(self, images: Images, count: int) -> None:
        """Choose what virtual batch normalization refers to, in place: so many training images, and a z for each. None needs nothing.

        Raises:
            UserError: If there are not enough images.
        """
        if not any(isinstance(network, Referring) for network in (self.generator, self.discriminator)):
            return
        if count > len(images):
            raise UserError(f"reference_images: found {count}, allowed: at most the {len(images)} training images")
        chosen = torch.randperm(len(images), device=images.labels.device)[:count]
        x, labels = scale(images.pixels[chosen], self.scaling), images.labels[chosen]
        z = self.sample_latent(count, labels.device)
        inputs = {self.generator: self.generator_input(z, labels), self.discriminator: self.discriminator_input(x, labels)}
        for network, reference in inputs.items():
            if isinstance(network, Referring):
                network.reference = reference


def conditioned(vectors: Tensor, labels: Tensor) -> Tensor:
    """Return vectors (N, ...) with the classes (N,) beside them as one-hot vectors."""
    return torch.cat([vectors, one_hot(labels, vectors.dtype)], dim=1)


def one_hot(labels: Tensor, dtype: torch.dtype) -> Tensor:
    """Return classes (N,) as one-hot vectors (N, classes)."""
    return _unit_vectors(dtype, labels.device).index_select(0, labels)


@cache
def _unit_vectors(dtype: torch.dtype, device: torch.device) -> Tensor:
    return torch.eye(CLASSES, dtype=dtype, device=device)


def normalized(normalization: str, width: int, batch: type[nn.BatchNorm1d | nn.BatchNorm2d]) -> list[nn.Module]:
    """Return what normalizes a layer of some units or channels: `batch`, a virtual batch normalization, or nothing."""
    kinds: dict[str, list[type[nn.Module]]] = {"none": [], "batch": [batch], "virtual": [VirtualBatchNorm]}
    return [kind(width) for kind in kinds[normalization]]


def draw_weights(network: nn.Module) -> None:
    """Draw the weights of dense layers and convolutions in place as TensorFlow does unless told otherwise, since Reports D and E,
    which use it, say nothing of them: uniformly after Glorot & Bengio 2010, biases 0.
    """
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
