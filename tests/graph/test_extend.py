"""A new variant, an edit of it, a new warm start and a new data set are each a line: on a copy of the project, with real runs on digits."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from tests.helpers.first_run import GATHERED
from tests.helpers.project import Project, ran
from workflow.params.model import load

MEASURING = {"encode", "knn", "samples", "reconstruction", "clusters", "tsne", "fidelity"}
DRAWING = {"figures_bigan", "figures_map"}
OF_A_VARIANT = {"train_bigan"} | MEASURING | DRAWING


@pytest.fixture(scope="module")
def project(project_of_file: Project) -> Project:
    """The project that has run; each test goes on from the one before."""
    return project_of_file


def test_a_variant_is_a_line_and_is_trained_measured_drawn_and_tabled(project: Project) -> None:
    project.edit("params.yaml", r"^      bigan: \{\}.*\n", r"\g<0>      bigan-z20: {latent: 20}\n")
    assert project.planned() == dict.fromkeys(OF_A_VARIANT | GATHERED, 1)
    done = {stage for stage in ran(project.run("dvc", "repro")) if "@" in stage}
    assert done == {f"{stage}@{'' if stage in DRAWING else 'digits-'}bigan-z20-0" for stage in OF_A_VARIANT}
    reports = project.folder / "reports/digits"
    for stage in ("train", "knn", "reconstruction", "clusters", "fidelity"):
        assert json.loads((reports / f"metrics/{stage}/bigan-z20-0.json").read_text())
    assert all((reports / f"figures/{figure}-bigan-z20-0.png").exists() for figure in ("strips", "map", "losses"))
    for table in ("knn", "fidelity", "training"):
        assert "bigan-z20" in set(pd.read_csv(reports / f"tables/{table}.csv")["variant"])
    assert "bigan-z20" in (reports / "index.html").read_text()
    assert project.planned() == {}


def test_an_edit_of_one_variant_runs_that_variant_and_what_follows_and_going_back_runs_nothing(project: Project) -> None:
    project.commit()
    recorded = load(project.folder / "dvc.lock")
    with project.varied("bigan-z20", latent=21):
        assert project.planned() == dict.fromkeys(OF_A_VARIANT | GATHERED, 1)
        assert project.snakemake("--cores", "2", "--until", "knn") == ["knn@digits-bigan-z20-0", "train_bigan@digits-bigan-z20-0"]
        assert project.planned() == dict.fromkeys(OF_A_VARIANT - {"train_bigan", "knn"} | GATHERED, 1)
        assert re.search(r"bigan-z20-0.json +code.train +[\d.]+ +[\d.]+ +-?[\d.]+", project.run("dvc", "metrics", "diff"))
        assert "latent" in project.run("dvc", "params", "diff")
    assert project.snakemake() == []
    assert project.is_clean()
    assert load(project.folder / "dvc.lock") == recorded  # the text may differ: plain DVC writes anchors, a job does not
    assert project.run("git", "status", "--porcelain", "reports") == ""


def test_a_variant_that_nothing_measures_is_a_line_of_error(project: Project) -> None:
    before = (project.folder / "params.yaml").read_text()
    project.edit("params.yaml", r"^(  digits: &digits[\s\S]*?)(    triplet: )", r"\1    autoencoder: {autoencoder-l2: {}}\n\2")
    said = project.run("snakemake", "-n", ok=False)
    (project.folder / "params.yaml").write_text(before)
    assert said.splitlines()[-1] == (
        "params.yaml: budgets.digits.autoencoder: autoencoder-l2 is trained, but nothing measures it: "
        "add it, or its group, to encoders or pixel_knn or generators"
    )
    assert "Traceback" not in said


def test_a_warm_start_is_a_line_of_the_graph(project: Project) -> None:
    project.edit(
        "dvc.yaml",
        r"^  train_cgan:$",
        "  train_triplet_z20: {<<: *finetune, vars: [{family: bigan, group: triplet_z20, start: bigan-z20}], "
        "matrix: {dataset: ['${budget.dataset}'], variant: '${budget.triplet_z20}', seed: '${budget.seeds}'}}\n\n"
        r"  train_cgan:",
    )
    project.edit("params.yaml", "triplet_as_coded: {}, ", "triplet_as_coded: {}, triplet_z20: {}, ")
    project.edit(
        "params.yaml",
        r"^(    triplet: &digits-triplet .*\n)",
        r"\1    triplet_z20: &z20 {z20-triplet: {like: [*triplet-loss], latent: 20}}\n",
    )
    project.edit("params.yaml", r"generators: \{<<: \[\*digits-bigan", "generators: {<<: [*z20, *digits-bigan")
    project.edit("params.yaml", r"^groups: &groups\n", "groups: &groups\n  triplet_z20: {}\n")
    assert project.planned() == dict.fromkeys({"train_triplet_z20", "fidelity"} | GATHERED, 1)
    project.snakemake("--cores", "all", "--until", "fidelity")
    about = _about(project, "train/z20-triplet-0")
    assert (about["start"], about["dataset"], about["own_epochs"]) == ("bigan-z20", "digits", 50)


def test_a_data_set_is_its_entry_and_a_word(project: Project) -> None:
    text = (project.folder / "params.yaml").read_text()
    entry = re.search(r"^  digits: .*\n(?:    .*\n)+", text, re.M)
    assert entry
    project.edit("params.yaml", r"^  digits: .*\n(?:    .*\n)+", entry[0] + entry[0].replace("  digits:", "  digits-again:", 1))
    project.edit("params.yaml", "^    dataset: digits$", "    dataset: digits-again")
    done = project.snakemake("--cores", "all", "reports/digits/metrics/knn/bigan-0.json")
    made = {"download@digits-again", "preprocess@digits-again", "train_bigan@digits-again-bigan-0", "knn@digits-again-bigan-0"}
    assert {stage for stage in done if "@" in stage} == made
    assert _about(project, "knn/bigan-0")["dataset"] == "digits-again"


def _about(project: Project, name: str) -> dict[str, object]:
    (about,) = json.loads((project.folder / f"reports/digits/metrics/{Path(name)}.json").read_text())["about"]
    return dict(about)
