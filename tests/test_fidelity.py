"""How like real images samples are, as LeNet sees them, against closed forms."""

import math
from pathlib import Path

import pytest
import torch
from test_cgan import CPU, Painter, trainer
from torch import Tensor

from workflow.data.dataset import Images
from workflow.evaluation import fidelity
from workflow.evaluation.fidelity import Seen, frechet, inception_formula
from workflow.evaluation.misclassified import SHOWN, misclassified
from workflow.evaluation.samples import of_each_class
from workflow.io import tensors
from workflow.io.errors import UserError
from workflow.networks import families, lenet
from workflow.networks.cgan import CGAN


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


def made_up(probabilities: Tensor, features: Tensor) -> Seen:
    return Seen(features.double(), probabilities.double())


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
    found = fidelity.seen(judge, pixels)
    assert torch.allclose(found.features, judge.features(pixels / 255).double(), atol=1e-6)
    assert torch.allclose(found.probabilities, judge(pixels / 255).softmax(1).double(), atol=1e-6)
    assert found.features.dtype == found.probabilities.dtype == torch.float64


def test_samples_are_drawn_of_each_class() -> None:
    drawn = of_each_class(Painter("asked"), 3, 1, CPU)
    assert drawn.labels.tolist() == [digit for digit in range(10) for _ in range(3)]
    assert drawn.pixels.shape == (30, 1, 3, 3)
    assert torch.equal(drawn.pixels[:, 0, 0, 0].float(), (drawn.labels / 9 * 255).round())


def test_networks_of_any_family_are_read_from_their_file(tmp_path: Path) -> None:
    gan = trainer().update.gan
    gan.save(tmp_path / "gan.safetensors", {})
    found = families.load(tmp_path / "gan.safetensors", CPU)
    assert isinstance(found, CGAN)
    assert found.recipe == gan.recipe
    assert {name: family.Recipe.model_fields["recipe"].annotation.__args__ for name, family in families.FAMILIES.items()} == {
        name: (name,) for name in families.FAMILIES
    }


def test_a_file_of_no_family_is_refused(tmp_path: Path) -> None:
    lenet.save(tmp_path / "lenet.safetensors", lenet.LeNet(1), {})
    tensors.save(tmp_path / "other.safetensors", {"a": torch.zeros(1)}, {"recipe": {"recipe": "vae"}})
    allowed = "bigan, cgan, conv_bigan, dcgan, linear_gan"
    for file, found in (("lenet", "None"), ("other", "'vae'")):
        with pytest.raises(UserError, match=rf"{file}.safetensors: recipe: found {found}, allowed: {allowed}$"):
            families.load(tmp_path / f"{file}.safetensors", CPU)


@pytest.mark.parametrize("errors", [0, 3, 100])
def test_misclassified_images_are_those_and_spread_over_all(errors: int) -> None:
    labels = torch.arange(200) % 10
    given, wrong = labels.clone(), torch.arange(100, 100 + errors)
    given[wrong] = (given[wrong] + 1) % 10
    found = misclassified(Images(torch.arange(200).byte()[:, None, None, None], labels), given)
    places = found["pixels"].flatten().long()
    assert len(places) == min(errors, SHOWN)
    assert set(places.tolist()) <= set(wrong.tolist())
    assert torch.equal(found["labels"], labels[places].byte())
    assert torch.equal(found["given"], given[places].byte())
    if errors:
        assert (places[0], places[-1]) == (wrong[0], wrong[-1])
