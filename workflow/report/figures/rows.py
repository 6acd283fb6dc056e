"""Rows of a figure, each with its name: beside its marks or, where a phone is too narrow for that, above them."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any

from matplotlib.axes import Axes

from workflow.report.figures.style import WIDTH

CHARACTERS = 54  # of a line above marks: fills a phone's width
LINE_HEIGHT = 0.14  # inches
TEXT_SIZE = 8
ABOVE: dict[str, Any] = {"ha": "left", "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0}}  # hides lines behind it


@dataclass(frozen=True)
class Rows:
    """Where rows lie, in heights of a row of marks, downwards.

    Attributes:
        names: Of the rows.
        marks: The middle of each row's marks.
        middles: The middle of each name.
        count: Heights of all.
        above: Whether names stand above their marks.
    """

    names: Sequence[str]
    marks: Sequence[float]
    middles: Sequence[float]
    count: float
    above: bool

    def name(self, axes: Axes, size: float = TEXT_SIZE) -> None:
        """Write the names, and make the axis as long as the rows."""
        axes.set_ylim(self.count - 0.5, -0.5)
        if self.above:
            axes.set_axisbelow("line")
            axes.set_yticks(self.middles, self.names, size=TEXT_SIZE, **ABOVE)
            axes.tick_params(axis="y", length=0)
            axes.spines["left"].set_visible(False)
        else:
            axes.set_yticks(self.middles, self.names, size=size, linespacing=1.0)


def named_rows(names: Sequence[str], width: float, height: float) -> Rows:
    """Return rows with their names beside them, or above them in a figure narrower than the page.

    Args:
        names: Of the rows.
        width: Of the figure, inches.
        height: Of a row's marks, inches.
    """
    if width >= WIDTH:
        places = range(len(names))
        return Rows(names, places, places, len(names), above=False)
    wrapped = [fill(name, CHARACTERS) for name in names]
    rooms = [LINE_HEIGHT / height * len(name.splitlines()) for name in wrapped]
    marks = [number + sum(rooms[: number + 1]) for number in range(len(names))]
    middles = [mark - (1 + room) / 2 for mark, room in zip(marks, rooms, strict=True)]
    return Rows(wrapped, marks, middles, len(names) + sum(rooms), above=True)
