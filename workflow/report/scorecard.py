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
from workflow.report.verdicts import Indication, Verdict, holm, more_runs

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
        more_seeds: How many more would decide what is inconclusive; none if no number that could be trained.
        pooled: Whether the spread is that of the variant's family.
        indication: What the runs point to where they decide nothing; none where there is a verdict, or nothing was measured.
        corrected: Whether it would have had a verdict, if its report had no other statements (Holm).
    """

    verdict: str
    interval: tuple[float, float] | None = None
    p_value: float | None = None
    more_seeds: int | None = None
    pooled: bool = False
    indication: str | None = None
    corrected: bool = False


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
    return _corrected(judged)


def judge_reading(reading: Reading, measurement: Measurement) -> Judged:
    """Return what the rule says of what was measured."""
    evidence, rule = measurement.evidence, reading.rule
    if rule is None:
        return Judged(reading, measurement, Judgement(reading.kind))
    if evidence is None:
        return Judged(reading, measurement, Judgement(Verdict.NOT_RUN))
    decision = rule.decide(evidence)
    interval = None if decision.low is None or decision.high is None else (decision.low, decision.high)
    shown = Judgement(Verdict.NOT_RUN, interval, pooled=isinstance(evidence, Runs) and evidence.pooled)
    if not measurement.whole:
        return Judged(reading, measurement, replace(shown, indication=rule.indicate(evidence)))
    more = more_runs(rule, evidence) if decision.verdict is Verdict.INCONCLUSIVE else None
    if measurement.seeds == 1 and not measurement.exact:
        judgement = replace(shown, verdict=Verdict.INCONCLUSIVE, more_seeds=more)
    else:
        judgement = replace(shown, verdict=decision.verdict, p_value=decision.p_value, more_seeds=more)
    if judgement.verdict is Verdict.INCONCLUSIVE:
        judgement = replace(judgement, indication=rule.indicate(evidence))
    return Judged(reading, measurement, judgement)


def _corrected(judged: Sequence[JudgedStatement]) -> list[JudgedStatement]:
    """Return the same, where a verdict stands only if all of its report's verdicts are to be right together (Holm)."""
    stands: dict[str, bool] = {}
    tested: dict[str, int] = {}
    for report in {each.statement.report for each in judged}:
        of_report = [each for each in judged if each.statement.report == report]
        p_values = [each.primary.judgement.p_value for each in of_report]
        stands |= dict(zip((each.statement.id for each in of_report), holm(p_values), strict=True))
        tested[report] = sum(p_value is not None for p_value in p_values)
    return [each if stands[each.statement.id] else _withdrawn(each, tested[each.statement.report]) for each in judged]


def _withdrawn(judged: JudgedStatement, tested: int) -> JudgedStatement:
    """Return a statement whose verdict does not stand among so many."""
    primary = judged.primary
    rule, evidence = primary.reading.rule, primary.measurement.evidence
    if primary.judgement.verdict == Verdict.INCONCLUSIVE or rule is None or evidence is None:
        return judged
    more = more_runs(rule, evidence, ALPHA / tested)
    judgement = replace(
        primary.judgement, verdict=Verdict.INCONCLUSIVE, more_seeds=more, corrected=True, indication=rule.indicate(evidence)
    )
    return replace(judged, primary=replace(primary, judgement=judgement))


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
        "epochs": measurement.epochs,
        "budget": budget,
        "verdict": str(judgement.verdict),
        "more_seeds": judgement.more_seeds,
        "corrected": judgement.corrected,
        "indication": judgement.indication,
    }
