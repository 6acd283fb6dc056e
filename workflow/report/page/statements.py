"""What the scorecard section shows: a statement of a report, its judged readings nested under it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workflow.report.tables.formats import records


@dataclass(frozen=True)
class Reading:
    """One way to measure a statement, and how it was judged.

    Attributes:
        id: Its anchor on the page; unique.
        place: Where the report says it: the published code may print another value than the text.
        variant: Which variant or baseline it is about.
        against: The variant whose value is subtracted; None if there is none.
        metric: `<stage>.<key>...` in a metrics file, or `losses.<column>`.
        minus: The metric that is subtracted; None if there is none.
        protocol: How it is measured, in words.
        epoch: After which epoch, for a loss.
        trained: Whether the value depends on the training budget.
        reported: The stated value, range or direction as a text; None for a baseline.
        measured: Mean over the seeds; None if nothing was measured.
        spread: Standard deviation over the seeds; None for a single seed.
        seeds: The number of seeds.
        budget: At which budget it was measured.
        verdict: How it was judged.
    """

    id: str
    place: str
    variant: str
    against: str | None
    metric: str
    minus: str | None
    protocol: str
    epoch: int | None
    trained: bool
    reported: str | None
    measured: float | None
    spread: float | None
    seeds: int
    budget: str
    verdict: str

    @property
    def stage(self) -> str:
        """The stage that measures it."""
        return self.metric.split(".")[0]

    @property
    def variants(self) -> list[str]:
        """The variants that it compares, or the one that it is about."""
        return [name for name in (self.variant, self.against) if name]

    @property
    def terms(self) -> list[tuple[str, str]]:
        """The variant and metric that are measured and, for a difference, those that are subtracted."""
        second = (self.against or self.variant, self.minus or self.metric)
        return list(dict.fromkeys([(self.variant, self.metric), second]))


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
    names = set(Reading.__annotations__) - {"id", "epoch"}
    epoch = None if row["epoch"] is None else int(row["epoch"])
    return Reading(id=row["claim"], epoch=epoch, **{name: row[name] for name in names})
