"""A linear generator against a quadratic discriminator."""

import torch

from tests.helpers.gaussian import gaussian
from tests.helpers.runs import small_run
from workflow.evaluation.samples import samples


def test_it_reconstructs_by_projection_and_samples_as_pictures() -> None:
    images, _ = gaussian(600)
    gan = small_run("linear_gan", images, 1).update.gan
    x = images.pixels.flatten(1) / 255
    assert torch.allclose(gan.mean, x.mean(0), atol=1e-6)
    columns = torch.linalg.qr(gan.generator.weight.detach())[0]
    expected = gan.mean + (x - gan.mean) @ columns @ columns.T
    assert torch.allclose(gan.reconstruct(images.pixels / 255, images.labels), expected, atol=1e-5)
    assert samples(gan, images.labels, (1, 2, 4)).pixels.shape == images.pixels.shape
