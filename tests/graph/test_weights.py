"""A trained run that Git keeps is measured in a clone that has trained nothing."""

import json

import pytest

from tests.helpers.project import Project, ran

WEIGHTS = ("python", "-m", "workflow.scripts.weights")


@pytest.fixture(scope="module")
def said(project_of_file: Project) -> str:
    """What keeping a run prints."""
    return project_of_file.run(*WEIGHTS, "keep", "bigan-0")


def test_a_kept_run_is_measured_without_a_training(project: Project, said: str) -> None:
    measured = project.folder / "reports/digits/metrics/knn/bigan-0.json"
    before = json.loads(measured.read_text())["code"]["test"]
    model = project.folder / "data/models/digits/bigan-0.safetensors"
    assert said.startswith("weights/digits/bigan-0.safetensors: ")
    model.unlink()
    (project.folder / "dvc.lock").unlink()  # as in a clone: Git's lists what the demo's stages have made
    assert project.run(*WEIGHTS, "restore") == "data/models/digits/bigan-0.safetensors: restored\n"
    assert ran(project.run("dvc", "repro", "--single-item", "knn@digits-bigan-0")) == ["knn@digits-bigan-0"]
    assert abs(json.loads(measured.read_text())["code"]["test"] - before) < 1


@pytest.mark.usefixtures("said")
def test_what_is_there_stays(project: Project) -> None:
    model = project.folder / "data/models/digits/bigan-0.safetensors"
    model.write_bytes(b"a user's")
    assert project.run(*WEIGHTS, "restore") == "data/models/digits/bigan-0.safetensors: there already\n"
    assert model.read_bytes() == b"a user's"


@pytest.mark.usefixtures("said")
def test_what_cannot_be_kept_or_restored_is_a_line(project: Project) -> None:
    said = "found bigan-9, allowed: a run that the budget `digits` trains, as its files are named: bigan-0\n"
    assert project.run(*WEIGHTS, "keep", "bigan-9", ok=False) == said
    model = "data/models/digits/bigan-0.safetensors"
    (project.folder / model).unlink()
    said = f"{model}: not there; `snakemake --cores all {model}` trains it\n"
    assert project.run(*WEIGHTS, "keep", "bigan-0", ok=False) == said
    (project.folder / "weights").rename(project.folder / "elsewhere")
    assert project.run(*WEIGHTS, "restore", ok=False) == "weights/: found nothing of the budget `digits`\n"
    (project.folder / "elsewhere").rename(project.folder / "weights")
