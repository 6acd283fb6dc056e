"""Samples that have collapsed, and samples that have not, on made-up features."""

import math

import pytest
import torch
from torch import Tensor

from workflow.evaluation import collapse
from workflow.evaluation.collapse import within_class_variance
from workflow.evaluation.fidelity import LenetOutputs

CLASSES = torch.arange(10).repeat(500)


def outputs(given: Tensor, within: float, seed: int = 0) -> LenetOutputs:
    """Return features that spread so far around a point for each class, and probabilities that say the class."""
    generator = torch.Generator().manual_seed(seed)
    centres = 10 * torch.eye(10, 84).double()
    noise = torch.randn(len(given), 84, generator=generator).double()
    scale = 1 + given[:, None].double()  # classes differ in how varied they are
    return LenetOutputs(centres[given] + within * scale * noise, torch.eye(10)[given].double())


def measured(samples: LenetOutputs, asked: Tensor | None = None) -> dict[str, float | bool]:
    return collapse.measure(samples, asked, outputs(CLASSES, 1, 1), outputs(CLASSES, 1, 2))


def test_real_images_in_the_samples_place_have_a_variance_of_one() -> None:
    found = measured(outputs(CLASSES, 1, 3))
    assert found["within_class_variance"] == pytest.approx(1, abs=0.02)
    assert found["within_class_variance_real"] == pytest.approx(1, abs=0.02)
    assert found["class_entropy"] == found["class_entropy_real"] == pytest.approx(math.log2(10))
    assert found["collapsed"] is False


@pytest.mark.parametrize("asked", [None, CLASSES])
def test_half_of_the_deviation_is_a_quarter_of_the_variance(asked: Tensor | None) -> None:
    found = measured(outputs(CLASSES, 0.5, 3), asked)
    assert found["within_class_variance"] == pytest.approx(0.25, abs=0.01)
    assert found["collapsed"] is False


@pytest.mark.parametrize("asked", [None, CLASSES])
def test_one_image_a_class_has_collapsed_though_all_classes_are_there(asked: Tensor | None) -> None:
    found = measured(outputs(CLASSES, 0), asked)
    assert (found["class_entropy"], found["within_class_variance"]) == (pytest.approx(math.log2(10)), pytest.approx(0))
    assert found["collapsed"] is True


def test_one_image_for_each_class_asked_has_collapsed_whatever_classes_they_are_given() -> None:
    """As cgan-lr-2e5-2e3 does: five classes come out as others. By the class given alone, two images each would look varied."""
    asked, given = CLASSES, torch.where(CLASSES < 5, CLASSES, CLASSES - 5)
    centres = torch.randn(10, 84, generator=torch.Generator().manual_seed(4)).double()
    samples = LenetOutputs(100 * centres[asked], torch.eye(10)[given].double())
    assert within_class_variance(samples, asked, outputs(CLASSES, 1)) == pytest.approx(0)
    assert within_class_variance(samples, None, outputs(CLASSES, 1)) == pytest.approx(0), "five classes of ten are not drawn at all"
    assert measured(samples, asked)["collapsed"] is True


def test_varied_samples_of_few_classes_have_collapsed() -> None:
    four = measured(outputs(torch.arange(4).repeat(1000), 1, 3))
    assert four["class_entropy"] == pytest.approx(2)
    assert four["collapsed"] is True
    assert measured(outputs(torch.arange(6).repeat(1000), 1, 3))["collapsed"] is False


def test_samples_of_other_classes_than_asked_have_not_collapsed_if_they_vary() -> None:
    found = measured(outputs(CLASSES.flip(0), 1, 3), CLASSES)
    assert found["within_class_variance"] == pytest.approx(1, abs=0.02)
    assert found["collapsed"] is False


def test_variance_within_classes_against_a_plain_loop() -> None:
    torch.manual_seed(0)
    asked, given, real_given = torch.randint(10, (3, 400))
    samples, real = (LenetOutputs(torch.randn(400, 84).double(), torch.eye(10)[each].double()) for each in (given, real_given))
    ratios = []
    for wanted in range(10):
        found = []
        for label in range(10):
            own, others = samples.features[(asked == wanted) & (given == label)], real.features[real_given == label]
            variance = (others - others.mean(0)).square().sum(1).mean()
            found += ((own - own.mean(0)).square().sum(1) / variance).tolist()
        ratios.append(sum(found) / len(found))
    assert within_class_variance(samples, asked, real) == pytest.approx(sorted(ratios)[4])


def test_samples_as_unevenly_spread_over_classes_as_real_images_have_not_collapsed() -> None:
    real = outputs(torch.cat([CLASSES, torch.full((20_000,), 3)]), 1)
    assert collapse.measure(real, None, real, real)["collapsed"] is False
