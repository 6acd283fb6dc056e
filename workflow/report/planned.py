"""What each budget of params.yaml trains and measures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import Any, Self

from workflow.params.groups import Group
from workflow.pipeline.trainings import PlannedTraining, budget_trainings
from workflow.report.claims import compared_in_bfloat16
from workflow.report.measurements import WHOLE_DATA, of_lenet, trained_alike


@dataclass(frozen=True)
class PlannedBudget:
    """What a budget measures.

    Attributes:
        name: As in params.yaml.
        seeds: Of its trainings.
        comparable: Whether it has a data set of the reports, whole.
        images: The number of training images of its data set.
        runs: Its trainings, by variant; each is run once a seed.
        as_reported: Those that train as their report does: for all of its epochs, on all training images.
        untrained: What it measures with each seed, but does not train.
        once: What it measures once, with seed 0: baselines, and LeNet, which is called by its data set.
        lenet_changed: Whether it has another LeNet than all others.
    """

    name: str
    seeds: Sequence[int]
    comparable: bool
    images: int
    runs: Mapping[str, PlannedTraining]
    as_reported: frozenset[str]
    untrained: frozenset[str] = frozenset()
    once: frozenset[str] = frozenset()
    lenet_changed: bool = False

    def decides(self, terms: Sequence[tuple[str, str]], trained: bool) -> bool:
        """Return whether it gives a verdict to a statement of these variants and metrics; one that depends on no training may have any."""
        variants = [variant for variant, _ in terms]
        judged_by_another = self.lenet_changed and of_lenet(terms)
        measured = {*self.runs, *self.untrained, *self.once}.issuperset(variants)
        compared = compared_in_bfloat16(terms)
        alike = all(run.variant in self.as_reported and (compared or not run.in_bfloat16) for run in self.trainings(variants))
        return self.comparable and not judged_by_another and measured and (alike or not trained)

    def with_seeds(self, variants: Sequence[str], least: int) -> Self:
        """Return the same with at least so many seeds, if it measures some of these variants more than once."""
        return self if len(self.seeds) >= least or self.once.issuperset(variants) else replace(self, seeds=_more_seeds(self.seeds, least))

    def trainings(self, variants: Sequence[str]) -> list[PlannedTraining]:
        """Return the trainings of those of the variants that are trained, and of the variants that they start from."""
        trained = [name for name in variants if name in self.runs]
        starts = [start for name in trained if (start := self.runs[name].group.start)]
        return [self.runs[name] for name in dict.fromkeys([*trained, *starts])]


def _more_seeds(seeds: Sequence[int], least: int) -> list[int]:
    """Return seeds, and so many of the smallest others that there are at least so many."""
    others = (seed for seed in count() if seed not in seeds)
    return [*seeds, *islice(others, least - len(seeds))]


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
    runs = {training.variant: training for training in budget_trainings(budget, recipes, groups.values())}
    as_reported = [name for name, training in runs.items() if _as_reported(training, budget["changes"], same_in_bfloat16)]
    untrained = [*budget["untrained"], *budget["untrained_conv_bigan"]]
    return PlannedBudget(
        name=budget["name"],
        seeds=budget["seeds"],
        comparable=budget["dataset"] in WHOLE_DATA,
        images=images,
        runs=runs,
        as_reported=frozenset(as_reported),
        untrained=frozenset(f"untrained-{variant}" for variant in untrained),
        once=frozenset([*budget["baselines"], budget["dataset"], *budget["fashion"], *budget["svhn"], *budget["donahue_split"]]),
        lenet_changed=bool(budget["changes"]["lenet"]),
    )


def _as_reported(training: PlannedTraining, changes: Mapping[str, Any], same_in_bfloat16: Collection[str]) -> bool:
    whole = training.epochs >= training.recipe["epochs"] and training.budget.images is None
    return whole and trained_alike(training.variant, changes[training.group.family], training.precision, same_in_bfloat16)
