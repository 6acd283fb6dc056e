"""What each budget of params.yaml trains and measures: the one place of the page that knows how that file is laid out."""

from collections.abc import Collection, Mapping
from typing import Any

from workflow.params.groups import Group
from workflow.pipeline.durations import timed_steps
from workflow.pipeline.trainings import budget_trainings
from workflow.report.measurements import trained_alike
from workflow.report.page.estimates import PlannedBudget, PlannedRun
from workflow.report.page.page import PageBudget

REPORTED_DATA = "mnist"


def planned_budgets(
    params: Mapping[str, Any], groups: Mapping[str, Group], images: int, same_in_bfloat16: Collection[str]
) -> list[PlannedBudget]:
    """Return what each budget measures, the current one first.

    Args:
        params: `budget`, `budgets` and `recipes` of params.yaml.
        groups: Of the training stages of dvc.yaml.
        images: The number of training images.
        same_in_bfloat16: What trains in bfloat16 as the reports did.
    """
    current = params["budget"]
    budgets = {current["name"]: current, **{name: each for name, each in params["budgets"].items() if name != current["name"]}}
    return [_planned(budget, params["recipes"], groups, images, same_in_bfloat16) for budget in budgets.values()]


def page_budget(budget: Mapping[str, Any]) -> PageBudget:
    """Return a budget of params.yaml as the head of the page describes it."""
    return PageBudget(
        name=budget["name"],
        seeds=budget["seeds"],
        images=budget["images"],
        dataset=budget["dataset"],
        precision=budget["precision"],
        epochs=budget["epochs"],
    )


def _planned(
    budget: Mapping[str, Any], recipes: Mapping[str, Any], groups: Mapping[str, Group], images: int, same_in_bfloat16: Collection[str]
) -> PlannedBudget:
    runs = {}
    for training in budget_trainings(budget, recipes, groups.values()):
        family, recipe = training.group.family, training.recipe
        steps = timed_steps(family, training.epochs, images, recipe["batch_size"], recipes)
        alike = trained_alike(training.variant, budget["changes"][family], training.precision, same_in_bfloat16)
        whole = training.epochs >= recipe["epochs"] and budget["images"] is None and alike
        runs[training.variant] = PlannedRun(family, steps, whole, training.group.start, training.in_bfloat16)
    untrained = [*budget["untrained"], *budget["untrained_conv_bigan"]]
    return PlannedBudget(
        name=budget["name"],
        seeds=budget["seeds"],
        comparable=budget["dataset"] == REPORTED_DATA,
        runs=runs,
        untrained=frozenset(f"untrained-{variant}" for variant in untrained),
        once=frozenset([*budget["baselines"], budget["dataset"], *budget["fashion"], *budget["svhn"], *budget["donahue_split"]]),
    )
