"""Samples and reconstructions as pictures."""

import torch

from tests.helpers.painter import Painter
from tests.helpers.runs import CPU
from workflow.data.dataset import Images
from workflow.evaluation import samples
from workflow.evaluation.samples import of_each_class
from workflow.networks.bigan import BiGAN


def test_strips_are_pictures_of_the_same_shape(recipe) -> None:
    gan = BiGAN(recipe(hidden=[6, 5], latent=4), 64).eval()
    images = Images(torch.randint(0, 256, (5, 1, 8, 8), dtype=torch.uint8), torch.arange(5))
    found = samples.strips(gan, images)
    assert all(found[name].shape == (5, 1, 8, 8) and found[name].dtype == torch.uint8 for name in ("generated", "real", "reconstructed"))
    unit = images.pixels.flatten(1) / 255
    expected = (gan.generator(gan.encoder(unit)) * 255).round().reshape(5, 1, 8, 8)
    assert torch.equal(found["reconstructed"], expected.to(torch.uint8))


def test_samples_are_drawn_of_each_class() -> None:
    drawn = of_each_class(Painter("condition"), 3, 1, CPU)
    assert drawn.labels.tolist() == [digit for digit in range(10) for _ in range(3)]
    assert drawn.pixels.shape == (30, 1, 3, 3)
    assert torch.equal(drawn.pixels[:, 0, 0, 0].float(), (drawn.labels / 9 * 255).round())
