"""What became of each hypothesis: a verdict by rule, from what the budgets that it compares measured."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf, sqrt

import pandas as pd

from workflow.report.hypotheses import Hypotheses, Hypothesis, Prediction, Quantity
from workflow.report.runs import ALPHA, LEAST_RUNS, Runs, Scale, difference
from workflow.report.said_measured import Agreement, SaidAndMeasured, agreement, distances, rank_correlations, values

POSSIBLE = {"distance": (0.0, inf), "rank": (-1.0, 1.0)}  # least and most of a quantity


class Outcome(StrEnum):
    """What became of a prediction."""

    HOLDS = "holds"
    FAILS = "fails"
    OPEN = "open"


class HypothesisVerdict(StrEnum):
    """What the rule says of a hypothesis."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    OPEN = "open"


@dataclass(frozen=True)
class JudgedPrediction:
    """A prediction, and what became of it.

    Attributes:
        measured: The quantity, mean over seeds; none if not all rows were measured.
        interval: Of the mean, at the level that decides: of what fails 95 %, else more the more was tried; none with a single seed.
        seeds: How many.
        outcome: Open with fewer than `LEAST_RUNS` seeds.
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
    verdict: HypothesisVerdict


@dataclass(frozen=True)
class JudgedHypotheses:
    """All hypotheses, the results that they were judged by, and what the rule says."""

    hypotheses: Hypotheses
    results: Mapping[str, SaidAndMeasured]
    judged: Sequence[JudgedHypothesis]


def judge_hypotheses(hypotheses: Hypotheses, results: Mapping[str, SaidAndMeasured]) -> list[JudgedHypothesis]:
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


_MEASURES: dict[Quantity, Callable[[SaidAndMeasured, Sequence[str]], dict[int, float]]] = {
    "distance": distances,
    "closer": distances,
    "value": values,
    "change": values,
    "rank": rank_correlations,
}


def _judged(
    hypotheses: Hypotheses, hypothesis: Hypothesis, prediction: Prediction, results: Mapping[str, SaidAndMeasured]
) -> JudgedPrediction:
    rows, budgets = hypotheses.rows[prediction.rows], [results.get(name, {}) for name in (hypothesis.before, hypothesis.after)]
    before, after = (_MEASURES[prediction.quantity](each, rows) for each in budgets)
    match prediction.quantity:
        case "closer":
            runs, seeds = difference(before, after), min(len(before), len(after))
        case "change":
            runs, seeds = difference(after, before), min(len(before), len(after))
        case _:
            runs, seeds = Runs.of(list(after.values())) if after else None, len(after)
    scale = hypotheses.scale(prediction)
    outcome = _outcome(prediction, runs, scale, hypothesis.tried) if runs and seeds >= LEAST_RUNS else Outcome.OPEN
    level = ALPHA if outcome is Outcome.FAILS else ALPHA / hypothesis.tried
    interval = _shown(prediction, _interval(runs, scale, level)) if runs and runs.degrees_of_freedom else None
    held_out = hypotheses.is_held_out(hypothesis, prediction)
    measured, called = runs.mean if runs else None, hypotheses.called.get(prediction.rows, prediction.rows)
    return JudgedPrediction(prediction, measured, interval, seeds, outcome, held_out, called, *(agreement(each, rows) for each in budgets))


def _outcome(prediction: Prediction, runs: Runs, scale: Scale, tried: int) -> Outcome:
    least, most = prediction.ends
    low, high = _interval(runs, scale, ALPHA / tried)
    if least <= low and high <= most:
        return Outcome.HOLDS
    low, high = _interval(runs, scale, ALPHA)
    return Outcome.FAILS if high < least or most < low else Outcome.OPEN


def _shown(prediction: Prediction, interval: tuple[float, float]) -> tuple[float, float]:
    """Return an interval without the values that cannot be."""
    least, most = POSSIBLE.get(prediction.quantity, (-inf, inf))
    return max(interval[0], least), min(interval[1], most)


def _interval(runs: Runs, scale: Scale, alpha: float) -> tuple[float, float]:
    """Return the t interval of the mean."""
    return scale.interval(runs, sqrt(1 / runs.number), alpha)


def _verdict(found: Sequence[JudgedPrediction]) -> HypothesisVerdict:
    if any(each.outcome is Outcome.FAILS for each in found):
        return HypothesisVerdict.REFUTED
    unseen = any(each.held_out for each in found)
    return HypothesisVerdict.SUPPORTED if unseen and all(each.outcome is Outcome.HOLDS for each in found) else HypothesisVerdict.OPEN
