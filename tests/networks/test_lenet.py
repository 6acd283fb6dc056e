"""LeNet against LeCun et al. 1998, and its file."""

from pathlib import Path

import pytest
import torch

from tests.helpers.runs import CPU
from workflow.io import tensors
from workflow.io.errors import UserError
from workflow.io.safetensors import read_about
from workflow.networks import bigan, files, lenet


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


def test_a_lenet_survives_its_file(tmp_path: Path) -> None:
    made = lenet.LeNet(3)
    lenet.save(tmp_path / "lenet.safetensors", made, {"seed": 3})
    found = lenet.load(tmp_path / "lenet.safetensors", CPU)
    x = torch.rand(2, 3, 32, 32)
    assert torch.equal(found(x), made(x))
    assert read_about(tmp_path / "lenet.safetensors") == {"channels": 3, "made_by": {"seed": 3}}


def test_a_file_that_holds_no_lenet_is_refused(tmp_path: Path, recipe) -> None:
    made = recipe(hidden=[6, 5], latent=4)
    files.save(tmp_path / "gan.safetensors", bigan.BiGAN(made, 64), made, {})
    tensors.save(tmp_path / "other.safetensors", {"a": torch.zeros(1)}, {"channels": 1})
    for file in ("gan.safetensors", "other.safetensors"):
        with pytest.raises(UserError, match=f"{file}: not the weights of a LeNet: ") as caught:
            lenet.load(tmp_path / file, CPU)
        assert "\n" not in str(caught.value)
