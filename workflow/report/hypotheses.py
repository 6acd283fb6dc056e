"""Why reports and measurements disagree: workflow/report/hypotheses.yaml, read and checked, and a verdict by rule."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import inf, sqrt
from pathlib import Path
from statistics import mean
from typing import Annotated, Literal, Self

import pandas as pd
from pydantic import Field, model_validator

from workflow.io.errors import UserError
from workflow.params import model as params
from workflow.params.model import Model, Name, allowed, validate
from workflow.report.claims import Claims, End, Letter
from workflow.report.figures.said_measured import Panel, SaidRow
from workflow.report.runs import ALPHA, NO_SCALE, Runs, difference
from workflow.report.said_measured import Results, distance_between_seeds, distances, rank_correlations, row_name, values

LEAST_SEEDS = 3
Quantity = Literal["distance", "closer", "value", "change", "rank"]


class Outcome(StrEnum):
    """What became of a prediction."""

    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "open"


class Verdict(StrEnum):
    """What the rule says of a hypothesis."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    OPEN = "open"


class Prediction(Model):
    """What a hypothesis predicts of some rows; anything else refutes it."""

    rows: Name
    """The name of a set of rows."""

    quantity: Quantity
    """Of each seed. distance: mean absolute distance of the rows from what the report states. closer: by how much that falls from the
    budget `before`. value: mean of the rows. change: of that, from the budget `before`. rank: Spearman's rank correlation with what the
    report states."""

    between: End
    """Its lower and its upper end, null where it has none."""

    @property
    def ends(self) -> tuple[float, float]:
        """The same as numbers."""
        low, high = self.between
        return -inf if low is None else low, inf if high is None else high

    @property
    def range_text(self) -> str:
        """The same in words."""
        low, high = self.ends
        return f"at most {high:g}" if low == -inf else f"at least {low:g}" if high == inf else f"{low:g} to {high:g}"


class Hypothesis(Model):
    """A reason why a report has other numbers, and an experiment that could refute it."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$")]
    """Unique name."""

    report: Letter
    """Whose numbers."""

    explains: str
    """The sentence that it would explain, or the finding."""

    says: str
    """What it supposes."""

    written: date
    """When the predictions were written: before the experiment was run."""

    before: Name
    """The budget that it is compared with."""

    after: Name
    """The budget that is run as it supposes."""

    tuned_on: list[Name]
    """Sets of rows that were looked at when it was chosen; predictions of others are its hold-out."""

    tried: Annotated[int, Field(ge=1)]
    """How many explanations of the same rows were tried, this one included: a prediction holds at a level divided by it."""

    predicts: Annotated[list[Prediction], Field(min_length=1)]
    """All of it, or it is refuted."""

    refuted_by: str
    """What would refute it, in words."""


class Hypotheses(Model):
    """The file of hypotheses."""

    rows: dict[Name, Annotated[list[str], Field(min_length=1)]]
    """Sets of statements of claims.yaml, by name: rows of a report's tables. `<id>/<reading>` is another reading than the primary one."""

    called: dict[Name, str] = Field(default_factory=dict)
    """What readers are told of a set instead of its name."""

    hypotheses: list[Hypothesis]
    """All of them; those that failed stay."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for each in self.hypotheses:
            for name in self.sets_of(each):
                if name not in self.rows:
                    raise ValueError(f"{each.id}: rows: {allowed(name, self.rows)}")
            if repeated := [name for name in self._unseen(each) if self.seen(each).intersection(self.rows[name])]:
                raise ValueError(f"{each.id}: found rows of {repeated[0]} in what it was tuned on too, allowed: all of a set or none")
        ids = [each.id for each in self.hypotheses]
        if repeated := sorted({each for each in ids if ids.count(each) > 1}):
            raise ValueError(f"found twice: {', '.join(repeated)}")
        return self

    @property
    def budgets(self) -> set[str]:
        """The names of the budgets that they compare."""
        return {name for each in self.hypotheses for name in (each.before, each.after)}

    def sets_of(self, hypothesis: Hypothesis) -> list[str]:
        """Return the sets of rows that a hypothesis is about."""
        return list(dict.fromkeys([*hypothesis.tuned_on, *(each.rows for each in hypothesis.predicts)]))

    def seen(self, hypothesis: Hypothesis) -> set[str]:
        """Return the rows that were looked at when a hypothesis was chosen."""
        return {row for name in hypothesis.tuned_on for row in self.rows[name]}

    def _unseen(self, hypothesis: Hypothesis) -> list[str]:
        """Return the sets of rows of a hypothesis that are, in name, its hold-out: a part of what was seen is not."""
        seen = self.seen(hypothesis)
        return [each.rows for each in hypothesis.predicts if not seen.issuperset(self.rows[each.rows])]

    def is_held_out(self, hypothesis: Hypothesis, prediction: Prediction) -> bool:
        """Return whether no row of a prediction was looked at when its hypothesis was chosen."""
        return prediction.rows in self._unseen(hypothesis)


@dataclass(frozen=True)
class Agreement:
    """How near what a budget measured comes to what the report states, mean over seeds.

    Attributes:
        distance: Mean absolute distance of the rows.
        rank: Spearman's rank correlation of the rows; none of fewer than three.
        rows: How many.
        seeds: With how many all rows were measured.
        between_seeds: Mean absolute distance of the rows between two of those seeds; none of a single seed.
    """

    distance: float
    rank: float | None
    rows: int
    seeds: int
    between_seeds: float | None


@dataclass(frozen=True)
class JudgedPrediction:
    """A prediction, and what became of it.

    Attributes:
        measured: The quantity, mean over seeds; none if not all rows were measured.
        interval: Of the mean, at the level of the hypothesis; none with a single seed.
        seeds: How many.
        outcome: Open with fewer than `LEAST_SEEDS` seeds.
        held_out: Whether its rows were not looked at before.
        rows: What its rows are called.
        before: How near its rows come to the report in the budget `before`; none while not all are measured.
        after: Likewise in the budget `after`.
    """

    prediction: Prediction
    measured: float | None
    interval: tuple[float, float] | None
    seeds: int
    outcome: Outcome
    held_out: bool
    rows: str
    before: Agreement | None
    after: Agreement | None


@dataclass(frozen=True)
class JudgedHypothesis:
    """A hypothesis, its predictions, and what the rule says."""

    hypothesis: Hypothesis
    predictions: Sequence[JudgedPrediction]
    verdict: Verdict


@dataclass(frozen=True)
class JudgedHypotheses:
    """All hypotheses, the results that they were judged by, and what the rule says."""

    hypotheses: Hypotheses
    results: Mapping[str, Results]
    judged: Sequence[JudgedHypothesis]


def read_hypotheses(path: Path, claims: Claims, budgets: Collection[str]) -> Hypotheses:
    """Read and validate the file of hypotheses; raise UserError with the line of a mistake.

    Args:
        path: Of the file.
        claims: Whose statements its rows are.
        budgets: The names of those in params.yaml.
    """
    found = validate(Hypotheses, params.load(path), file=path)
    for each in found.hypotheses:
        if unknown := [name for name in (each.before, each.after) if name not in budgets]:
            raise UserError(f"{path}: {each.id}: {allowed(unknown[0], budgets)}")
    wholes = {row_name(each.id, reading.name): reading.protocol.whole for each in claims.statements for reading in claims.readings(each)}
    for name, rows in found.rows.items():
        if unknown := [row for row in rows if row not in wholes]:
            raise UserError(f"{path}: rows.{name}: found {unknown[0]}, allowed: the id of a statement in claims.yaml, or <id>/<reading>")
        if other := [row for row in rows if wholes[row] != wholes[rows[0]]]:
            raise UserError(f"{path}: rows.{name}: found {other[0]} in another unit than {rows[0]}, allowed: one unit")
    return found


def judge_hypotheses(hypotheses: Hypotheses, results: Mapping[str, Results]) -> list[JudgedHypothesis]:
    """Return every hypothesis with what became of it.

    Supported: every prediction holds, and one of them is of rows that were not looked at before. Refuted: one fails. Else open. A
    prediction holds if the interval of its quantity over seeds, at 5 % divided by the number of explanations tried, lies within what is
    predicted; it fails if the 95 % interval lies outside.

    Args:
        hypotheses: All of them.
        results: What each budget measured, by its name; a budget that has not run may be missing.
    """
    judged = []
    for each in hypotheses.hypotheses:
        found = [_judged(hypotheses, each, prediction, results) for prediction in each.predicts]
        judged.append(JudgedHypothesis(each, found, _verdict(found)))
    return judged


def agreement(results: Results, statements: Sequence[str]) -> Agreement | None:
    """Return how near some statements come to what is reported, if all of them were measured with one seed at least."""
    found = distances(results, statements)
    rank, between_seeds = _mean(rank_correlations(results, statements)), distance_between_seeds(results, statements)
    return Agreement(mean(found.values()), rank, len(statements), len(found), between_seeds) if found else None


def hypotheses_table(judged: Sequence[JudgedHypothesis], hypotheses: Hypotheses) -> pd.DataFrame:
    """Return a row a prediction: what was predicted and measured, and distance and rank correlation of its rows before and after."""
    rows = []
    for each in judged:
        for found in each.predictions:
            before, after = found.before, found.after
            low, high = found.interval or (None, None)
            rows.append(
                {
                    "hypothesis": each.hypothesis.id,
                    "report": each.hypothesis.report,
                    "says": each.hypothesis.says,
                    "verdict": str(each.verdict),
                    "written": each.hypothesis.written.isoformat(),
                    "tried": each.hypothesis.tried,
                    "before": each.hypothesis.before,
                    "after": each.hypothesis.after,
                    "rows": found.prediction.rows,
                    "number": len(hypotheses.rows[found.prediction.rows]),
                    "held_out": found.held_out,
                    "quantity": found.prediction.quantity,
                    "predicted": found.prediction.range_text,
                    "measured": found.measured,
                    "low": low,
                    "high": high,
                    "seeds": found.seeds,
                    "outcome": str(found.outcome),
                    "distance_before": before and before.distance,
                    "distance_after": after and after.distance,
                    "between_seeds_after": after and after.between_seeds,
                    "rank_before": before and before.rank,
                    "rank_after": after and after.rank,
                }
            )
    return pd.DataFrame(rows)


def panels(hypotheses: Hypotheses, report: str, results: Mapping[str, Results]) -> list[Panel]:
    """Return a report's rows under each budget that its hypotheses compare: what they are compared with first."""
    of_report = [each for each in hypotheses.hypotheses if each.report == report]
    rows = list(dict.fromkeys(row for each in of_report for name in hypotheses.sets_of(each) for row in hypotheses.rows[name]))
    suppose: dict[str, list[Hypothesis]] = {}
    for each in of_report:
        suppose.setdefault(each.after, []).append(each)
    budgets = dict.fromkeys([*(each.before for each in of_report if each.before not in suppose), *suppose])
    found = []
    for budget in budgets:
        supposed = suppose.get(budget, [])
        seen = set().union(*(hypotheses.seen(each) for each in supposed or of_report))
        name = ", ".join([*(each.id for each in supposed), f"budget {budget}"])
        found.append(_panel(name, rows, seen, results.get(budget, {})))
    return found


def before_and_after(hypotheses: Hypotheses, hypothesis: Hypothesis, results: Mapping[str, Results]) -> list[Panel]:
    """Return what the report states of a hypothesis's rows under two budgets: the report as described, and as the hypothesis supposes.

    A hypothesis may be compared with what another one supposes, and that with the report as described.
    """
    supposed = {each.after: each.before for each in hypotheses.hypotheses if each.report == hypothesis.report}
    described = hypothesis.before
    while described in supposed:
        described = supposed.pop(described)
    before, after = results.get(described, {}), results.get(hypothesis.after, {})
    rows = dict.fromkeys(row for name in hypotheses.sets_of(hypothesis) for row in hypotheses.rows[name] if row in before and row in after)
    titles = (f"as described, budget {described}", f"{hypothesis.id}, budget {hypothesis.after}")
    return [_panel(title, list(rows), hypotheses.seen(hypothesis), each) for title, each in zip(titles, (before, after), strict=True)]


def readings(hypotheses: Hypotheses, name: str, measured: Mapping[str, Results]) -> list[Panel]:
    """Return what a report states of a set of rows beside what was measured, a panel a reading: of the best budget with all rows.

    Args:
        hypotheses: Whose set of rows it is.
        name: Of the set.
        measured: By budget, the best first.
    """
    rows, found = hypotheses.rows.get(name, []), []
    for reading in dict.fromkeys(key.partition("/")[2] for each in measured.values() for key in each if key.partition("/")[0] in rows):
        keys = [row_name(row, reading) for row in rows]
        budget = next((budget for budget, each in measured.items() if each.keys() >= set(keys)), None)
        if budget is not None:
            found.append(_panel(f"{reading or 'primary reading'}\nbudget {budget}", keys, keys, measured[budget]))
    return found


def _panel(name: str, rows: Sequence[str], seen: Collection[str], results: Results) -> Panel:
    measured = [row for row in rows if row in results]
    labels = {row: row.partition("/")[0].split("-", 2)[-1] for row in measured}
    found = [
        SaidRow(labels[row], results[row].low, results[row].high, list(results[row].measured.values()), row in seen) for row in measured
    ]
    distance, rank = _mean(distances(results, measured)), _mean(rank_correlations(results, measured))
    about = [
        f"{len(measured)} rows",
        *([] if distance is None else [f"{distance:.1f} off"]),
        *([] if rank is None else [f"rank {rank:.2f}"]),
    ]
    return Panel(f"{name}\n{', '.join(about)}" if measured else name, found)


_MEASURES: dict[Quantity, Callable[[Results, Sequence[str]], dict[int, float]]] = {
    "distance": distances,
    "closer": distances,
    "value": values,
    "change": values,
    "rank": rank_correlations,
}


def _judged(hypotheses: Hypotheses, hypothesis: Hypothesis, prediction: Prediction, results: Mapping[str, Results]) -> JudgedPrediction:
    rows, budgets = hypotheses.rows[prediction.rows], [results.get(name, {}) for name in (hypothesis.before, hypothesis.after)]
    before, after = (_MEASURES[prediction.quantity](each, rows) for each in budgets)
    match prediction.quantity:
        case "closer":
            runs, seeds = difference(before, after), min(len(before), len(after))
        case "change":
            runs, seeds = difference(after, before), min(len(before), len(after))
        case _:
            runs, seeds = Runs.of(list(after.values())) if after else None, len(after)
    interval = _interval(runs, ALPHA / hypothesis.tried) if runs and runs.freedom else None
    held_out = hypotheses.is_held_out(hypothesis, prediction)
    outcome = _outcome(prediction, runs, hypothesis.tried) if runs and seeds >= LEAST_SEEDS else Outcome.OPEN
    measured, called = runs.mean if runs else None, hypotheses.called.get(prediction.rows, prediction.rows)
    return JudgedPrediction(prediction, measured, interval, seeds, outcome, held_out, called, *(agreement(each, rows) for each in budgets))


def _outcome(prediction: Prediction, runs: Runs, tried: int) -> Outcome:
    least, most = prediction.ends
    low, high = _interval(runs, ALPHA / tried)
    if least <= low and high <= most:
        return Outcome.HOLDS
    low, high = _interval(runs, ALPHA)
    return Outcome.FAILS if high < least or most < low else Outcome.OPEN


def _interval(runs: Runs, alpha: float) -> tuple[float, float]:
    """Return the t interval of the mean."""
    return NO_SCALE.interval(runs, sqrt(1 / runs.number), alpha)


def _verdict(found: Sequence[JudgedPrediction]) -> Verdict:
    if any(each.outcome is Outcome.FAILS for each in found):
        return Verdict.REFUTED
    unseen = any(each.held_out for each in found)
    return Verdict.SUPPORTED if unseen and all(each.outcome is Outcome.HOLDS for each in found) else Verdict.OPEN


def _mean(by_seed: Mapping[int, float]) -> float | None:
    return mean(by_seed.values()) if by_seed else None
