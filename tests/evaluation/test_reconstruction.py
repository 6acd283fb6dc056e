"""Reconstructions and samples of stubs, by hand."""

from dataclasses import dataclass

import pytest
import torch

from workflow.data.dataset import Images
from workflow.evaluation import reconstruction, samples


@dataclass
class StubGan:
    """A GAN that reconstructs images perfectly or in black, and whose samples are of their condition or black."""

    scaling: str
    conditional: bool
    perfect: bool

    def sample_latent(self, count: int, device: torch.device) -> torch.Tensor:
        return torch.zeros(count, 1, device=device)

    def generate(self, z: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        assert len(z) == len(labels)
        return self.reconstruct(squares(labels).pixels.flatten(1) / 255 * (1 - self.black) + self.black, labels)

    def reconstruct(self, x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        assert len(x) == len(labels)
        assert x.amin() >= self.black
        return x if self.perfect else torch.full_like(x, self.black)

    @property
    def black(self) -> float:
        return 0.0 if self.scaling == "unit" else -1.0


def squares(labels: torch.Tensor) -> Images:
    """Images of 5×5: a square of 2×2 whose brightness says the class, black for class 0."""
    pixels = torch.zeros(len(labels), 1, 5, 5, dtype=torch.uint8)
    pixels[:, :, 1:3, 1:3] = (25 * labels).to(torch.uint8)[:, None, None, None]
    return Images(pixels, labels)


def by_brightness(x: torch.Tensor) -> torch.Tensor:
    """Logits by the brightness of the square, in LeNet's place; it takes class 9 for an 8."""
    return -(x[:, 0, 1, 1, None] * 255 / 25 - torch.arange(9)).abs()


@pytest.fixture(params=["unit", "signed"])
def measured(request, monkeypatch: pytest.MonkeyPatch):
    """What is measured of a stub, on the classes 0, 0, 1 and 9, in both ranges of pixels and in batches."""
    monkeypatch.setattr(reconstruction, "BATCH", 3)
    monkeypatch.setattr(samples, "BATCH", 3)

    def measure(conditional: bool, perfect: bool) -> dict[str, float]:
        gan = StubGan(request.param, conditional, perfect)
        return reconstruction.measure(gan, by_brightness, squares(torch.tensor([0, 0, 1, 9])))

    return measure


def test_a_perfect_gan_is_as_good_as_the_images_and_the_classifier(measured) -> None:
    assert measured(conditional=True, perfect=True) == {
        "error": 0.0,
        "other_class": 25.0,
        "other_class_real": 25.0,
        "sharpness": 1.0,
        "generated_sharpness": 1.0,
        "class_entropy": 1.5,  # 0, 0, 1, 8
        "asked_class": 75.0,
    }


def test_a_gan_that_draws_only_black_by_hand(measured) -> None:
    assert measured(conditional=False, perfect=False) == {
        "error": pytest.approx((0 + 0 + 2 * 25 / 255 + 2 * 225 / 255) / 4),
        "other_class": 50.0,
        "other_class_real": 25.0,
        "sharpness": 0.0,
        "generated_sharpness": 0.0,
        "class_entropy": 0.0,
    }


def test_squared_laplacian_of_a_parabola_is_its_second_derivative_squared() -> None:
    i, j = torch.arange(8)[:, None], torch.arange(8)
    images = Images((i**2 + 2 * j**2 + 5 * j).to(torch.uint8)[None, None], torch.zeros(1, dtype=torch.int64))
    assert reconstruction.squared_laplacian(images) == pytest.approx((6 / 255) ** 2, rel=1e-4)
