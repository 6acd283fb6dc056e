"""LeNet against LeCun et al. 1998, and on real digits."""

from pathlib import Path

import pytest
import torch
from sklearn.datasets import load_digits

from workflow.data.dataset import Images
from workflow.evaluation import classifier
from workflow.io import tensors
from workflow.io.errors import UserError
from workflow.io.safetensors import read_about
from workflow.networks import bigan, lenet
from workflow.params.lenet import LenetRecipe

CPU = torch.device("cpu")
RECIPE = LenetRecipe(batch_size=32, epochs=8, learning_rate=2e-3, seed=0)


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


def test_layers_are_those_of_lecun_et_al() -> None:
    shapes = [tuple(weight.shape) for weight in lenet.LeNet(1).parameters() if weight.ndim > 1]
    assert shapes == [(6, 1, 5, 5), (16, 6, 5, 5), (120, 400), (84, 120), (10, 84)]


@pytest.mark.parametrize(("channels", "count"), [(1, 61_706), (3, 61_706 + 2 * 6 * 25)])
def test_parameters_are_as_many_as_by_hand(channels: int, count: int) -> None:
    assert sum(weight.numel() for weight in lenet.LeNet(channels).parameters()) == count


@pytest.mark.parametrize(("channels", "side"), [(1, 8), (1, 28), (1, 32), (3, 32)])
def test_images_of_every_data_set_have_features_and_logits(channels: int, side: int) -> None:
    network = lenet.LeNet(channels)
    x = torch.rand(2, channels, side, side)
    assert network.features(x).shape == (2, 84)
    assert torch.equal(network(x), network.output(network.features(x)))
    assert network(x).shape == (2, 10)


def test_mnist_is_padded_and_other_sizes_are_resized() -> None:
    x = torch.rand(2, 1, 28, 28)
    framed = lenet.framed(x)
    assert framed.shape == (2, 1, 32, 32)
    assert torch.equal(framed[..., 2:30, 2:30], x)
    assert torch.allclose(framed.sum(), x.sum())
    large = torch.rand(2, 3, 32, 32)
    assert torch.equal(lenet.framed(large), large)
    ramp = torch.arange(8.0).expand(1, 1, 8, 8)
    between = ((torch.arange(32) + 0.5) / 4 - 0.5).clamp(0, 7)  # pixel centres on pixel centres
    assert torch.allclose(lenet.framed(ramp), between.expand(1, 1, 32, 32))


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


def test_a_lenet_survives_its_file(tmp_path: Path) -> None:
    made = lenet.LeNet(3)
    lenet.save(tmp_path / "lenet.safetensors", made, {"seed": 3})
    found = lenet.load(tmp_path / "lenet.safetensors", CPU)
    x = torch.rand(2, 3, 32, 32)
    assert torch.equal(found(x), made(x))
    assert read_about(tmp_path / "lenet.safetensors") == {"channels": 3, "made_by": {"seed": 3}}


def test_a_file_that_holds_no_lenet_is_refused(tmp_path: Path, recipe) -> None:
    bigan.BiGAN(recipe(hidden=[6, 5], latent=4), 64).save(tmp_path / "gan.safetensors", {})
    tensors.save(tmp_path / "other.safetensors", {"a": torch.zeros(1)}, {"channels": 1})
    for file in ("gan.safetensors", "other.safetensors"):
        with pytest.raises(UserError, match=f"{file}: not the weights of a LeNet: ") as caught:
            lenet.load(tmp_path / file, CPU)
        assert "\n" not in str(caught.value)
