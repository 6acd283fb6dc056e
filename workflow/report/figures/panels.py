"""Rows of a report, stated and measured, under one budget: what figures of hypotheses show."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import mean

from workflow.report.figures.style import COLOURS
from workflow.report.said_measured import Said

QUANTITY = "accuracy, %"  # of all rows of hypotheses.yaml


@dataclass(frozen=True)
class SaidRow:
    """A row of the report.

    Attributes:
        label: Of the row, in words.
        said: What is stated, and what was measured, with one seed at least.
        seen: Whether the row was looked at when the hypothesis was chosen.
    """

    label: str
    said: Said
    seen: bool

    @property
    def colour(self) -> str:
        """In which it is drawn: a row that was looked at is no proof of a hypothesis."""
        return str(COLOURS[0] if self.seen else COLOURS[1])

    @property
    def measured(self) -> list[float]:
        """A value a seed."""
        return list(self.said.measured.values())

    @cached_property
    def centre(self) -> float:
        """The mean over seeds."""
        return mean(self.measured)

    @property
    def distance(self) -> float:
        """How far the mean lies from what is stated."""
        return self.said.distance(self.centre)


@dataclass(frozen=True)
class Panel:
    """Rows measured under one budget.

    Attributes:
        name: What the budget is for: hypotheses, a reading, or nothing.
        budget: Its name.
        rows: Measured under it; none if it has not run.
        nearness: How near they come to what is stated, in sentences.
    """

    name: str
    budget: str
    rows: Sequence[SaidRow]
    nearness: Sequence[str] = ()

    @property
    def heading(self) -> str:
        """What it shows."""
        return ", ".join(filter(None, [self.name, f"budget {self.budget}"]))

    @property
    def title(self) -> str:
        """The same, and how near that comes to what is stated."""
        return "\n".join([self.heading, *self.nearness])
