"""What would give a statement its verdict: the command and the time that the page says."""

from dataclasses import replace

import pytest

from tests.helpers.project import ROOT
from tests.helpers.small_page import estimator
from workflow.params.model import load
from workflow.pipeline.durations import STEP_TIMES
from workflow.report.page.estimates import Estimator
from workflow.report.page.statements import ReadingView

KNN = ReadingView(
    id="X-1",
    name="",
    variants=["bigan"],
    least_runs=3,
    terms=[("bigan", "knn.code.test")],
    protocol="as A",
    epochs=[],
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
        ([("latent-regressor", "losses.discriminator")], ["losses/latent-regressor-{0,1,2,3,4}.tsv"]),
        (
            [("latent-regressor", "knn.code.test"), ("mnist", "lenet.test")],
            ["metrics/knn/latent-regressor-{0,1,2,3,4}.json", "metrics/lenet/mnist-0.json"],
        ),
    ],
)
def test_an_estimate_has_what_a_training_starts_from(terms: list[tuple[str, str]], files: list[str]) -> None:
    found = estimator().estimate(replace(KNN, terms=terms))
    assert found is not None
    assert found.budget == "paper"
    assert found.command.split() == ["snakemake", "--cores", "all", *(f"reports/paper/{file}" for file in files)]
    steps = 5 * 400 * (60_000 // 128) * 2  # gan-features, and then itself
    assert found.hours == pytest.approx({"cpu": steps * load(STEP_TIMES)["step"]["cpu"]["bigan"] / 3_600_000})


def test_what_is_counted_needs_more_seeds_than_its_budget_has() -> None:
    found = estimator().estimate(replace(KNN, least_runs=10))
    assert found is not None
    assert (found.budget, found.seeds) == ("paper", list(range(10)))
    assert found.command.endswith("metrics/knn/bigan-{0,1,2,3,4,5,6,7,8,9}.json")
    five = estimator().estimate(KNN)
    assert five is not None
    assert five.seeds is None
    assert found.hours["cpu"] == pytest.approx(2 * five.hours["cpu"])


def test_a_budget_plans_what_the_graph_trains_with_its_family_and_start() -> None:
    demo, *others = estimator().budgets
    assert (demo.name, demo.comparable, "cbigan-simple" in demo.as_reported) == ("demo", True, False)
    paper = next(each for each in others if each.name == "paper")
    starts = {variant: run.group.start for variant, run in paper.runs.items() if run.group.start}
    assert starts == {
        **dict.fromkeys(("bigan-triplet", "bigan-triplet-more", "bigan-triplet-hard"), "bigan"),
        **dict.fromkeys(("bigan-triplet-as-coded", "bigan-triplet-more-as-coded", "bigan-triplet-hard-as-coded"), "bigan-as-coded"),
        "latent-regressor": "gan-features",
        "dcgan-fashion-pretrained": "dcgan-mnist",
    }
    assert {run.group.family for run in paper.runs.values()} == set(load(ROOT / "params.yaml")["recipes"])
    assert paper.as_reported == paper.runs.keys()


def test_what_needs_no_training_is_measured_at_the_pages_own_budget() -> None:
    reading = replace(KNN, terms=[("pixels", "knn.code.train")], trained=False)
    found = estimator().estimate(reading)
    assert found is not None
    assert (found.budget, found.command, found.hours) == ("demo", "snakemake --cores all reports/demo/metrics/knn/pixels-0.json", {})
    assert estimator().estimate(replace(reading, terms=[("nowhere", "knn.code.train")])) is None


def test_an_estimate_is_for_the_devices_on_which_the_familys_step_was_timed() -> None:
    timed = Estimator(estimator().budgets, {"cpu": {("cgan", False): 9.0}, "gpu": {("bigan", False): 3.0}})
    found = timed.estimate(KNN)
    assert found is not None
    assert found.hours == pytest.approx({"gpu": 5 * 400 * (60_000 // 128) * 3.0 / 3_600_000})


def test_a_variant_of_much_smaller_networks_has_its_own_step() -> None:
    paper = next(each for each in estimator().budgets if each.name == "paper")
    times = {"cpu": {("bigan", False): 9.0, ("latent-regressor", False): 3.0}}
    found = Estimator([paper], times).estimate(replace(KNN, terms=[("latent-regressor", "knn.code.test")]))
    assert found is not None
    assert found.hours == pytest.approx({"cpu": 5 * 400 * (60_000 // 128) * (9.0 + 3.0) / 3_600_000}), "and what it starts from its own"
