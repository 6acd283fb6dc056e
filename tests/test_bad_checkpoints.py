"""Whatever lies where a checkpoint or a trained network should, it is taken or refused in words, and no code in it runs."""

import hashlib
import io
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file
from test_training import NEVER, Exploit, run, toy, trainer, weights

from tests.helpers.generated import cases, complaint
from workflow.data import dataset as data
from workflow.io import tensors
from workflow.networks import families, lenet
from workflow.training.checkpoint import Checkpoint
from workflow.training.loop import Trainer

CPU = torch.device("cpu")
IDENTITY = {"seed": "0"}
VALUES = st.sampled_from(
    [None, 0, -1, 1.5, "text", [], {}, [1, "a"], {"a": 1}, torch.ones(3), torch.ones(2, 2, dtype=torch.int8), torch.tensor(1j)]
)


def begin(recipe: Callable[..., Any]) -> Trainer:
    return trainer(recipe, toy(), epochs=1)


def saved(content: Any) -> bytes:
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()


def attempt(recipe: Callable[..., Any], path: Path, content: bytes, undisturbed: Trainer) -> None:
    """Train with a checkpoint of this content and its right digest; it is refused, or the run ends as an undisturbed one."""
    path.write_bytes(hashlib.sha256(content).digest() + content)
    made = begin(recipe)
    torch.manual_seed(5)
    said = complaint(lambda: run(made, path.parent, identity=IDENTITY))
    assert not (path.parent / "owned").exists()
    if said is None:
        assert all(torch.equal(value, weights(undisturbed)[name]) for name, value in weights(made).items())
    else:
        assert said.startswith(f"{path}: not the state of this run (")
        assert said.endswith("; delete it to start from the beginning")
        assert path.exists(), "what a user may want to look at is kept"


@pytest.fixture
def undisturbed(recipe: Callable[..., Any], tmp_path: Path) -> Trainer:
    made = begin(recipe)
    torch.manual_seed(5)
    run(made, tmp_path / "undisturbed")
    return made


@cases(40)
@given(content=st.data())
def test_a_checkpoint_of_anything_is_refused(
    recipe: Callable[..., Any], undisturbed: Trainer, tmp_path: Path, content: st.DataObject
) -> None:
    exploit = Exploit(tmp_path / "owned")
    whole = content.draw(
        st.sampled_from([exploit, [exploit], {"identity": IDENTITY, "state": exploit}, {exploit: 1}, {"identity": exploit}])
        | VALUES
        | st.fixed_dictionaries({"identity": VALUES | st.just(IDENTITY), "state": VALUES})
    )
    write = content.draw(
        st.sampled_from([saved, pickle.dumps, lambda each: saved(each)[:-100], lambda each: saved(each)[:40], lambda _: b""])
    )
    attempt(recipe, tmp_path / "run.pt", write(whole), undisturbed)


PARTS = ["gan", "optimizers", "random", "step", "order", "totals", "history", "kept"]
INSIDE = [("gan", "generator.0.weight"), ("gan", "encoder.0.bias"), ("optimizers", "discriminator"), ("random", "cpu")]


@cases(40)
@given(place=st.sampled_from([(part,) for part in PARTS] + INSIDE), other=st.just(Ellipsis) | VALUES)
def test_a_state_that_does_not_fit_is_refused(
    recipe: Callable[..., Any], undisturbed: Trainer, tmp_path: Path, place: tuple[str, ...], other: Any
) -> None:
    """A part of the state is gone, or another in what is read before the first step."""
    made = begin(recipe)
    made.advance()
    state: Any = made.state()
    within = state
    for key in place[:-1]:
        within[key] = dict(within[key])
        within = within[key]
    del within[place[-1]]
    if other is not Ellipsis and place[0] in PARTS[:3]:
        within[place[-1]] = other
    attempt(recipe, tmp_path / "run.pt", saved({"identity": IDENTITY, "state": state}), undisturbed)


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
        '{"recipe": 3}',
        '{"recipe": {"recipe": []}}',
    ]
    + [json.dumps({"recipe": {"recipe": name}, "shape": shape}) for name in families.FAMILIES for shape in (None, 3, [], [1, 8, 8])]
)


@cases(100)
@given(named=NAMED, about=ABOUT, cut=st.sampled_from([None, None, 0, 7, 60, -1]))
def test_a_file_of_other_tensors_is_refused(tmp_path: Path, named: dict[str, torch.Tensor], about: str | None, cut: int | None) -> None:
    path = tmp_path / "file.safetensors"
    save_file({name: tensor.clone() for name, tensor in named.items()}, path, metadata=None if about is None else {"about": about})
    path.write_bytes(path.read_bytes()[:cut])
    for read in (lambda: families.load(path, CPU), lambda: lenet.load(path, CPU), lambda: data.load(path)):
        said = complaint(read)
        assert said is not None
        assert said.startswith(f"{path}: ")
        assert "\n" not in said


def test_the_networks_of_another_shape_are_refused(params: Any, tmp_path: Path) -> None:
    """Of each family, its own recipe, but an image of another size or number of dimensions, or weights of another shape."""
    path = tmp_path / "file.safetensors"
    for name in families.FAMILIES:
        variant = next(each for each in params.variants.values() if each.recipe == name)
        for shape in ([], [3], [1, 2], [1, 8, 8], [1, 8, 8, 8], [-1, 8, 8], [10**15], ["a"], {}):
            tensors.save(path, {"x": torch.ones(1)}, {"recipe": variant.model_dump(), "shape": shape})
            said = complaint(lambda: families.load(path, CPU))
            assert said is not None
            assert said.startswith(f"{path}: not the weights of a ")


def test_a_right_checkpoint_is_taken(recipe: Callable[..., Any], undisturbed: Trainer, tmp_path: Path) -> None:
    made = begin(recipe)
    torch.manual_seed(5)
    made.advance()
    Checkpoint(tmp_path / "run.pt", IDENTITY, NEVER).save(made.state())
    resumed = begin(recipe)
    run(resumed, tmp_path, identity=IDENTITY)
    assert all(torch.equal(value, weights(undisturbed)[name]) for name, value in weights(resumed).items())
