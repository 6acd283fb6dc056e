"""LeNet as a classifier, on real digits."""

import math

import pytest
import torch
from sklearn.datasets import load_digits

from workflow.data.dataset import Images
from workflow.evaluation import classifier
from workflow.networks import lenet
from workflow.params.lenet import LenetRecipe

RECIPE = LenetRecipe(batch_size=32, epochs=8, learning_rate=2e-3, loss="cross-entropy", seed=0)


@pytest.fixture(scope="module")
def digits() -> Images:
    """1797 real digits of 8×8."""
    found = load_digits()
    pixels = torch.from_numpy(found.images / 16 * 255).round().to(torch.uint8)
    return Images(pixels.unsqueeze(1), torch.from_numpy(found.target).long())


def trained(images: Images) -> lenet.LeNet:
    torch.manual_seed(RECIPE.seed)
    made = lenet.LeNet(1)
    classifier.train(made, images, RECIPE)
    return made


def test_it_learns_real_digits(digits: Images) -> None:
    found = classifier.measure(trained(digits[:1500]), digits[1500:])
    assert found["accuracy"] > 85
    assert found["accuracy"] == pytest.approx(100 * (297 - found["errors"]) / 297)


def test_a_seed_gives_the_same_weights_each_time(digits: Images) -> None:
    once, again = trained(digits[:100]).state_dict(), trained(digits[:100]).state_dict()
    assert all(torch.equal(once[name], again[name]) for name in once)


def test_classifying_in_batches_is_classifying_at_once(digits: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "BATCH", 7)
    network = lenet.LeNet(1)
    expected = network(digits.pixels[:20] / 255).argmax(1)
    assert torch.equal(classifier.classify(network, digits.pixels[:20]), expected)
    labels = expected.clone()
    labels[:5] = (labels[:5] + 1) % 10
    assert classifier.measure(network, Images(digits.pixels[:20], labels)) == {"accuracy": 75.0, "errors": 5}


def test_entropy_of_a_histogram_by_hand() -> None:
    assert classifier.entropy(torch.arange(10)) == pytest.approx(math.log2(10))
    assert classifier.entropy(torch.tensor([7, 7, 7, 7])) == 0
    assert classifier.entropy(torch.tensor([3, 5, 3, 3])) == pytest.approx(2 - 0.75 * math.log2(3))


def test_the_written_out_loss_is_the_cross_entropy_until_a_probability_is_0() -> None:
    labels = torch.tensor([1, 7])
    logits = torch.randn(2, 10, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(classifier.written_out(logits, labels), torch.nn.functional.cross_entropy(logits, labels))
    logits[0, 1] = 200.0
    assert classifier.written_out(logits, labels).isnan()


def test_a_lenet_that_is_not_a_number_calls_every_image_a_0(digits: Images) -> None:
    network = lenet.LeNet(1)
    torch.nn.init.constant_(network.output.bias, math.nan)
    assert torch.equal(classifier.classify(network, digits.pixels[:20]), torch.zeros(20, dtype=torch.int64))
