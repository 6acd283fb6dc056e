"""Trained networks' files: read back whole, or refused in words, and no code in them runs."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file

from tests.helpers.generated import cases, complaint
from tests.helpers.runs import CPU, SMALL, VIRTUAL, run, small_run, weights
from workflow.data import dataset as data
from workflow.io import tensors
from workflow.io.errors import UserError
from workflow.io.safetensors import read_about
from workflow.networks import files, lenet
from workflow.networks.bigan import BiGAN
from workflow.networks.registry import MODELS, load_model
from workflow.training.registry import FAMILIES

NAMED = st.dictionaries(
    st.sampled_from(["train.pixels", "train.labels", "test.pixels", "generator.0.weight", "output.bias", "x"]),
    st.sampled_from([torch.ones(2), torch.ones(2, 2, dtype=torch.int8), torch.zeros(0)]),
    min_size=1,
    max_size=4,
)
ABOUT = st.sampled_from(
    [
        None,
        "",
        "[]",
        "3",
        "{",
        "{}",
        '{"channels": 1}',
        '{"channels": "x"}',
        '{"channels": -1}',
        '{"family": 3}',
        '{"family": []}',
        '{"family": "bigan", "recipe": 3}',
    ]
    + [json.dumps({"family": name, "recipe": {}, "shape": shape}) for name in MODELS for shape in (None, 3, [], [1, 8, 8])]
)


def test_a_warm_start_starts_from_those_weights(recipe, tmp_path: Path) -> None:
    first = small_run("bigan", epochs=1)
    run(first, tmp_path)
    file = tmp_path / "first.safetensors"
    files.save(file, first.update.gan, first.recipe, {})
    torch.manual_seed(9)
    second = BiGAN(recipe(**SMALL["bigan"], epochs=50), 16)
    assert not torch.equal(second.encoder[0].weight, first.update.gan.encoder[0].weight)
    files.start_from(second, file)
    assert all(torch.equal(value, second.state_dict()[name]) for name, value in weights(first).items())
    with pytest.raises(UserError, match=r"first.safetensors: not the networks of this variant: size mismatch for discriminator"):
        files.start_from(BiGAN(recipe(**{**SMALL["bigan"], "latent": 9}), 16), file)


@pytest.mark.parametrize(
    ("family", "changes"), [("bigan", {}), ("cgan", {}), ("conv_bigan", {}), ("dcgan", VIRTUAL), ("linear_gan", {"batch_size": 5})]
)
def test_trained_networks_survive_their_file(family: str, changes: dict[str, object], tmp_path: Path) -> None:
    made = small_run(family, epochs=1, **changes)
    run(made, tmp_path)
    gan, file = made.update.gan.eval(), tmp_path / "gan.safetensors"
    files.save(file, gan, made.recipe, {"seed": 3})
    assert read_about(file) == {"family": family, "recipe": made.recipe.model_dump(), "shape": list(gan.shape), "made_by": {"seed": 3}}
    found = files.load(MODELS[family], file, CPU)
    assert not found.training
    assert (found.latent, found.scaling, found.conditional) == (gan.latent, gan.scaling, gan.conditional)
    assert all(torch.equal(value, found.state_dict()[name]) for name, value in weights(made).items())
    z, labels = gan.sample_latent(4, CPU), torch.arange(4)
    assert torch.allclose(found.generate(z, labels), gan.generate(z, labels), atol=1e-6), "with its reference, or its mean"


def test_a_file_of_something_else_is_refused(recipe, tmp_path: Path) -> None:
    tensors.save(tmp_path / "other.safetensors", {"a": torch.zeros(1)}, {"validation_size": 3})
    made = recipe(hidden=[6, 5], latent=4)
    files.save(tmp_path / "bigan.safetensors", BiGAN(made, 16), made, {})
    for name, model in (("other", "bigan"), ("bigan", "cgan")):
        with pytest.raises(UserError, match=rf"{name}.safetensors: not the weights of a {MODELS[model].__name__}: "):
            files.load(MODELS[model], tmp_path / f"{name}.safetensors", CPU)


@cases(100)
@given(named=NAMED, about=ABOUT, cut=st.sampled_from([None, None, 0, 7, 60, -1]))
def test_a_file_of_other_tensors_is_refused(tmp_path: Path, named: dict[str, torch.Tensor], about: str | None, cut: int | None) -> None:
    path = tmp_path / "file.safetensors"
    save_file({name: tensor.clone() for name, tensor in named.items()}, path, metadata=None if about is None else {"about": about})
    path.write_bytes(path.read_bytes()[:cut])
    for read in (lambda: load_model(path, CPU), lambda: lenet.load(path, CPU), lambda: data.load(path)):
        said = complaint(read)
        assert said is not None
        assert said.startswith(f"{path}: ")
        assert "\n" not in said


def test_the_networks_of_another_shape_are_refused(params: Any, tmp_path: Path) -> None:
    """Of each family, its own recipe, but an image of another size or number of dimensions, or weights of another shape."""
    path = tmp_path / "file.safetensors"
    for name in MODELS:
        variant = next(each for each in params.variants.values() if type(each) is FAMILIES[name].recipe)
        shapes: list[object] = [[], [3], [1, 2], [1, 8, 8], [1, 8, 8, 8], [-1, 8, 8], [10**15], ["a"], {}]
        for shape in shapes:
            tensors.save(path, {"x": torch.ones(1)}, {"family": name, "recipe": variant.model_dump(), "shape": shape})
            said = complaint(lambda: load_model(path, CPU))
            assert said is not None
            assert said.startswith(f"{path}: not the weights of a ")
