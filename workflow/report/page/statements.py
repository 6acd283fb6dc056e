"""What the scorecard section shows: a statement of a report, its judged readings nested under it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workflow.report.tables.formats import records


@dataclass(frozen=True)
class Reading:
    """One way to measure a statement, and how it was judged.

    Attributes:
        id: Its anchor on the page; unique.
        name: What tells it from the primary reading; empty for that one.
        place: Where the report says it: the published code may print another value than the text.
        variants: The variant that it is about, then the one that is subtracted, if any; empty for a whole table.
        terms: The variants and metrics that it is measured from. A metric is `<stage>.<key>...`, or `losses.<column>`.
        protocol: How it is measured, in words.
        epoch: After which epoch, for a loss.
        trained: Whether the value depends on the training budget.
        reported: The stated value, range or direction as a text; None for a baseline.
        measured: Mean over the seeds; None if nothing was measured.
        spread: Standard deviation over the seeds; None for a single seed.
        seeds: The number of seeds.
        budget: At which budget it was measured.
        verdict: How it was judged.
        low: The lower end of the interval that the verdict stands on; None if there is none.
        high: Its upper end.
        indication: What a value without a verdict points to: `for`, `against` or `open`; None if there is none.
        note: What else a reader should know of the verdict; empty if nothing.
    """

    id: str
    name: str
    place: str
    variants: Sequence[str]
    terms: Sequence[tuple[str, str]]
    protocol: str
    epoch: int | None
    trained: bool
    reported: str | None
    measured: float | None
    spread: float | None
    seeds: int
    budget: str
    verdict: str
    low: float | None = None
    high: float | None = None
    indication: str | None = None
    note: str = ""

    @property
    def stage(self) -> str:
        """The stage that measures it."""
        return self.terms[0][1].split(".")[0]


@dataclass(frozen=True)
class Statement:
    """A statement of a report, or a baseline to see it beside.

    Attributes:
        report: Its letter.
        place: Where in the report.
        says: What it states, in words.
        primary: The reading that counts.
        others: Readings that show how much the result depends on the choice of the first.
    """

    report: str
    place: str
    says: str
    primary: Reading
    others: list[Reading] = field(default_factory=list)

    @property
    def readings(self) -> list[Reading]:
        """All readings, the primary one first."""
        return [self.primary, *self.others]


def from_scorecard(card: pd.DataFrame) -> list[Statement]:
    """Return the statements of a scorecard that has a row a reading: rows of one report and one wording are one statement."""
    statements: dict[tuple[str, str], Statement] = {}
    for row in records(card):
        reading = _reading(row)
        first = statements.setdefault((row["report"], row["says"]), Statement(row["report"], row["place"], row["says"], reading))
        if first.primary is not reading:
            first.others.append(reading)
    return list(statements.values())


def _reading(row: Mapping[Any, Any]) -> Reading:
    """Return a row of the scorecard as a reading."""
    first = (row["variant"], row["metric"])
    second = (row["against"] or row["variant"], row["minus"] or row["metric"])
    return Reading(
        id=row["claim"],
        name="",
        place=row["place"],
        variants=[name for name in (row["variant"], row["against"]) if name],
        terms=list(dict.fromkeys([first, second])),
        protocol=row["protocol"],
        epoch=None if row["epoch"] is None else int(row["epoch"]),
        trained=row["trained"],
        reported=row["reported"],
        measured=row["measured"],
        spread=row["spread"],
        seeds=row["seeds"],
        budget=row["budget"],
        verdict=row["verdict"],
    )
