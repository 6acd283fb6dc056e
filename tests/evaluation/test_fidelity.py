"""How like real images samples are, by LeNet, against closed forms."""

import math

import pytest
import torch
from torch import Tensor

from workflow.evaluation import fidelity
from workflow.evaluation.fidelity import LenetOutputs, frechet, inception_formula
from workflow.networks import lenet


def spread(mean: Tensor, deviation: Tensor) -> Tensor:
    """Return points with exactly this mean, and a diagonal covariance of exactly these deviations."""
    size = len(mean)
    axes = torch.diag(deviation * math.sqrt((2 * size - 1) / 2))
    return torch.cat([mean + axes, mean - axes])


def test_the_frechet_distance_of_gaussians_with_diagonal_covariances() -> None:
    torch.manual_seed(0)
    (mean, other), (deviation, others) = torch.randn(2, 7).double(), torch.rand(2, 7).double()
    expected = (mean - other).square().sum() + (deviation - others).square().sum()
    assert frechet(spread(mean, deviation), spread(other, others)) == pytest.approx(expected.item(), rel=1e-10)


def test_the_frechet_distance_of_gaussians_in_any_position() -> None:
    torch.manual_seed(0)
    first, second = torch.randn(50, 6).double() @ torch.randn(6, 6).double(), torch.randn(40, 6).double() + 1
    product = first.T.cov() @ second.T.cov()
    crossed = torch.linalg.eigvals(product).real.sqrt().sum()
    expected = (first.mean(0) - second.mean(0)).square().sum() + first.T.cov().trace() + second.T.cov().trace() - 2 * crossed
    assert frechet(first, second) == pytest.approx(expected.item(), rel=1e-10)
    assert frechet(second, first) == pytest.approx(frechet(first, second), rel=1e-10)


@pytest.mark.parametrize("rank", [1, 5, 20])
def test_the_frechet_distance_of_equal_sets_is_zero_even_with_singular_covariances(rank: int) -> None:
    torch.manual_seed(0)
    features = 1e3 * torch.randn(30, rank).double() @ torch.randn(rank, 20).double()
    assert frechet(features, features) == pytest.approx(0, abs=1e-6)  # of traces of 10⁷
    assert frechet(features, features + 2) == pytest.approx(4 * 20, rel=1e-6)


def test_the_inception_formula_by_hand() -> None:
    sure, none, one = torch.eye(10).double(), torch.full((10, 10), 0.1).double(), torch.eye(10)[[3] * 10].double()
    assert [inception_formula(each) for each in (sure, none, one)] == [pytest.approx(value) for value in (10, 1, 1)]
    halves = torch.tensor([[0.5, 0.5], [1.0, 0.0]]).double()
    expected = (0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25) + math.log(1 / 0.75)) / 2
    assert inception_formula(halves) == pytest.approx(math.exp(expected))


def made_up(probabilities: Tensor, features: Tensor) -> LenetOutputs:
    return LenetOutputs(features.double(), probabilities.double())


def test_uniform_and_constant_samples() -> None:
    torch.manual_seed(0)
    features = torch.randn(20, 84)
    uniform, constant = made_up(torch.eye(10).repeat(2, 1), features), made_up(torch.eye(10)[[7] * 20], features.double() + 1)
    assert fidelity.histogram(uniform) == [10.0] * 10
    assert fidelity.histogram(constant) == [0.0] * 7 + [100.0, 0.0, 0.0]
    found = fidelity.measure(constant, uniform, uniform)
    assert found == pytest.approx(
        {
            "entropy": 0,
            "confidence": 100,
            "inception_formula": 1,
            "frechet": 84,
            "entropy_real": math.log2(10),
            "confidence_real": 100,
            "inception_formula_real": 10,
            "frechet_real": 0,
        },
        abs=1e-8,
    )


def test_what_lenet_sees_is_its_hidden_layer_and_its_probabilities(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fidelity, "BATCH", 3)
    torch.manual_seed(0)
    judge, pixels = lenet.LeNet(1), torch.randint(256, (7, 1, 8, 8)).byte()
    found = fidelity.lenet_outputs(judge, pixels)
    assert torch.allclose(found.features, judge.features(pixels / 255).double(), atol=1e-6)
    assert torch.allclose(found.probabilities, judge(pixels / 255).softmax(1).double(), atol=1e-6)
    assert found.features.dtype == found.probabilities.dtype == torch.float64
