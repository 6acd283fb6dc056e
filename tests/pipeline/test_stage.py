"""What a stage's script is given, and when it does not begin or fails at its end."""

import hashlib
import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from workflow.io.errors import UserError
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import Stage, stage

DECLARED = {"deps": ["data/raw"], "params": ["budget.name", "width"]}


class OutOfMemoryError(RuntimeError):
    """What PyTorch's own is called."""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a stage's input, and what DVC says of the stage when it runs it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DVC_STAGE", "use@digits-gan-3")
    Path("data").mkdir()
    Path("data/raw").write_text("images")
    Path("dvc.yaml").write_text(json.dumps({"stages": {"use": DECLARED}}))
    Path("params.yaml").write_text("budget: {name: tiny, seeds: [0]}\nwidth: 5\nheight: 6\n")
    return tmp_path


def test_a_stage_has_its_name_from_dvc_and_sees_what_dvc_yaml_declares_for_it() -> None:
    with stage(variant="gan", seed=3) as this:
        assert this.name == "use"
        assert this.params == {"budget": {"name": "tiny"}, "width": 5}
        assert (this.budget, this.run) == ("tiny", RunId("gan", 3))


def test_a_parameter_that_dvc_yaml_does_not_declare_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), stage() as this:
        this.read(BaseModel, "height")
    assert capsys.readouterr().err.startswith("use: params.yaml: height: found nothing")


def test_a_gpu_out_of_memory_is_a_line() -> None:
    said = "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.10 GiB of which 1.00 GiB is free."
    with (
        pytest.raises(SystemExit, match=r"^use: the GPU is out of memory \(CUDA out of memory. Tried to allocate 2.00 GiB\): free some"),
        stage(),
    ):
        raise OutOfMemoryError(said)
    with pytest.raises(RuntimeError, match="another"), stage():
        raise RuntimeError("another")


@pytest.mark.parametrize("name", [None, ""])
def test_a_script_run_by_hand_says_what_to_run_instead(monkeypatch: pytest.MonkeyPatch, name: str | None) -> None:
    monkeypatch.delenv("DVC_STAGE") if name is None else monkeypatch.setenv("DVC_STAGE", name)
    with pytest.raises(SystemExit, match=r"^run this through `dvc repro <stage>` or Snakemake"), stage():
        pytest.fail("it began")


@pytest.mark.parametrize(
    ("file", "text", "named"),
    [
        ("data/raw", "other images", "data/raw"),
        ("params.yaml", "budget: {name: tiny}\nwidth: 7\n", "params.yaml"),
        ("dvc.yaml", json.dumps({"stages": {"use": {**DECLARED, "deps": []}}}), "dvc.yaml"),
    ],
)
def test_a_stage_fails_if_what_it_depends_on_has_changed_meanwhile(
    capsys: pytest.CaptureFixture[str], file: str, text: str, named: str
) -> None:
    with pytest.raises(SystemExit) as ended, stage():
        Path(file).write_text(text)
    assert ended.value.code == 1
    assert capsys.readouterr().err == f"use: changed while it ran: {named}; run it again\n"


def test_a_parameter_of_another_stage_may_change_meanwhile() -> None:
    with stage():
        Path("params.yaml").write_text("budget: {name: tiny, seeds: [0, 1]}\nwidth: 5\n")


@pytest.mark.parametrize(
    ("error", "said"), [(UserError("one\ntwo"), "use: one\nuse: two\n"), (OSError(28, "full"), "use: [Errno 28] full\n")]
)
def test_a_mistake_is_a_line_without_a_traceback(capsys: pytest.CaptureFixture[str], error: Exception, said: str) -> None:
    with pytest.raises(SystemExit), stage():
        raise error
    assert capsys.readouterr().err == said


def test_ctrl_c_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, stage():
        raise KeyboardInterrupt
    assert (ended.value.code, capsys.readouterr().err) == (130, "use: interrupted\n")


class Recipe(BaseModel):
    width: int
    depth: int


@pytest.mark.parametrize(
    ("changes", "width", "depth"), [({}, 9, 2), ({"depth": 3}, 9, 3), ({"width": 7}, 7, 2), ({"like": [{"width": 7}, {"width": 6}]}, 6, 2)]
)
def test_a_recipe_is_its_familys_with_the_variant_over_it_and_the_budgets_changes_over_both(
    changes: dict[str, object], width: int, depth: int
) -> None:
    budget = {"plain": {"gan-wide": {"width": 9}}, "changes": {"gan": changes}}
    params = {"recipes": {"gan": {"width": 5, "depth": 2}}, "budget": budget}
    found = Stage("train", {"family": "gan", "group": "plain"}, params, {}, lambda: None).recipe(Recipe, "gan-wide")
    assert (found.width, found.depth) == (width, depth)


def test_a_stage_can_ask_whether_what_it_began_with_has_changed() -> None:
    with stage(variant="gan", seed=3) as this:
        this.check_unchanged()
    Path("data/raw").write_text("other images")
    with pytest.raises(UserError, match=r"^changed while it ran: data/raw; run it again$"):
        this.check_unchanged()


def test_a_budget_changes_a_section_of_the_parameters() -> None:
    params = {"lenet": {"width": 5, "depth": 2}, "budget": {"changes": {"lenet": {"depth": 1}}}}
    found = Stage("train_lenet", {}, params, {}, lambda: None).changed(Recipe, "lenet")
    assert (found.width, found.depth) == (5, 1)


def test_code_that_is_not_what_is_recorded_does_not_run(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from workflow.pipeline import stage as module

    file = Path(module.__file__)
    real = hashlib.sha256(file.read_bytes()).hexdigest()
    hashes = project / "data/source_hashes/use.sha256"
    hashes.parent.mkdir()
    Path("dvc.yaml").write_text(json.dumps({"stages": {"use": {"deps": ["data/source_hashes/use.sha256"]}}}))
    hashes.write_text(f"{real}  {file}\n")
    with stage() as this:
        assert this.code == {str(file): real}
    hashes.write_text(f"{real[::-1]}  {file}\n")
    with pytest.raises(SystemExit), stage():
        pytest.fail("it began")
    assert capsys.readouterr().err == f"use: changed while it ran: {file}; run it again\n"
