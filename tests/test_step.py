"""What a step refuses to begin with."""

import hashlib
import json
from pathlib import Path

import pytest
from dvc.utils.serialize import dumps_yaml

from workflow.pipeline.stage import Stage, stage

MADE = {"data/model": b"weights", "data/raw/b": b"images", "data/raw/a": b"labels"}


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()  # noqa: S324


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a stage's inputs, a file and a folder, and dvc.lock, which says what made them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DVC_STAGE", "use")
    for name, content in MADE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    folder = json.dumps([{"md5": md5(MADE[f"data/raw/{name}"]), "relpath": name} for name in "ab"])
    outs = [{"path": "data/model", "md5": md5(b"weights")}, {"path": "data/raw", "md5": md5(folder.encode()) + ".dir"}]
    other = {"deps": [{"path": "data/model"}], "outs": [{"path": "data/other", "md5": md5(b"other")}]}
    Path("dvc.lock").write_text(dumps_yaml({"schema": "2.0", "stages": {"other": other, "make": {"cmd": "make", "outs": outs}}}))
    Path("dvc.yaml").write_text(json.dumps({"stages": {"use": {"deps": ["data/model", "data/raw"]}}}))
    Path("params.yaml").write_text("{}")
    return tmp_path


@pytest.mark.usefixtures("made")
def test_a_step_begins_with_what_other_stages_have_made() -> None:
    with stage() as this:
        assert this.name == "use"


@pytest.mark.parametrize(("damaged", "named"), [("data/model", "data/model"), ("data/raw/b", "data/raw")])
def test_a_step_does_not_begin_with_a_damaged_input(made: Path, damaged: str, named: str, capsys: pytest.CaptureFixture[str]) -> None:
    content = MADE[damaged]
    (made / damaged).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(SystemExit), stage():
        pytest.fail("it began")
    said = capsys.readouterr().err
    assert said.startswith(f"use: {named}: found the md5 ")
    assert said.count("\n") == 1


def test_a_damaged_file_in_a_folder_of_several_stages_is_found(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("dvc.yaml").write_text(json.dumps({"stages": {"use": {"deps": ["data"]}}}))
    with stage():
        pass
    (made / "data/model").write_bytes(b"weighty")
    with pytest.raises(SystemExit), stage():
        pytest.fail("it began")
    assert capsys.readouterr().err.startswith("use: data/model: found the md5 ")


def test_a_checkpoint_of_another_seed_is_of_another_run() -> None:
    zero, one = (Stage("train", {"seed": seed}, {"budget": {"name": "demo"}}, {}).identity() for seed in (0, 1))
    assert zero != one


@pytest.mark.usefixtures("made")
def test_a_script_run_by_hand_says_what_to_run_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DVC_STAGE")
    with pytest.raises(SystemExit, match=r"^run this through `dvc repro <stage>` or Snakemake"), stage():
        pytest.fail("it began")
