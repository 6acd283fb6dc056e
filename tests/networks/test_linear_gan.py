"""A linear generator against a quadratic discriminator."""

import torch
from torch import Tensor

from tests.helpers.runs import ROOT
from workflow.data.dataset import Images
from workflow.evaluation.samples import samples
from workflow.params.linear_gan import LinearGanRecipe
from workflow.params.model import load, merged
from workflow.training.families import linear_gan as linear_gan_training
from workflow.training.loop import Trainer

DEVIATIONS = torch.tensor([0.2, 0.15, 0.1, 0.05, 0.03, 0.03, 0.02, 0.02]).double()


def gaussian(count: int) -> tuple[Images, Tensor]:
    """Gaussian images of 2×4 pixels, grey on average, and the directions of their falling deviations as columns."""
    torch.manual_seed(1)
    directions, _ = torch.linalg.qr(torch.randn(8, 8).double())
    pixels = 0.5 + torch.randn(count, 8).double() * DEVIATIONS @ directions.T
    return Images((255 * pixels).round().clamp(0, 255).byte().reshape(count, 1, 2, 4), torch.arange(count) % 10), directions


def trainer(images: Images, epochs: int, **changes: object) -> Trainer:
    recipe = LinearGanRecipe.model_validate(merged(load(ROOT / "params.yaml")["recipes"]["linear_gan"], {"latent": 2, **changes}))
    torch.manual_seed(0)
    return linear_gan_training.trainer(recipe, images, epochs)


def test_it_reconstructs_by_projection_and_samples_as_pictures() -> None:
    images, _ = gaussian(600)
    gan = trainer(images, 1).update.gan
    x = images.pixels.flatten(1) / 255
    assert torch.allclose(gan.mean, x.mean(0), atol=1e-6)
    columns = torch.linalg.qr(gan.generator.weight.detach())[0]
    expected = gan.mean + (x - gan.mean) @ columns @ columns.T
    assert torch.allclose(gan.reconstruct(images.pixels / 255, images.labels), expected, atol=1e-5)
    assert samples(gan, images.labels, (1, 2, 4)).pixels.shape == images.pixels.shape
