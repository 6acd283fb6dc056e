"""Checkpoints: refused in words unless they are whole and of the same run, and no code in them runs."""

import hashlib
import io
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.generated import cases, complaint
from tests.helpers.runs import NEVER, assert_same, run, small_run, toy, weights
from workflow.data.dataset import Images
from workflow.training.checkpoint import Checkpoint
from workflow.training.loop import Trainer

IDENTITY = {"seed": "0"}
VALUES = st.sampled_from(
    [None, 0, -1, 1.5, "text", [], {}, [1, "a"], {"a": 1}, torch.ones(3), torch.ones(2, 2, dtype=torch.int8), torch.tensor(1j)]
)
PARTS = ["gan", "optimizers", "random", "step", "order", "totals", "history", "kept"]
INSIDE = [("gan", "generator.0.weight"), ("gan", "encoder.0.bias"), ("optimizers", "discriminator"), ("random", "cpu")]


@pytest.fixture
def images() -> Images:
    return toy()


def test_a_checkpoint_of_something_else_is_refused_with_the_difference(
    images: Images, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(small_run("bigan", images), tmp_path, seconds=0, identity={"rate": "1", "seed": "0"})
    made = small_run("bigan", images)
    run(made, tmp_path, identity={"rate": "2", "seed": "0"})
    said = capsys.readouterr().out
    assert "made from something else (rate: 1 there, 2 here): put aside as run.refused, starting from the beginning" in said
    assert_same(made, _undisturbed(images, tmp_path / "other"))


def _undisturbed(images: Images, folder: Path) -> Trainer:
    made = small_run("bigan", images)
    run(made, folder)
    return made


@pytest.mark.parametrize("damage", ["truncated", "empty", "bit-flipped", "foreign", "pickle"])
def test_a_damaged_checkpoint_is_not_used(images: Images, tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.pt"
    run(small_run("bigan", images), tmp_path, seconds=0)
    match damage:
        case "truncated":
            path.write_bytes(path.read_bytes()[:-100])
        case "empty":
            path.write_bytes(b"")
        case "bit-flipped":
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
        case "foreign":
            torch.save({"seed": 0}, path)
        case "pickle":
            Checkpoint(path, {"seed": "0"}, 0).save({"step": Exploit(tmp_path / "owned")})
    made = small_run("bigan", images)
    run(made, tmp_path)
    assert ("not only tensors and numbers" if damage == "pickle" else "not a whole checkpoint") in capsys.readouterr().out
    assert not (tmp_path / "owned").exists()
    assert_same(made, _undisturbed(images, tmp_path / "other"))


class Exploit:
    """What a malicious checkpoint holds: code that runs when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.path),)


def saved(content: Any) -> bytes:
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()


def attempt(path: Path, content: bytes, undisturbed: Trainer) -> None:
    """Train with a checkpoint of this content and its right digest; it is refused, or the run ends as an undisturbed one."""
    path.write_bytes(hashlib.sha256(content).digest() + content)
    made = small_run("bigan", epochs=1)
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
def undisturbed(tmp_path: Path) -> Trainer:
    made = small_run("bigan", epochs=1)
    torch.manual_seed(5)
    run(made, tmp_path / "undisturbed")
    return made


@cases(40)
@given(content=st.data())
def test_a_checkpoint_of_anything_is_refused(undisturbed: Trainer, tmp_path: Path, content: st.DataObject) -> None:
    exploit = Exploit(tmp_path / "owned")
    whole = content.draw(
        st.sampled_from([exploit, [exploit], {"identity": IDENTITY, "state": exploit}, {exploit: 1}, {"identity": exploit}])
        | VALUES
        | st.fixed_dictionaries({"identity": VALUES | st.just(IDENTITY), "state": VALUES})
    )
    write = content.draw(
        st.sampled_from([saved, pickle.dumps, lambda each: saved(each)[:-100], lambda each: saved(each)[:40], lambda _: b""])
    )
    attempt(tmp_path / "run.pt", write(whole), undisturbed)


@cases(40)
@given(place=st.sampled_from([(part,) for part in PARTS] + INSIDE), other=st.just(Ellipsis) | VALUES)
def test_a_state_that_does_not_fit_is_refused(undisturbed: Trainer, tmp_path: Path, place: tuple[str, ...], other: Any) -> None:
    """A part of the state is gone, or another in what is read before the first step."""
    made = small_run("bigan", epochs=1)
    made.advance()
    state: Any = made.state()
    within = state
    for key in place[:-1]:
        within[key] = dict(within[key])
        within = within[key]
    del within[place[-1]]
    if other is not Ellipsis and place[0] in PARTS[:3]:
        within[place[-1]] = other
    attempt(tmp_path / "run.pt", saved({"identity": IDENTITY, "state": state}), undisturbed)


def test_a_right_checkpoint_is_taken(undisturbed: Trainer, tmp_path: Path) -> None:
    made = small_run("bigan", epochs=1)
    torch.manual_seed(5)
    made.advance()
    Checkpoint(tmp_path / "run.pt", IDENTITY, NEVER).save(made.state())
    resumed = small_run("bigan", epochs=1)
    run(resumed, tmp_path, identity=IDENTITY)
    assert all(torch.equal(value, weights(undisturbed)[name]) for name, value in weights(resumed).items())
