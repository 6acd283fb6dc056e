"""A stage does not begin with inputs that are not what other stages have made."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from dvc.utils.serialize import dumps_yaml

from workflow.io.errors import UserError
from workflow.pipeline.integrity import Inputs, recorded_outputs

MADE = {"data/model": b"weights", "data/raw/b": b"images", "data/raw/a": b"labels"}


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


@pytest.fixture(autouse=True)
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a stage's inputs, a file and a folder, and dvc.lock, which says what made them."""
    monkeypatch.chdir(tmp_path)
    for name, content in MADE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    folder = json.dumps([{"md5": md5(MADE[f"data/raw/{name}"]), "relpath": name} for name in "ab"])
    outs = [{"path": "data/model", "md5": md5(b"weights")}, {"path": "data/raw", "md5": md5(folder.encode()) + ".dir"}]
    other = {"deps": [{"path": "data/model"}], "outs": [{"path": "data/other", "md5": md5(b"other")}]}
    Path("dvc.lock").write_text(dumps_yaml({"schema": "2.0", "stages": {"other": other, "make": {"cmd": "make", "outs": outs}}}))
    return tmp_path


def inputs(*deps: str) -> Inputs:
    return Inputs([Path(dep) for dep in deps])


def test_what_other_stages_have_made_is_taken() -> None:
    inputs("data/model", "data/raw").check_unchanged()


@pytest.mark.parametrize(("damaged", "named"), [("data/model", "data/model"), ("data/raw/b", "data/raw")])
def test_a_damaged_input_is_not(made: Path, damaged: str, named: str) -> None:
    content = MADE[damaged]
    (made / damaged).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(UserError, match=rf"^{named}: its md5 is \w+(\.dir)?, but dvc.lock says \w+(\.dir)?: it is damaged.*`snakemake"):
        inputs("data/model", "data/raw")


def test_a_file_or_a_folder_has_the_outputs_that_are_recorded_for_it() -> None:
    assert [out["path"] for out in recorded_outputs([Path("data")])] == ["data/other", "data/model", "data/raw"]
    assert [out["path"] for out in recorded_outputs([Path("data/model")])] == ["data/model"]
    assert recorded_outputs([Path("data/mod"), Path("else")]) == [], "its name only begins so"


def test_a_damaged_file_in_a_folder_of_several_stages_is_found(made: Path) -> None:
    inputs("data")
    (made / "data/model").write_bytes(b"weighty")
    with pytest.raises(UserError, match=r"^data/model: its md5 is "):
        inputs("data")


def test_an_input_that_changes_meanwhile_is_named(made: Path) -> None:
    begun = inputs("data/raw", "data/model")
    (made / "data/raw/a").write_bytes(b"others")
    with pytest.raises(UserError, match=r"^changed while it ran: data/raw; run it again$"):
        begun.check_unchanged()


def test_an_input_of_another_time_and_the_same_content_has_not_changed(made: Path) -> None:
    begun = inputs("data/raw", "data/model")
    for name in MADE:
        os.utime(made / name, (1, 1))
    begun.check_unchanged()
    (made / "data/model").write_bytes(b"WEIGHTS")
    with pytest.raises(UserError, match=r"^changed while it ran: data/model; run it again$"):
        begun.check_unchanged()


def test_a_renamed_stage_leaves_a_record_that_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("made.txt").write_text("new")
    record = "  {name}:\n    cmd: make\n    outs:\n    - path: made.txt\n      hash: md5\n      md5: {md5}\n      size: 3\n"
    old, new = record.format(name="old", md5=md5(b"old")), record.format(name="new", md5=md5(b"new"))
    Path("dvc.lock").write_text(f"schema: '2.0'\nstages:\n{old}{new}")
    Inputs([Path("made.txt")])
    Path("dvc.lock").write_text(f"schema: '2.0'\nstages:\n{old}")
    with pytest.raises(UserError, match=r"made\.txt: its md5 is"):
        Inputs([Path("made.txt")])
