"""Trained networks of any family."""

from pathlib import Path

import pytest
import torch

from tests.helpers.runs import CPU, small_run
from workflow.io import tensors
from workflow.io.errors import UserError
from workflow.networks import files, lenet
from workflow.networks.registry import MODELS, load_model
from workflow.params.file import Params
from workflow.training.registry import FAMILIES


@pytest.mark.parametrize(
    ("family", "changes"), [("bigan", {}), ("cgan", {}), ("conv_bigan", {}), ("dcgan", {}), ("linear_gan", {"batch_size": 5})]
)
def test_trained_networks_are_found_by_their_family(family: str, changes: dict[str, object], tmp_path: Path) -> None:
    made = small_run(family, **changes)
    files.save(tmp_path / "gan.safetensors", made.update.gan, made.recipe, {})
    found = load_model(tmp_path / "gan.safetensors", CPU)
    assert type(found) is type(made.update.gan) is MODELS[family]
    assert not found.training


@pytest.mark.parametrize("about", [{}, {"family": "vae"}, {"family": ["bigan"]}, {"recipe": {"recipe": "bigan"}}])
def test_weights_of_no_family_are_refused(tmp_path: Path, about: dict[str, object]) -> None:
    tensors.save(tmp_path / "other.safetensors", {"a": torch.zeros(1)}, about)
    with pytest.raises(UserError) as caught:
        load_model(tmp_path / "other.safetensors", CPU)
    allowed = "bigan, cgan, conv_bigan, dcgan, linear_gan"
    assert str(caught.value) == f"{tmp_path}/other.safetensors: family: found {about.get('family')!r}, allowed: {allowed}"


def test_a_lenet_is_of_no_family(tmp_path: Path) -> None:
    lenet.save(tmp_path / "lenet.safetensors", lenet.LeNet(1), {})
    with pytest.raises(UserError, match=r"lenet.safetensors: family: found None, allowed: bigan, "):
        load_model(tmp_path / "lenet.safetensors", CPU)


def test_every_family_is_there_with_its_recipe(params: Params) -> None:
    assert {name: model.Recipe for name, model in MODELS.items()} == {name: family.recipe for name, family in FAMILIES.items()}
    assert {type(variant) for variant in params.variants.values()} == {model.Recipe for model in MODELS.values()}
