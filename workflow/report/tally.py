"""How much of each report holds: its statements by verdict, and without one by what was measured of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from workflow.report.known import KnownStatement
from workflow.report.names import EVIDENCE, NO_VERDICT, REPORTS, counted
from workflow.report.scorecard import BASELINE, DEMONSTRATION
from workflow.report.verdicts import Indication, Verdict

NOT_MEASURED = "not measured"
POINTS_TO: dict[str, Verdict] = {Indication.FOR: Verdict.REPRODUCED, Indication.AGAINST: Verdict.NOT_REPRODUCED}
MEANINGS = {  # of the columns of `scorecard.summary`
    "reproduced": "reproduced",
    "not reproduced": "not reproduced",
    "for": NO_VERDICT["for"],
    "against": NO_VERDICT["against"],
    "open": NO_VERDICT["open"],
}
OUTCOMES = [*MEANINGS.values(), NOT_MEASURED, DEMONSTRATION, BASELINE]  # what a page calls what became of a statement


def outcome(verdict: str, indication: str | None) -> str:
    """Return which of `OUTCOMES` a judged reading has: without a verdict, where the evidence points."""
    if indication:
        return NO_VERDICT[indication]
    return NOT_MEASURED if verdict == Verdict.NOT_RUN else verdict


def tally(summary: pd.DataFrame) -> pd.DataFrame:
    """Return a row a report, by its letter, and a column for each of `MEANINGS` and for `NOT_MEASURED`.

    Args:
        summary: From `scorecard.summary`.
    """
    by_report = summary.set_index("report")
    rows = by_report.loc[[report for report in REPORTS if report in by_report.index]]
    found = rows[list(MEANINGS)].rename(columns=MEANINGS)
    return found.assign(**{NOT_MEASURED: rows["no verdict"] - rows[["for", "against", "open"]].sum(axis="columns")})


def sentences(found: pd.DataFrame) -> str:
    """Return in words what a tally adds up to."""
    reproduced, unlike, pointing, against, undecided, unmeasured = found.sum()
    total = int(found.to_numpy().sum())
    return (
        f"Of {total} statements, {reproduced} are reproduced and {unlike} are not. {pointing + against + undecided} have no verdict, "
        f"mostly because training was shorter or seeds were fewer than a verdict needs: the evidence so far is for {pointing} of them, "
        f"against {against}, and unclear for {undecided}. {unmeasured} have not been measured."
    )


def numbers_reached(statements: Sequence[KnownStatement]) -> str:
    """Return in words how many of the reproduced statements are a number that a trained network reaches; empty if none is reproduced."""
    held = [each.best.primary for each in statements if each.best.primary.judgement.verdict == Verdict.REPRODUCED]
    numbers = sum(each.reading.kind == "value" and each.reading.trained and not each.measurement.exact for each in held)
    return (
        f"Of what is reproduced, {numbers} state{'s' if numbers == 1 else ''} a number that a trained network reaches; "
        "the others state a range, a difference, a direction or an order, or need no training."
        if held
        else ""
    )


def followed_indications(statements: Sequence[KnownStatement]) -> str:
    """Return in words how often evidence of one budget pointed the other way than a verdict of another; empty if none stands beside one."""
    pairs = [
        (POINTS_TO[indication], each.best.primary.judgement.verdict)
        for each in statements
        for _, other in each.beside
        if (indication := other.primary.judgement.indication) in POINTS_TO
    ]
    decided = [pointed == verdict for pointed, verdict in pairs if verdict in POINTS_TO.values()]
    if not decided:
        return ""
    opposite = f"{decided.count(False)} of {counted(len(decided), 'time')}"
    return f"Evidence can mislead: beside verdicts of another budget, it pointed the other way {opposite}."


def in_words(found: pd.DataFrame) -> str:
    """Return the rows of a tally as a text, for who does not see its figure."""
    return "; ".join(f"{REPORTS[str(letter)]}: {row_in_words(row)}" for letter, row in found.to_dict("index").items())


def row_in_words(row: Mapping[Any, int]) -> str:
    """Return what there is of a report's statements, in words."""
    pointing = {evidence: row[NO_VERDICT[way]] for way, evidence in EVIDENCE.items()}
    undecided = ", ".join(f"{evidence} {count}" for evidence, count in pointing.items() if count)
    parts = [f"{row[name]} {name}" for name in (Verdict.REPRODUCED, Verdict.NOT_REPRODUCED, NOT_MEASURED) if row[name]]
    return ", ".join([*parts, *([f"{sum(pointing.values())} without a verdict ({undecided})"] if undecided else [])])
