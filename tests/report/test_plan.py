"""What is missing for the verdicts, in the order of what settles most an hour."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.project import ROOT
from tests.helpers.small_claims import claims
from tests.helpers.stages import graph
from workflow.io.files import write_json
from workflow.params.groups import Group, training_groups
from workflow.params.model import load
from workflow.params.training import MeasuredBudget, TrainingBudget
from workflow.pipeline import paths
from workflow.pipeline.durations import IMAGES
from workflow.pipeline.staleness import ResolvedStage
from workflow.pipeline.trainings import PlannedTraining
from workflow.report.plan import Plan, Work, described, plan
from workflow.report.planned import PlannedBudget, planned_budgets
from workflow.report.scorecard import judge

RECIPE = {"precision": "float32"}
LIMITS = TrainingBudget(name="paper", epochs={"bigan": 1.0}, images=None)
BUDGET = MeasuredBudget(name="paper", dataset="mnist", seeds=[0, 1])


class Seconds:
    """Hours of trainings, and a minute of all else."""

    def __init__(self, hours: Mapping[str, float]) -> None:
        self.hours = hours

    def of_rule(self, name: str) -> float:
        raise NotImplementedError(name)

    def of_stage(self, stage: str) -> float:
        variant = stage.partition("@")[2].rpartition("-")[0]
        return 3600 * self.hours[variant] if stage.startswith("train_") else 60.0


def planned(
    stages: Mapping[str, ResolvedStage],
    hours: Mapping[str, float],
    *statements: dict[str, object],
    budget: MeasuredBudget = BUDGET,
    otherwise: Sequence[str] = (),
) -> Plan:
    """Return the plan for statements of which nothing was measured yet, or what lies in the current folder.

    Args:
        stages: Of the graph.
        hours: Of the trainings, by variant.
        statements: Of the reports.
        budget: Whose plan it is.
        otherwise: The variants that it does not train as reported.
    """
    made = claims(*statements)
    runs = {variant: PlannedTraining(Group("bigan", "bigan", "dataset", None), variant, RECIPE, RECIPE, LIMITS) for variant in hours}
    trained = PlannedBudget(budget.name, budget.seeds, True, IMAGES, runs, frozenset(hours) - {*otherwise}, once=frozenset({"mnist"}))
    return plan(judge(made, paths.reports("paper"), budget), made, trained, Work(stages), Seconds(hours))


def measured(*values: float, variant: str = "bigan", epochs: int = 400) -> None:
    """Write what was measured of a variant, a value a seed, after some of 400 epochs."""
    about = {"dataset": "mnist", "family": "bigan", "start": None, "own_epochs": 400, "all_images": True}
    for seed, value in enumerate(values):
        write_json(paths.reports("paper") / f"metrics/knn/{variant}-{seed}.json", {"code": {"test": value}, "about": []})
        write_json(paths.reports("paper") / f"metrics/train/{variant}-{seed}.json", {"planned_epochs": epochs, "about": [about]})


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_settles_most_an_hour_comes_first_and_what_is_trained_already_costs_nothing() -> None:
    compared = {"reported": None, "direction": "lower", "variant": "wide", "against": "bigan", "protocol": "code"}
    statements = [{}, {"variant": "wide", "protocol": "code"}, compared, {"variant": "long", "protocol": "code"}]
    stages = graph({"bigan": None, "wide": None, "long": None})
    found = planned(stages, {"bigan": 1.0, "wide": 3.0, "long": 4.0}, *statements)
    assert [step.statements for step in found.steps] == [["X-1"], ["X-2", "X-3"], ["X-4"]]
    runs = [{name for name in step.stages if name.startswith("train_")} for step in found.steps]
    assert runs == [{f"train_bigan@{variant}-{seed}" for seed in (0, 1)} for variant in ("bigan", "wide", "long")]
    assert found.steps[0].seconds == 2 * (3600 + 60 + 60), "all that can be measured of a run is measured when it ends"
    assert not any("tables" in step.stages for step in found.steps)
    assert "tables" in Work(stages).with_measurements(frozenset().union(*(step.stages for step in found.steps))), "it needs all three"


def test_a_budget_with_a_lenet_of_its_own_decides_nothing_that_lenet_judges() -> None:
    params = load(ROOT / "params.yaml")
    groups = training_groups(load(ROOT / "dvc.yaml")["stages"])
    usual, another = (
        planned_budgets({**params, "budget": params["budgets"][name]}, groups, IMAGES, [])[0] for name in ("d-h1-h2", "d-h1-h2-h3")
    )
    assert (usual.lenet_changed, another.lenet_changed) == (False, True)
    assert usual.decides([("mnist", "lenet.test.accuracy")], trained=False)
    assert not another.decides([("mnist", "lenet.test.accuracy")], trained=False)


def test_what_a_run_starts_from_is_trained_with_it_unless_it_is_there() -> None:
    statement = {"variant": "triplet", "protocol": "code"}
    hours = {"bigan": 5.0, "triplet": 1.0}
    (whole,) = planned(graph({"bigan": None, "triplet": "bigan"}), hours, statement).steps
    assert {"train_bigan@bigan-0", "train_bigan@triplet-0"} <= whole.stages
    (rest,) = planned(graph({"bigan": None, "triplet": "bigan"}, fresh=["bigan"]), hours, statement).steps
    assert {name for name in rest.stages if name.startswith("train_")} == {"train_bigan@triplet-0", "train_bigan@triplet-1"}


def test_what_is_undecided_with_all_seeds_or_not_measured_at_all_is_said() -> None:
    measured(93.6, 93.9)
    found = planned(graph({"bigan": None}, fresh=["bigan"]), {"bigan": 1.0}, {}, {"variant": "other", "protocol": "code"})
    assert (found.steps, found.elsewhere) == ([], ["X-2"])
    assert found.more_seeds["X-1"] >= 3
    text = described(found)
    assert text.startswith("nothing is left to run at this budget\n1 stay undecided; up to ")
    assert text.endswith("1 need variants that this budget does not measure (the budget paper has all): X-2")


@pytest.mark.parametrize(
    ("values", "trained", "more"),
    [((), [0, 1, 2], {}), ((93.6,), [1, 2], {}), ((93.7, 93.8, 93.75), [3, 4], {}), ((93.4, 93.8, 94.2), [], {"X-1": 4})],
)
def test_three_seeds_are_run_first_then_as_many_as_would_decide_and_none_where_the_budget_has_too_few(
    values: Sequence[float], trained: Sequence[int], more: Mapping[str, int]
) -> None:
    measured(*values)
    budget, there = MeasuredBudget(name="paper", dataset="mnist", seeds=list(range(5))), [f"bigan-{seed}" for seed in range(len(values))]
    stages = {
        name: replace(stage, stale=stage.stale and name.partition("@")[2] not in there)
        for name, stage in graph({"bigan": None}, seeds=budget.seeds).items()
    }
    found = planned(stages, {"bigan": 1.0}, {}, budget=budget)
    runs = [name for step in found.steps for name in step.stages if name.startswith("train_")]
    assert sorted(runs) == [f"train_bigan@bigan-{seed}" for seed in trained]
    assert found.more_seeds == more


def test_an_order_of_variants_wants_the_seeds_that_its_rows_have_not_all_been_measured_with() -> None:
    rows = {"bigan": 93.0, "wide": 90.0, "long": 80.0}
    for variant in rows:
        measured(*((93.6, 93.9) if variant == "bigan" else (93.6,)), variant=variant)
    budget = MeasuredBudget(name="paper", dataset="mnist", seeds=[0, 1, 2])
    ranking = {"reported": None, "variant": None, "table": rows, "protocol": "code"}
    found = planned(graph(dict.fromkeys(rows), seeds=budget.seeds), dict.fromkeys(rows, 1.0), ranking, budget=budget)
    runs = [name for step in found.steps for name in step.stages if name.startswith("train_")]
    lacking = {"bigan": (2,), "long": (1, 2), "wide": (1, 2)}
    assert sorted(runs) == [f"train_bigan@{variant}-{seed}" for variant, seeds in lacking.items() for seed in seeds]


def test_the_list_says_what_each_step_takes_settles_and_trains() -> None:
    found = planned(graph({"bigan": None, "wide": None}), {"bigan": 1.0, "wide": 2.0}, {}, {"variant": "wide", "protocol": "code"})
    head, first, second = described(found).splitlines()
    assert head.split() == ["time", "total", "settled", "statements"]
    few = ["(no", "verdict:", "too", "few", "seeds)", "trains:"]
    assert first.split() == ["2.1", "h", "2.1", "h", "0", "X-1", *few, "bigan-0,", "bigan-1"]
    assert second.split() == ["4.1", "h", "6.1", "h", "0", "X-2", *few, "wide-0,", "wide-1"]


def test_what_is_not_trained_as_reported_comes_after_what_is_and_settles_nothing() -> None:
    statements, budget = [{}, {"variant": "wide", "protocol": "code"}], MeasuredBudget(name="paper", dataset="mnist", seeds=list(range(3)))
    stages, hours = graph({"bigan": None, "wide": None}, seeds=budget.seeds), {"bigan": 1.0, "wide": 2.0}
    found = planned(stages, hours, *statements, budget=budget, otherwise=["bigan"])
    assert [(step.statements, step.settled) for step in found.steps] == [(["X-2"], 1), (["X-1"], 0)]
    _, first, second = described(found).splitlines()
    assert [line.split()[4] for line in (first, second)] == ["1", "1"], "settled by then"
    assert "no verdict" not in first
    assert "X-1 (no verdict: not trained as reported)  trains: bigan-0, bigan-1, bigan-2" in second


def test_what_was_measured_of_shorter_trainings_is_measured_again_by_a_budget_of_whole_ones_alone() -> None:
    measured(93.6, epochs=40)
    budget = MeasuredBudget(name="paper", dataset="mnist", seeds=list(range(3)))
    seeds = {}
    for kind, otherwise in {"whole": [], "shorter": ["bigan"]}.items():
        (step,) = planned(graph({"bigan": None}, seeds=budget.seeds), {"bigan": 1.0}, {}, budget=budget, otherwise=otherwise).steps
        seeds[kind] = sorted(name[-1] for name in step.stages if name.startswith("train_"))
    assert seeds == {"whole": ["0", "1", "2"], "shorter": ["1", "2"]}


def test_what_was_measured_of_whole_trainings_is_not_measured_again_where_their_weights_are_missing() -> None:
    measured(93.6)
    budget = MeasuredBudget(name="paper", dataset="mnist", seeds=list(range(3)))
    (step,) = planned(graph({"bigan": None}, seeds=budget.seeds), {"bigan": 1.0}, {}, budget=budget).steps
    assert {name for name in step.stages if name.startswith("train_")} == {"train_bigan@bigan-1", "train_bigan@bigan-2"}


def test_what_has_one_seed_alone_is_measured_once() -> None:
    lenet = {"variant": "mnist", "protocol": "code"}
    file = paths.reports("paper") / "metrics/knn/mnist-0.json"
    stages = {"train_lenet@mnist-0": ResolvedStage([], [str(file)], True, 0)}
    assert [step.statements for step in planned(stages, {"mnist": 1.0}, lenet).steps] == [["X-1"]]
    write_json(file, {"code": {"test": 99.0}, "about": []})
    assert not planned(stages, {"mnist": 1.0}, lenet).steps


def test_what_the_seeds_cannot_decide_comes_last_however_short() -> None:
    counted = {"reported": None, "kind": "count", "between": [0.5, 1.0], "variant": "wide", "protocol": "code"}
    budget = MeasuredBudget(name="paper", dataset="mnist", seeds=list(range(3)))
    found = planned(graph({"bigan": None, "wide": None}, seeds=budget.seeds), {"bigan": 9.0, "wide": 1.0}, counted, {}, budget=budget)
    assert [(step.statements, step.settled) for step in found.steps] == [(["X-2"], 1), (["X-1"], 0)]
    assert ["too few" in line for line in described(found).splitlines()] == [False, False, True]
