"""What each budget of params.yaml trains and measures: the one place of the page that knows how that file is laid out."""

from collections.abc import Mapping
from typing import Any

from workflow.params.model import completed
from workflow.params.stages import RECIPE_OF, START_OF
from workflow.params.training import TrainingBudget
from workflow.report.page.estimates import PlannedBudget, PlannedRun
from workflow.report.page.page import PageBudget

REPORTED_DATA = "mnist"


def planned_budgets(params: Mapping[str, Any], images: int) -> list[PlannedBudget]:
    """Return what each budget measures, the current one first.

    Args:
        params: `budget`, `budgets`, `recipes` and `variants` of params.yaml.
        images: The number of training images.
    """
    current = params["budget"]
    budgets = {current["name"]: current, **{name: each for name, each in params["budgets"].items() if name != current["name"]}}
    return [_planned(budget, params, images) for budget in budgets.values()]


def page_budget(budget: Mapping[str, Any]) -> PageBudget:
    """Return a budget of params.yaml as the head of the page describes it."""
    families = dict.fromkeys(["bigan", *RECIPE_OF.values()], budget["epochs"])
    return PageBudget(
        name=budget["name"],
        seeds=budget["seeds"],
        images=budget["images"],
        dataset=budget["mnist"],
        precision=budget["precision"],
        epochs={**families, **budget["families"]},
    )


def _planned(budget: Mapping[str, Any], params: Mapping[str, Any], images: int) -> PlannedBudget:
    training = TrainingBudget.model_validate({name: budget[name] for name in TrainingBudget.model_fields})
    runs = {}
    for group, variants in budget["variants"].items():
        for variant in variants:
            recipe = completed(params["recipes"], params["variants"][variant])
            family, own = RECIPE_OF.get(group, "bigan"), recipe["epochs"]
            epochs = training.epochs_of(family, own)
            steps = epochs * (images // recipe["batch_size"])
            runs[variant] = PlannedRun(family, steps, epochs >= own and budget["images"] is None, START_OF.get(group))
    return PlannedBudget(
        name=budget["name"],
        seeds=budget["seeds"],
        comparable=budget["mnist"] == REPORTED_DATA,
        runs=runs,
        untrained=frozenset(f"untrained-{variant}" for variant in budget["untrained"]),
        once=frozenset([*budget["baselines"], *budget["download"]]),
    )
