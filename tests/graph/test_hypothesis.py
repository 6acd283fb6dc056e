"""A hypothesis is a budget of a line and an entry with its predictions: on a copy of the project, with real runs on digits."""

import json

import pandas as pd
import pytest

from tests.helpers.project import Project, emptied, write_params
from workflow.params.model import load

ENTRY = """
rows: {first: [D-2.2-128-784-128]}
hypotheses:
  - id: D-H
    report: D
    explains: a score of 76.2
    says: the GAN has no normalization, and LeNet learns slowly
    written: 2026-11-25
    before: digits
    after: d-h
    tuned_on: []
    tried: 1
    predicts: [{rows: first, quantity: distance, between: [null, 5.0]}]
    refuted_by: a score further from 76.2
"""


def test_a_hypothesis_is_run_and_judged_like_anything_else(project: Project) -> None:
    (project.folder / "workflow/report/hypotheses.yaml").write_text(ENTRY)
    content = load(project.folder / "params.yaml")
    digits = content["budget"]
    plain = {**emptied(digits), "cgan": digits["cgan"], "conditional": digits["conditional"]}
    changes = {**digits["changes"], "cgan": {"normalization": "none"}, "lenet": {"learning_rate": 1.0e-4}}
    supposed = {**plain, "name": "d-h", "changes": changes, "seeds": [0, 1, 2]}
    for budget in (plain, supposed):
        write_params(project.folder, {**content, "budgets": {"digits": plain, "d-h": supposed}, "budget": budget})
        name = budget["name"]
        project.snakemake("--cores", "2", f"reports/{name}/tables/hypotheses.csv", f"reports/{name}/figures/said_measured-D.png")
    (row,) = pd.read_csv(project.folder / "reports/d-h/tables/hypotheses.csv").to_dict("records")
    scores = [load_score(project, "d-h", seed) for seed in (0, 1, 2)]
    assert row["measured"] == pytest.approx(sum(abs(76.2 - score) for score in scores) / 3)
    assert row["distance_before"] == pytest.approx(abs(76.2 - load_score(project, "digits", 0)))
    assert (row["seeds"], row["verdict"]) == (3, "refuted"), "digits are no MNIST, and a hundredth of the epochs draws none"
    (about,) = json.loads((project.folder / "reports/d-h/metrics/train/cgan-arch-128-784-128-0.json").read_text())["about"]
    assert about["changes"] == {"normalization": "none"}
    assert about["params"]["recipes"]["cgan"]["normalization"] == "virtual"
    accuracies = [json.loads((project.folder / f"reports/{name}/metrics/lenet/digits-0.json").read_text()) for name in ("digits", "d-h")]
    assert accuracies[0]["test"]["accuracy"] > accuracies[1]["test"]["accuracy"]


def load_score(project: Project, budget: str, seed: int) -> float:
    """Return a run's LeNet score."""
    file = project.folder / f"reports/{budget}/metrics/lenet_score/cgan-arch-128-784-128-{seed}.json"
    return float(json.loads(file.read_text())["score"])
