"""What is still missing for the verdicts, in the order of what settles most statements an hour: `python -m workflow.report.plan`.

It is of the budget of params.yaml, and a view on its graph: what has to run for a statement, DVC says.
"""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from workflow.params.groups import GRAPH, training_groups
from workflow.params.model import load, validate
from workflow.params.training import MeasuredBudget
from workflow.pipeline import command, paths
from workflow.pipeline.durations import IMAGES, Durations, spoken
from workflow.pipeline.run_id import RunId
from workflow.pipeline.staleness import ResolvedStage, resolved_stages
from workflow.pipeline.trainings import is_training
from workflow.report.claims import Claims, read_claims
from workflow.report.graph_outputs import check_statements, graph_outputs
from workflow.report.measurements import metric_file
from workflow.report.planned import PlannedBudget, planned_budgets
from workflow.report.runs import LEAST_RUNS
from workflow.report.scorecard import Judged, JudgedStatement, judge
from workflow.report.verdicts import Verdict

SHOWN = 60  # letters of the list that names a step's statements


@dataclass(frozen=True)
class Step:
    """Statements that are measured together.

    Attributes:
        statements: Their ids.
        stages: What has to run for them, and for no step before; with all that can be measured of the runs that they train.
        seconds: About how long that takes on one core.
        settled: How many of the statements the budget decides; of the others it only finds what they point to.
        doubt: Why it decides none of them, if so.
    """

    statements: Sequence[str]
    stages: frozenset[str]
    seconds: float
    settled: int
    doubt: str | None = None


@dataclass(frozen=True)
class Plan:
    """What a budget can still measure.

    Attributes:
        steps: The one that settles most statements an hour first, and so on.
        elsewhere: Ids of undecided statements whose variants the budget does not measure.
        seeds: Of the budget.
        more_seeds: By id, how many seeds more than the budget has a statement needs that its seeds cannot decide.
    """

    steps: Sequence[Step]
    elsewhere: Sequence[str]
    seeds: Sequence[int]
    more_seeds: Mapping[str, int]


class Work:
    """What has to run for files of a graph.

    Args:
        stages: Of the graph, by name.
    """

    def __init__(self, stages: Mapping[str, ResolvedStage]) -> None:
        self.stages = stages
        self._makers = {output: name for name, stage in stages.items() for output in stage.outputs}
        self.of_stage = cache(self._of_stage)
        self._trainings = {name: frozenset(filter(is_training, self.of_stage(name))) for name in stages}

    def makes(self, file: Path) -> bool:
        """Return whether the graph makes a file."""
        return str(file) in self._makers

    def of_files(self, files: Iterable[Path]) -> frozenset[str]:
        """Return the stages that have to run for files that the graph makes."""
        return frozenset().union(*(self.of_stage(self._makers[str(file)]) for file in files))

    def with_measurements(self, chosen: frozenset[str]) -> frozenset[str]:
        """Return chosen stages, and those that have to run and need some of the chosen trainings, and no other ones.

        So all that can be measured of a run is measured when it ends.
        """
        trainings = frozenset(filter(is_training, chosen))
        return chosen.union(name for name, needed in self._trainings.items() if needed and needed <= trainings)

    def _of_stage(self, name: str) -> frozenset[str]:
        if not self.stages[name].stale:
            return frozenset()
        before = [self._makers[file] for file in self.stages[name].inputs if file in self._makers]
        return frozenset({name}).union(*map(self.of_stage, before))


def plan(judged: Sequence[JudgedStatement], claims: Claims, budget: PlannedBudget, work: Work, durations: Durations) -> Plan:
    """Return what is missing for the verdicts of a budget.

    Args:
        judged: All statements, as they stand.
        claims: What the reports state.
        budget: Whose results they are judged by.
        work: What has to run for its files.
        durations: About how long stages take.
    """
    undecided = {
        each.statement.id: each.primary for each in judged if each.primary.judgement.verdict in (Verdict.NOT_RUN, Verdict.INCONCLUSIVE)
    }
    files = {name: _files(each, claims, budget, work) for name, each in undecided.items()}
    needs = {name: work.of_files(found) for name, found in files.items() if found is not None}
    waiting = {name: stages for name, stages in needs.items() if stages}
    doubts = {name: _doubt(undecided[name], budget) for name in waiting}
    return Plan(
        steps=_in_order(waiting, doubts, work, {stage: durations.of_stage(stage) for stage in work.stages}),
        elsewhere=[name for name in files if name not in needs],
        seeds=budget.seeds,
        more_seeds={
            name: _deciding(each) - len(budget.seeds)
            for name, each in undecided.items()
            if each.judgement.more_seeds and name not in waiting and _deciding(each) > len(budget.seeds)
        },
    )


def current_plan() -> tuple[Plan, Work]:
    """Return what is missing at the budget of params.yaml, and what has to run for its files; raise UserError for a mistake in a file."""
    work = Work(resolved_stages())
    params, graph, claims = load(), load(GRAPH), read_claims(paths.CLAIMS)
    check_statements(claims, graph_outputs(params, graph["stages"]))
    budget, *_ = planned_budgets(params, training_groups(graph["stages"]), IMAGES, claims.same_in_bfloat16)
    judged = judge(claims, paths.reports(budget.name), validate(MeasuredBudget, params["budget"], "budget"))
    return plan(judged, claims, budget, work, Durations()), work


def described(found: Plan) -> str:
    """Return a plan as a text: what each hour would buy."""
    lines, total, settled = [], 0.0, 0
    for step in found.steps:
        total, settled = total + step.seconds, settled + step.settled
        runs = sorted(name.partition("@")[2] for name in step.stages if is_training(name))
        doubt = f" (no verdict: {step.doubt})" if step.doubt else ""
        lines.append(
            f"{spoken(step.seconds):>8} {spoken(total):>8} {settled:8d}  {_short(step.statements)}{doubt}  "
            f"trains: {_short(runs) or 'nothing'}"
        )
    text = "\n".join(["    time    total  settled  statements", *lines] if lines else ["nothing is left to run at this budget"])
    if found.more_seeds:
        more = f"up to {max(found.more_seeds.values())} more seeds than {list(found.seeds)} would decide them"
        text += f"\n{len(found.more_seeds)} stay undecided; {more}: {_short(list(found.more_seeds))}"
    if found.elsewhere:
        missing = f"{len(found.elsewhere)} need variants that this budget does not measure (the budget paper has all)"
        text += f"\n{missing}: {_short(found.elsewhere)}"
    return text


def _short(names: Sequence[str]) -> str:
    """Return a list as a text that fits on a line."""
    text, count = ", ".join(names), len(names)
    return text if len(text) <= SHOWN else f"{names[0]}, … {names[-1]} ({count})"


def _doubt(judged: Judged, budget: PlannedBudget) -> str | None:
    """Return why a budget cannot decide a statement; None if it can."""
    if not _trains_as_reported(judged, budget):
        return "not trained as reported"
    return "too few seeds" if _needed(judged) > len(budget.seeds) else None


def _trains_as_reported(judged: Judged, budget: PlannedBudget) -> bool:
    return budget.decides(judged.reading.terms, judged.reading.trained)


def _needed(judged: Judged) -> int:
    """Return with how many seeds a statement may be decided: a few to begin with, then as many as it takes if mean and spread stay."""
    least = judged.reading.least_runs
    return least if judged.measurement.seeds < least else _deciding(judged)


def _deciding(judged: Judged) -> int:
    return judged.measurement.seeds + (judged.judgement.more_seeds or 0)


def _files(judged: Judged, claims: Claims, budget: PlannedBudget, work: Work) -> list[Path] | None:
    """Return the files that a statement still needs, with as many seeds as would decide it, or a few where the budget has too few; None if
    the graph does not make them.

    What was measured is there, whether or not this machine has the weights; but what was trained for less than the budget trains is not.
    """
    enough = _needed(judged)
    chosen = budget.seeds[: enough if enough <= len(budget.seeds) else LEAST_RUNS]
    shorter = not judged.measurement.whole and _trains_as_reported(judged, budget)
    needed: list[Path] = []
    for variant, metric in judged.reading.terms:
        loose = variant in {*claims.untrained, *claims.exact}  # of those, some are measured with seed 0 alone
        files = [
            metric_file(paths.reports(budget.name), metric, RunId(variant, seed)) for seed in sorted({0, *chosen} if loose else chosen)
        ]
        made = [file for file in files if work.makes(file)]
        if (loose and not made) or (not loose and made != files):
            return None
        needed += [file for file in made if (shorter and not loose) or not file.exists()]
    return needed


def _in_order(
    needs: Mapping[str, frozenset[str]], doubts: Mapping[str, str | None], work: Work, seconds: Mapping[str, float]
) -> list[Step]:
    """Return steps, each of which settles the most statements in its time, after those before it.

    Args:
        needs: The stages that each statement needs.
        doubts: Why the budget cannot decide a statement, if so.
        work: What else can be measured then.
        seconds: By stage.
    """
    steps: list[Step] = []
    chosen: frozenset[str] = frozenset()
    waiting = dict(needs)
    whole = {each: work.with_measurements(each) for each in set(needs.values())}
    while waiting:
        options = []
        for each in set(waiting.values()):
            new = whole[each] - chosen
            measured = [name for name, needed in waiting.items() if needed <= chosen | new]
            settled = sum(not doubts[name] for name in measured)
            options.append(Step(measured, new, sum(seconds[stage] for stage in new), settled, None if settled else doubts[measured[0]]))
        steps.append(max(options, key=_worth))
        chosen |= steps[-1].stages
        waiting = {name: each for name, each in waiting.items() if not each <= chosen}
    return steps


def _worth(step: Step) -> tuple[float, float, str]:
    seconds = max(step.seconds, 1.0)
    return step.settled / seconds, len(step.statements) / seconds, min(step.statements)


def main() -> None:
    """Print the plan."""
    argparse.ArgumentParser(prog="workflow.report.plan", description=__doc__).parse_args()
    found, _ = current_plan()
    print(described(found))


if __name__ == "__main__":
    command.run(main)
