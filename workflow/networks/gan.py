"""GANs without an encoder, whatever their layers."""

from functools import cache

import torch
from torch import Tensor, nn

from workflow.data.batches import Batch
from workflow.data.dataset import CLASSES, Images, scale
from workflow.io.errors import UserError
from workflow.networks.base import AdversarialModel
from workflow.networks.virtual_batch_norm import Referring
from workflow.params.gan import GanRecipe


class GAN(AdversarialModel):
    """A generator and a discriminator. A family's own GAN makes both, and says what each is given.

    Args:
        recipe: Latent dimensions, the range of the pixels, and what the family's layers are like.
        shape: Of an image, as the family's networks take it.

    Attributes:
        generator: Maps what `asked` returns to images before their output function `to_pixels`.
    """

    recipe: GanRecipe
    generator: nn.Module

    def __init__(self, recipe: GanRecipe, *shape: int) -> None:
        super().__init__(recipe, *shape)
        self.to_pixels = torch.tanh_ if recipe.scaling == "signed" else torch.sigmoid_

    def asked(self, z: Tensor, labels: Tensor) -> Tensor:
        """Return what the generator takes: z: (N, latent), and of conditional GANs the classes too."""
        raise NotImplementedError

    def shown(self, images: Tensor, labels: Tensor) -> Tensor:
        """Return what the discriminator takes: images (N, ...), and of conditional GANs the classes too."""
        raise NotImplementedError

    def prior(self, count: int, device: torch.device) -> Tensor:
        """Return z: (count, latent) float32 ~ U(-1, 1)."""
        return torch.empty(count, self.recipe.latent, device=device).uniform_(-1, 1)

    def generate(self, z: Tensor, labels: Tensor) -> Tensor:
        """Return G(z), or G(z, c): (N, ...) for z: (N, latent) and classes `labels`: (N,) int64."""
        images: Tensor = self.to_pixels(self.generator(self.asked(z, labels)))
        return images

    def examples(self, batch: Batch, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return real and generated images as the discriminator takes them: (N, ...) each."""
        return self.shown(batch.x, batch.labels), self.generated(batch, z)

    def generated(self, batch: Batch, z: Tensor) -> Tensor:
        """Return generated images as the discriminator takes them: (N, ...)."""
        return self.shown(self.generate(z, batch.labels), batch.labels)

    def choose_reference(self, images: Images) -> None:
        """Choose what virtual batch normalization refers to, in place: training images, and a z for each. None needs nothing.

        Raises:
            UserError: If there are not enough images.
        """
        if not any(isinstance(network, Referring) for network in (self.generator, self.discriminator)):
            return
        count = self.recipe.reference_images
        if count > len(images):
            raise UserError(f"reference_images: found {count}, allowed: at most the {len(images)} training images")
        chosen = torch.randperm(len(images), device=images.labels.device)[:count]
        x, labels = scale(images.pixels[chosen], self.recipe.scaling), images.labels[chosen]
        inputs = {self.generator: self.asked(self.prior(count, labels.device), labels), self.discriminator: self.shown(x, labels)}
        for network, reference in inputs.items():
            if isinstance(network, Referring):
                network.reference = reference


def told(z: Tensor, labels: Tensor) -> Tensor:
    """Return vectors (N, ...) with the classes (N,) beside them as one-hot vectors."""
    return torch.cat([z, one_hot(labels, z.dtype)], dim=1)


def one_hot(labels: Tensor, dtype: torch.dtype) -> Tensor:
    """Return classes (N,) as one-hot vectors (N, classes)."""
    return _unit_vectors(dtype, labels.device).index_select(0, labels)


@cache
def _unit_vectors(dtype: torch.dtype, device: torch.device) -> Tensor:
    return torch.eye(CLASSES, dtype=dtype, device=device)


def draw_weights(network: nn.Module) -> None:
    """Draw the weights of dense layers and convolutions in place as TensorFlow does unless told otherwise, since Reports D and E,
    which use it, say nothing of them: uniformly after Glorot & Bengio 2010, biases 0.
    """
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
