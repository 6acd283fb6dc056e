"""How long stages take is what they took here, or else an estimate."""

from pathlib import Path

import pytest

from tests.helpers.project import ROOT
from workflow.params.groups import Group
from workflow.params.model import load
from workflow.params.training import TrainingBudget
from workflow.pipeline import durations
from workflow.pipeline.durations import (
    EVALUATION,
    LENET,
    START,
    TAKEN,
    UNTIMED,
    Durations,
    read_step_times,
    record,
    spoken,
    taken,
    training_seconds,
)
from workflow.pipeline.trainings import PlannedTraining


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the project's files, and nothing that has run."""
    for name in ("params.yaml", "dvc.yaml", "workflow"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".snakemake").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("project")
def test_a_training_is_estimated_by_its_steps_and_all_else_by_the_mean() -> None:
    durations, params = Durations(), load()
    budget, recipe = params["budget"], params["recipes"]["linear_gan"]
    stage = f"train_linear_gan@{budget['dataset']}-linear-gan-0"
    steps = max(1, round(recipe["epochs"] * budget["epochs"]["linear_gan"])) * ((budget["images"] or 60_000) // recipe["batch_size"])
    per_step = load(ROOT / "workflow/report/page/estimates.yaml")["step"]["cpu"]["linear_gan"]
    assert durations.of_stage(stage) == pytest.approx(START + steps * per_step / 1000)
    assert durations.of_rule("train_linear_gan") == durations.of_stage(stage)
    assert durations.of_stages([stage, "report"]) == durations.of_stage(stage) + EVALUATION
    assert durations.of_stage("train_lenet@mnist") == LENET
    assert durations.of_stage(f"train_dcgan@{budget['dataset']}-dcgan-small-0") < 120, "it is not as large as its family's recipe"


@pytest.mark.usefixtures("project")
def test_a_training_in_bfloat16_takes_its_share_of_the_time_in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Durations().of_stage("train_bigan@mnist-bigan-0") - START
    params = load()
    params["budget"]["bigan"]["bigan"]["precision"] = "bfloat16"
    monkeypatch.setattr(durations, "load", lambda path=None: load(path) if path else params)
    share = load(durations.STEP_TIMES)["bfloat16"]["cpu"]["bigan"]
    assert 0 < share < 1
    assert Durations().of_stage("train_bigan@mnist-bigan-0") - START == pytest.approx(share * whole)


def test_a_smaller_batch_makes_a_convolutional_step_shorter_and_no_other() -> None:
    assert training_seconds(training("dcgan", 256, batch_size=64), 6400, 1.0) == pytest.approx(0.1)
    assert training_seconds(training("cgan", 100, batch_size=25), 2500, 1.0) == pytest.approx(0.4)


def test_a_training_on_some_of_the_images_has_fewer_steps() -> None:
    assert training_seconds(training("cgan", 100, images=500), 60_000, 1.0) == pytest.approx(0.02)


def training(family: str, family_batch: int, images: int | None = None, **recipe: int) -> PlannedTraining:
    """Return four epochs of a variant."""
    budget = TrainingBudget(name="tiny", epochs={family: 1.0}, images=images)
    whole = {"epochs": 4, "batch_size": family_batch, "precision": "float32"}
    return PlannedTraining(Group(family, family, "dataset", None), family, {**whole, **recipe}, whole, budget)


@pytest.mark.usefixtures("project")
def test_a_family_that_nobody_has_timed_has_an_estimate_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    timed = read_step_times()["cpu"]["bigan", False]
    before = Durations().of_stage("train_bigan@mnist-bigan-0") - START
    monkeypatch.setattr(durations, "read_step_times", lambda: {"cpu": {("cgan", False): 9.0}})
    assert Durations().of_stage("train_bigan@mnist-bigan-0") - START == pytest.approx(before * UNTIMED / timed)


@pytest.mark.usefixtures("project")
def test_what_a_stage_last_took_here_at_this_budget_comes_first() -> None:
    name = load()["budget"]["name"]
    record("report", 40.0)
    record("report", 41.25)
    with TAKEN.open("a") as file:
        file.write("another\treport\t99.0\nhalf a li")
    assert taken(name) == {"report": 41.2}
    assert taken("another") == {"report": 99.0}
    assert Durations().of_stage("report") == 41.2


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "1 s"), (40.4, "40 s"), (100, "2 min"), (5000, "83 min"), (9000, "2.5 h"), (100_000, "28 h"), (4e5, "5 days")],
)
def test_a_time_is_said_as_people_say_it(seconds: float, said: str) -> None:
    assert spoken(seconds) == said
