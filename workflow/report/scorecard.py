"""The scorecard: what the reports state beside what was measured, and a verdict by rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from workflow.params.training import MeasuredBudget
from workflow.report.claims import Claims, Reading, Statement
from workflow.report.measurements import Measurement, Results
from workflow.report.runs import ALPHA, Runs
from workflow.report.verdicts import Indication, Verdict, decide, holm, more_runs

DEMONSTRATION = "demonstration"
BASELINE = "baseline"
VERDICTS = [*map(str, Verdict), DEMONSTRATION, BASELINE]
READERS = [
    "claim",
    "reading",
    "place",
    "says",
    "variant",
    "against",
    "reported",
    "measured",
    "low",
    "high",
    "seeds",
    "verdict",
    "indication",
]


@dataclass(frozen=True)
class Judgement:
    """What the rule says of a reading.

    Attributes:
        verdict: One of `VERDICTS`.
        interval: That the verdict stands on, or would: for a value 95 % of a new run, else of the mean, the share or the correlation.
        p_value: Of the verdict's hypothesis, if it rejects one.
        more_seeds: How many more would decide what is inconclusive; none if no number that could be trained, or of a single run.
        pooled: Whether the spread is that of the variant's family.
        indication: What the runs point to where they decide nothing; none where there is a verdict, or nothing was measured.
        corrected: Whether it would have had a verdict, if its report had no other statements (Holm).
        budgets: How many tested it; the p-value is corrected for that.
    """

    verdict: str
    interval: tuple[float, float] | None = None
    p_value: float | None = None
    more_seeds: int | None = None
    pooled: bool = False
    indication: str | None = None
    corrected: bool = False
    budgets: int = 1


@dataclass(frozen=True)
class Judged:
    """A reading, what was measured of it, and what that says."""

    reading: Reading
    measurement: Measurement
    judgement: Judgement


@dataclass(frozen=True)
class JudgedStatement:
    """A statement with its primary reading, which its verdict is of, and the other ones."""

    statement: Statement
    primary: Judged
    others: Sequence[Judged]


def judge(claims: Claims, folder: Path, budget: MeasuredBudget) -> list[JudgedStatement]:
    """Return every statement with what was measured of it and its verdict; nothing is trained for that.

    Args:
        claims: What the reports state.
        folder: Of a budget's metrics and tables.
        budget: Its name, data set and seeds.
    """
    results = Results(folder, budget, claims.untrained, claims.exact, claims.same_in_bfloat16)
    judged = []
    for statement in claims.statements:
        primary, *others = [judge_reading(reading, results.measure(reading)) for reading in claims.readings(statement)]
        judged.append(JudgedStatement(statement, primary, others))
    return corrected(judged)


def judge_reading(reading: Reading, measurement: Measurement) -> Judged:
    """Return what the rule says of what was measured."""
    evidence, rule = measurement.evidence, reading.rule
    if rule is None:
        return Judged(reading, measurement, Judgement(reading.kind))
    if evidence is None:
        return Judged(reading, measurement, Judgement(Verdict.NOT_RUN))
    decision = decide(rule, evidence)
    interval = None if decision.low is None or decision.high is None else (decision.low, decision.high)
    shown = Judgement(Verdict.NOT_RUN, interval, pooled=isinstance(evidence, Runs) and evidence.pooled)
    if not measurement.whole:
        return Judged(reading, measurement, replace(shown, indication=rule.indicate(evidence)))
    judgement = replace(shown, verdict=decision.verdict, p_value=decision.p_value)
    if judgement.verdict is Verdict.INCONCLUSIVE:
        judgement = replace(judgement, indication=rule.indicate(evidence))
    return Judged(reading, measurement, judgement)


def corrected(judged: Sequence[JudgedStatement]) -> list[JudgedStatement]:
    """Return the same, where a verdict stands only if all of its report's verdicts are to be right together (Holm), and where what is
    inconclusive says how many more runs would decide it beside them.
    """
    found: dict[str, JudgedStatement] = {}
    for report in {each.statement.report for each in judged}:
        of_report = [each for each in judged if each.statement.report == report]
        found |= {each.statement.id: each for each in _beside_each_other(of_report)}
    return [found[each.statement.id] for each in judged]


def _beside_each_other(judged: Sequence[JudgedStatement]) -> list[JudgedStatement]:
    """Return the statements of one report, corrected."""
    p_values = [each.primary.judgement.p_value for each in judged]
    tested = sum(p_value is not None for p_value in p_values)
    primaries = [each.primary if stands else _withdrawn(each.primary) for each, stands in zip(judged, holm(p_values), strict=True)]
    return [
        replace(each, primary=_with_more_seeds(primary, tested), others=[_with_more_seeds(other, 0) for other in each.others])
        for each, primary in zip(judged, primaries, strict=True)
    ]


def _withdrawn(judged: Judged) -> Judged:
    """Return a reading whose verdict does not stand beside the others of its report."""
    judgement, rule = judged.judgement, judged.reading.rule
    if judgement.verdict is Verdict.INCONCLUSIVE or rule is None:
        return judged
    indication = rule.indicate(judged.measurement.evidence)
    return replace(judged, judgement=replace(judgement, verdict=Verdict.INCONCLUSIVE, corrected=True, indication=indication))


def _with_more_seeds(judged: Judged, tested: int) -> Judged:
    """Return a reading with how many more runs would decide it beside so many tests of its report, its own among them if it is one.

    Nothing is said of a single run, which has no spread.
    """
    judgement, rule, evidence = judged.judgement, judged.reading.rule, judged.measurement.evidence
    alone = isinstance(evidence, Runs) and evidence.degrees_of_freedom < 1
    if judgement.verdict is not Verdict.INCONCLUSIVE or rule is None or evidence is None or alone:
        return judged
    tests = max(1, tested + (judgement.p_value is None)) * judgement.budgets
    return replace(judged, judgement=replace(judgement, more_seeds=more_runs(rule, evidence, ALPHA / tests)))


def table(judged: Sequence[JudgedStatement], budget: str) -> pd.DataFrame:
    """Return a row a reading: a statement's primary one, whose `reading` is empty, then its others."""
    return pd.DataFrame([_row(each.statement, reading, budget) for each in judged for reading in (each.primary, *each.others)])


def summary(judged: Sequence[JudgedStatement]) -> pd.DataFrame:
    """Return a row a report: its statements, how many were measured, and how many got each verdict; then, apart, how many of those
    without enough runs point where, and how many other readings were judged.
    """
    reports = dict.fromkeys(each.statement.report for each in judged)
    return pd.DataFrame([_counts(report, [each for each in judged if each.statement.report == report]) for report in reports])


def _counts(report: str, judged: Sequence[JudgedStatement]) -> dict[str, object]:
    primaries = [each.primary for each in judged]
    others = [other.judgement.verdict for each in judged for other in each.others]
    verdicts = [each.judgement.verdict for each in primaries]
    indications = [each.judgement.indication for each in primaries]
    return {
        "report": report,
        "statements": len(primaries),
        "measured": sum(each.measurement.evidence is not None for each in primaries),
        **{verdict: verdicts.count(verdict) for verdict in VERDICTS},
        "no verdict": sum(verdicts.count(verdict) for verdict in (Verdict.INCONCLUSIVE, Verdict.NOT_RUN)),
        **{str(indication): indications.count(indication) for indication in Indication},
        "readings": len(others),
        "readings reproduced": others.count(Verdict.REPRODUCED),
        "readings not reproduced": others.count(Verdict.NOT_REPRODUCED),
    }


def _row(statement: Statement, judged: Judged, budget: str) -> dict[str, Any]:
    reading, measurement, judgement = judged.reading, judged.measurement, judged.judgement
    low, high = judgement.interval or (None, None)
    return {
        "claim": statement.id,
        "reading": reading.name,
        "report": statement.report,
        "place": statement.place,
        "kind": reading.kind,
        "says": statement.says,
        "variant": reading.variant,
        "against": reading.against,
        "metric": reading.protocol.metric,
        "minus": reading.protocol.minus,
        "epoch": reading.epoch,
        "against_epoch": reading.against_epoch,
        "trained": reading.trained,
        "protocol": reading.protocol.text,
        "reported": reading.text,
        "margin": reading.margin.delta if reading.margin else None,
        "measured": measurement.centre,
        "spread": measurement.spread,
        "low": low,
        "high": high,
        "pooled": judgement.pooled,
        "seeds": measurement.seeds,
        "epochs": measurement.share,
        "budget": budget,
        "verdict": str(judgement.verdict),
        "more_seeds": judgement.more_seeds,
        "corrected": judgement.corrected,
        "indication": judgement.indication,
    }
