"""What each budget of params.yaml trains and measures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from workflow.params.groups import Group
from workflow.pipeline.durations import timed_steps
from workflow.pipeline.trainings import budget_trainings
from workflow.report.claims import compared_in_bfloat16
from workflow.report.measurements import WHOLE_DATA, trained_alike


@dataclass(frozen=True)
class PlannedRun:
    """A training that a budget plans, once a seed.

    Attributes:
        family: Of its networks.
        steps: The number of training steps with one seed, as if they had the batch of its family's recipe.
        complete: Whether these are all epochs that its report has, on all training images, as the report trains.
        start: The variant from whose trained weights it starts; None if it starts from random ones.
        in_bfloat16: Whether it computes so.
    """

    family: str
    steps: float
    complete: bool
    start: str | None = None
    in_bfloat16: bool = False


@dataclass(frozen=True)
class PlannedBudget:
    """What a budget measures.

    Attributes:
        name: As in params.yaml.
        seeds: Of its trainings.
        comparable: Whether it has a data set of the reports, whole.
        runs: Its trainings, by variant.
        untrained: What it measures with each seed, but does not train.
        once: What it measures once, with seed 0: baselines, and LeNet, which is called by its data set.
    """

    name: str
    seeds: Sequence[int]
    comparable: bool
    runs: Mapping[str, PlannedRun]
    untrained: frozenset[str] = frozenset()
    once: frozenset[str] = frozenset()

    def decides(self, terms: Sequence[tuple[str, str]], trained: bool) -> bool:
        """Return whether it gives a verdict to a statement of these variants and metrics; one that depends on no training may have any."""
        variants = [variant for variant, _ in terms]
        measured = {*self.runs, *self.untrained, *self.once}.issuperset(variants)
        compared = compared_in_bfloat16(terms)
        alike = all(run.complete and (compared or not run.in_bfloat16) for run in self.trainings(variants))
        return self.comparable and measured and (alike or not trained)

    def with_seeds(self, variants: Sequence[str], least: int) -> Self:
        """Return the same with at least so many seeds, if it measures some of these variants more than once."""
        return self if len(self.seeds) >= least or self.once.issuperset(variants) else replace(self, seeds=range(least))

    def trainings(self, variants: Sequence[str]) -> list[PlannedRun]:
        """Return the trainings of those of the variants that are trained, and of the variants that they start from."""
        trained = [name for name in variants if name in self.runs]
        starts = [start for name in trained if (start := self.runs[name].start)]
        return [self.runs[name] for name in dict.fromkeys([*trained, *starts])]


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
        comparable=budget["dataset"] in WHOLE_DATA,
        runs=runs,
        untrained=frozenset(f"untrained-{variant}" for variant in untrained),
        once=frozenset([*budget["baselines"], budget["dataset"], *budget["fashion"], *budget["svhn"], *budget["donahue_split"]]),
    )
