"""What would give a statement its verdict: a command, and about how long its trainings take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflow.pipeline import paths
from workflow.pipeline.durations import StepTimes, step_time, training_seconds
from workflow.report.measurements import metric_file
from workflow.report.page.statements import ReadingView
from workflow.report.planned import PlannedBudget


@dataclass(frozen=True)
class Estimate:
    """What measures a statement.

    Attributes:
        budget: The budget at which it gets a verdict.
        seeds: What the budget's have to be, if they are too few; None if they are enough.
        command: What measures it there.
        hours: About how long its trainings take, one after the other, by kind of device: those on which all their steps were timed.
    """

    budget: str
    seeds: Sequence[int] | None
    command: str
    hours: Mapping[str, float]


@dataclass(frozen=True)
class Estimator:
    """What estimates are made from.

    Attributes:
        budgets: The page's own first.
        step_times: Of training steps, by kind of device.
    """

    budgets: Sequence[PlannedBudget]
    step_times: Mapping[str, StepTimes]

    def estimate(self, reading: ReadingView) -> Estimate | None:
        """Return what would give a reading its verdict; None if no budget has all of it."""
        variants = list(dict.fromkeys(variant for variant, _ in reading.terms))
        for budget in self.budgets:
            if budget.decides(reading.terms, reading.trained):
                enough = budget.with_seeds(variants, reading.least_runs)
                seeds = None if enough == budget else enough.seeds
                return Estimate(enough.name, seeds, _command(reading, enough), self._hours(enough, variants))
        return None

    def _hours(self, budget: PlannedBudget, variants: Sequence[str]) -> dict[str, float]:
        trainings, hours = budget.trainings(variants), {}
        for device, times in self.step_times.items():
            seconds = [training_seconds(each, budget.images, step) for each in trainings if (step := step_time(each, times))]
            if seconds and len(seconds) == len(trainings):
                hours[device] = len(budget.seeds) * sum(seconds) / 3600
        return hours


def _command(reading: ReadingView, budget: PlannedBudget) -> str:
    """Return the call of Snakemake that makes the files from which a reading is measured."""
    files = [_file(budget, variant, metric) for variant, metric in reading.terms]
    return "snakemake --cores all " + " ".join(dict.fromkeys(files))


def _file(budget: PlannedBudget, variant: str, metric: str) -> str:
    """Return the file of a variant's metric; for several seeds, as a pattern of the shell."""
    seeds = [0] if variant in budget.once else budget.seeds
    run = f"{variant}-{{{','.join(map(str, seeds))}}}" if len(seeds) > 1 else f"{variant}-{seeds[0]}"
    return str(metric_file(paths.reports(budget.name), metric, run))
