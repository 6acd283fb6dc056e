"""Rows of a report, stated and measured, under one budget: what figures of hypotheses show."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflow.report.figures.style import COLOURS


@dataclass(frozen=True)
class SaidRow:
    """A row of the report.

    Attributes:
        label: Of the row.
        low: The stated number, or the lower end of a stated range.
        high: The same number, or the upper end.
        measured: By seed, at least one.
        seen: Whether the row was looked at when the hypothesis was chosen.
    """

    label: str
    low: float
    high: float
    measured: Sequence[float]
    seen: bool

    @property
    def colour(self) -> str:
        """In which it is drawn: a row that was looked at is no proof of a hypothesis."""
        return str(COLOURS[0] if self.seen else COLOURS[1])

    @property
    def said(self) -> float:
        """The stated number, or the middle of a stated range."""
        return (self.low + self.high) / 2

    @property
    def centre(self) -> float:
        """The mean over seeds."""
        return sum(self.measured) / len(self.measured)

    @property
    def distance(self) -> float:
        """How far the mean lies from what is stated."""
        return max(self.low - self.centre, self.centre - self.high, 0.0)


@dataclass(frozen=True)
class Panel:
    """Rows measured under one budget, and what stands above them."""

    title: str
    rows: Sequence[SaidRow]
