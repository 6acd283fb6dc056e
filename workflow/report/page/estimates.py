"""What would give a statement its verdict: a command, and about how long its trainings take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflow.pipeline import paths
from workflow.report.measurements import metric_file
from workflow.report.page.statements import ReadingView
from workflow.report.planned import PlannedBudget, PlannedRun

MILLISECONDS_PER_HOUR = 3_600_000


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
        step_times: Milliseconds a training step, by kind of device, then by family and whether in bfloat16.
    """

    budgets: Sequence[PlannedBudget]
    step_times: Mapping[str, Mapping[tuple[str, bool], float]]

    def estimate(self, reading: ReadingView) -> Estimate | None:
        """Return what would give a reading its verdict; None if no budget has all of it."""
        variants = list(dict.fromkeys(variant for variant, _ in reading.terms))
        for budget in self.budgets:
            if budget.decides(reading.terms, reading.trained):
                enough = budget.with_seeds(variants, reading.least_runs)
                hours = self._hours(enough.trainings(variants), len(enough.seeds))
                return Estimate(enough.name, None if enough == budget else enough.seeds, _command(reading, enough), hours)
        return None

    def _hours(self, trainings: Sequence[PlannedRun], seeds: int) -> dict[str, float]:
        return {
            device: seeds * sum(run.steps * times[run.family, run.in_bfloat16] for run in trainings) / MILLISECONDS_PER_HOUR
            for device, times in self.step_times.items()
            if trainings and all((run.family, run.in_bfloat16) in times for run in trainings)
        }


def _command(reading: ReadingView, budget: PlannedBudget) -> str:
    """Return the call of Snakemake that makes the files from which a reading is measured."""
    files = [_file(budget, variant, metric) for variant, metric in reading.terms]
    return "snakemake --cores all " + " ".join(dict.fromkeys(files))


def _file(budget: PlannedBudget, variant: str, metric: str) -> str:
    """Return the file of a variant's metric; for several seeds, as a pattern of the shell."""
    seeds = [0] if variant in budget.once else budget.seeds
    run = f"{variant}-{{{','.join(map(str, seeds))}}}" if len(seeds) > 1 else f"{variant}-{seeds[0]}"
    return str(metric_file(paths.reports(budget.name), metric, run))
