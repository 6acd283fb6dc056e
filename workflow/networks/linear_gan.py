"""A linear generator and a quadratic discriminator (Report D §5, after Feizi et al. 2017)."""

import torch
from torch import Tensor, nn

from workflow.data.batches import Batch
from workflow.data.dataset import Images, scale
from workflow.networks.base import AdversarialModel
from workflow.params.linear_gan import LinearGanRecipe


class LinearGAN(AdversarialModel):
    """G(z) = W z + m and D(x) = (x - m)' A (x - m), where m is the mean of the training images, as PCA takes it.

    Weights start as N(0, 0.05²) in W, which breaks the tie between directions, and 0 in A, which knows nothing.

    Args:
        recipe: Latent dimensions and the range of the pixels.
        pixels: Length of an image as a vector.

    Attributes:
        mean: m: (pixels,) float32; zeros until it is chosen.
    """

    family = "linear_gan"
    Recipe = LinearGanRecipe
    mean: Tensor

    def __init__(self, recipe: LinearGanRecipe, pixels: int) -> None:
        super().__init__(recipe, pixels)
        self.latent = recipe.latent
        self.register_buffer("mean", torch.zeros(pixels))
        self.generator = nn.Linear(recipe.latent, pixels, bias=False)
        self.discriminator = QuadraticForm(pixels)
        nn.init.normal_(self.generator.weight, std=0.05)

    def choose_mean(self, images: Images) -> None:
        """Set the mean to that of images, in place."""
        self.mean = scale(images.pixels.flatten(1), self.scaling).double().mean(0).float()

    def sample_latent(self, count: int, device: torch.device) -> Tensor:
        """Return z: (count, latent) float32 ~ N(0, 1)."""
        return torch.randn(count, self.latent, device=device)

    def generate(self, z: Tensor, labels: Tensor) -> Tensor:  # noqa: ARG002
        """Return G(z): (N, pixels) for z: (N, latent); there is no condition."""
        images: Tensor = self.generator(z) + self.mean
        return images

    def encode(self, x: Tensor) -> Tensor:
        """Return the z: (N, latent) whose G(z) is nearest to x: (N, ...), by least squares."""
        z: Tensor = (x.flatten(1) - self.mean) @ torch.linalg.pinv(self.generator.weight).T
        return z

    def examples(self, batch: Batch, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return x - m and G(z) - m: (N, pixels) each."""
        return batch.x.flatten(1) - self.mean, self.fake_examples(batch, z)

    def fake_examples(self, batch: Batch, z: Tensor) -> Tensor:  # noqa: ARG002
        """Return G(z) - m: (N, pixels)."""
        images: Tensor = self.generator(z)
        return images


class QuadraticForm(nn.Module):
    """x' A x, A starting at 0."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.matrix = nn.Linear(width, width, bias=False)
        nn.init.zeros_(self.matrix.weight)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, 1) for x: (N, width)."""
        values: Tensor = (self.matrix(x) * x).sum(1, keepdim=True)
        return values
