"""What would give a statement its verdict: the command and the time that the page says."""

import re
from dataclasses import replace

import pytest
from helpers.small_page import estimator
from workflow.params.stages import START_OF

from tests.helpers.project import ROOT
from workflow.params.model import load
from workflow.report.page.estimates import STEP_TIMES, Estimator
from workflow.report.page.statements import Reading

KNN = Reading(
    id="X-1",
    name="",
    variants=["bigan"],
    terms=[("bigan", "knn.code.test")],
    protocol="as A",
    epoch=None,
    trained=True,
    reported=None,
    measured=None,
    spread=None,
    interval=None,
    seeds=0,
    verdict="not run",
)


@pytest.mark.parametrize(
    ("terms", "files"),
    [
        ([("latent-regressor", "losses.discriminator")], ["losses/latent-regressor-{0,1,2}.tsv"]),
        (
            [("latent-regressor", "knn.code.test"), ("mnist", "lenet.test")],
            ["metrics/knn/latent-regressor-{0,1,2}.json", "metrics/lenet/mnist-0.json"],
        ),
    ],
)
def test_an_estimate_has_what_a_training_starts_from(terms: list[tuple[str, str]], files: list[str]) -> None:
    found = estimator().estimate(replace(KNN, terms=terms))
    assert found is not None
    assert found.budget == "paper"
    assert found.command.split() == ["snakemake", "--cores", "all", *(f"reports/paper/{file}" for file in files)]
    steps = 3 * 400 * (60_000 // 128) * 2  # gan-features, and then itself
    assert found.hours == pytest.approx({"cpu": steps * load(STEP_TIMES)["step"]["cpu"]["bigan"] / 3_600_000})


def test_every_start_that_the_graph_has_is_known() -> None:
    starts = {}
    for entry in load(ROOT / "dvc.yaml")["stages"].values():
        if found := re.search(r"--start (\S+)", entry["cmd"]):
            starts[entry["matrix"]["variant"].removeprefix("${budget.variants.").removesuffix("}")] = found[1]
    assert starts == START_OF


def test_what_needs_no_training_is_measured_at_the_pages_own_budget() -> None:
    reading = replace(KNN, terms=[("pixels", "knn.code.train")], trained=False)
    found = estimator().estimate(reading)
    assert found is not None
    assert (found.budget, found.command, found.hours) == ("demo", "snakemake --cores all reports/demo/metrics/knn/pixels-0.json", {})
    assert estimator().estimate(replace(reading, terms=[("nowhere", "knn.code.train")])) is None


def test_an_estimate_is_for_the_devices_on_which_the_familys_step_was_timed() -> None:
    timed = Estimator(estimator().budgets, {"cpu": {"cgan": 9.0}, "gpu": {"bigan": 3.0}})
    found = timed.estimate(KNN)
    assert found is not None
    assert found.hours == pytest.approx({"gpu": 3 * 400 * (60_000 // 128) * 3.0 / 3_600_000})
