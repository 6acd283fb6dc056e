"""What networks make of images."""

import pytest
import torch

from tests.helpers.runs import SMALL, recipe_of
from workflow.data.dataset import Images
from workflow.evaluation import latents, samples
from workflow.networks.bigan import BiGAN
from workflow.networks.conv_bigan import ConvBiGAN


def test_an_encoder_is_measured_on_unscaled_pixels_too(recipe) -> None:
    gan = BiGAN(recipe(hidden=[6, 5], latent=4), 64).eval()
    images = Images(torch.randint(0, 256, (30, 1, 8, 8), dtype=torch.uint8), torch.zeros(30, dtype=torch.int64))
    found = latents.features(gan, images)
    assert torch.allclose(found["code-255"], gan.encode(images.pixels.float()), atol=1e-5)
    assert not torch.allclose(found["code-255"], found["code"], atol=1e-2)


def test_encoding_in_batches_is_encoding_at_once(recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latents, "BATCH", 7)
    gan = BiGAN(recipe(scaling="signed", hidden=[6, 5], latent=4), 64).eval()
    images = Images(torch.randint(0, 256, (20, 1, 8, 8), dtype=torch.uint8), torch.zeros(20, dtype=torch.int64))
    found = latents.features(gan, images)
    expected = gan.features(images.pixels.flatten(1) / 127.5 - 1)
    assert all(torch.allclose(found[name], expected[name], atol=1e-6) for name in ("code", "hidden"))
    assert torch.allclose(latents.encode(gan, images), expected["code"], atol=1e-6)


@pytest.mark.parametrize(("channels", "side"), [(1, 28), (3, 32)])
def test_a_conv_bigans_latents_and_pictures_are_those_of_the_data_set(channels: int, side: int) -> None:
    gan = ConvBiGAN(recipe_of("conv_bigan", **SMALL["conv_bigan"]), channels, side, side).eval()
    images = Images(torch.randint(0, 256, (6, channels, side, side), dtype=torch.uint8), torch.arange(6))
    found = latents.features(gan, images)
    assert {name: tuple(value.shape) for name, value in found.items()} == {"code": (6, 3), "hidden": (6, 4)}
    strips = samples.strips(gan, images)
    assert all(strips[name].shape == images.pixels.shape for name in ("generated", "real", "reconstructed"))
    x = images.pixels / 127.5 - 1
    expected = (gan.reconstruct(x, images.labels) + 1) * 127.5
    assert (strips["reconstructed"].flatten(1) - expected).abs().max() <= 0.51
