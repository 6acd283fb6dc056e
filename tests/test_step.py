"""What a step refuses to begin with, and what dvc.lock looks like after a write that failed."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import pytest

from workflow.checked_dvc import _write_whole
from workflow.step import Step, step

MADE = {"data/model": b"weights", "data/raw/b": b"images", "data/raw/a": b"labels"}


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()  # noqa: S324


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a stage's inputs, a file and a folder, and dvc.lock, which says what made them."""
    monkeypatch.chdir(tmp_path)
    for name, content in MADE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    folder = json.dumps([{"md5": md5(MADE[f"data/raw/{name}"]), "relpath": name} for name in "ab"])
    outs = [{"path": "data/model", "md5": md5(b"weights")}, {"path": "data/raw", "md5": md5(folder.encode()) + ".dir"}]
    Path("dvc.lock").write_text(json.dumps({"stages": {"make": {"outs": outs}}}))
    Path("dvc.yaml").write_text(json.dumps({"stages": {"use": {"deps": ["data/model", "data/raw"]}}}))
    Path("params.yaml").write_text("{}")
    return tmp_path


@pytest.mark.usefixtures("made")
def test_a_step_begins_with_what_other_stages_have_made() -> None:
    with step("use") as this:
        assert this.stage == "use"


@pytest.mark.parametrize(("damaged", "named"), [("data/model", "data/model"), ("data/raw/b", "data/raw")])
def test_a_step_does_not_begin_with_a_damaged_input(made: Path, damaged: str, named: str, capsys: pytest.CaptureFixture[str]) -> None:
    content = MADE[damaged]
    (made / damaged).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(SystemExit), step("use"):
        pytest.fail("it began")
    said = capsys.readouterr().err
    assert said.startswith(f"use: {named}: found the md5 ")
    assert said.count("\n") == 1


def test_a_checkpoint_of_another_seed_is_of_another_run() -> None:
    zero, one = (Step("train", {"seed": seed}, {"budget": {"name": "demo"}}, {}).identity() for seed in (0, 1))
    assert zero != one


def fails(content: str, file: TextIO) -> None:
    file.write(content)
    raise OSError("No space left on device")


def writes(content: str, file: TextIO) -> None:
    file.write(content)


@pytest.mark.parametrize(("dumper", "after"), [(writes, "new"), (fails, "old")])
def test_a_lock_file_is_written_whole_or_not_at_all(tmp_path: Path, dumper: Callable[[str, TextIO], None], after: str) -> None:
    path = tmp_path / "dvc.lock"
    path.write_text("old")
    try:
        _write_whole(path, "new", dumper=dumper)
    except OSError:
        assert dumper is fails
    assert path.read_text() == after
    assert [file.name for file in tmp_path.iterdir()] == ["dvc.lock"]
