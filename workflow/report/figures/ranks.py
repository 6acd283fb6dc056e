"""A table of a report beside what was measured: a line a row, from its rank there to its rank here."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workflow.report.figures.style import COLOURS, WIDTH, empty_figure

MOVED = 3  # ranks that a row must move for its line to be coloured
LEAST = 2  # rows that can be ranked
LABEL_LENGTH = 27  # characters of a line
SIZE, EDGE = 8, 0.35  # of letters; of the figure's width, for the names on either side
VALUE, LABEL = 0.8, 3.8  # from a point, in heights of a letter
SIDES = ("right", "left")  # how texts to the left and to the right of the points are aligned


@dataclass(frozen=True)
class RankRow:
    """A row of the table: its name, the stated value and the measured one; a higher value has a better rank."""

    label: str
    reported: float
    measured: float


def plot(rows: Sequence[RankRow], title: str) -> Figure:
    """Return a slope plot of ranks: stated on the left, measured on the right, the best on top.

    Args:
        rows: Of the table; rows with equal values share the rank in the middle of theirs.
        title: Of the figure.
    """
    if len(rows) < LEAST:
        return empty_figure(f"{title}: fewer than two rows were measured")
    stated, measured = _ranks([row.reported for row in rows]), _ranks([row.measured for row in rows])
    figure = Figure(figsize=(WIDTH, 1 + 0.24 * len(rows)))
    axes = figure.subplots()
    for left, right in zip(stated, measured, strict=True):
        change = left - right
        colour = "0.7" if abs(change) < MOVED else COLOURS[2] if change > 0 else COLOURS[3]
        axes.plot([0, 1], [left, right], color=colour, marker="o", markersize=4, linewidth=1.5)
    _name(axes, 0, stated, [(row.label, row.reported) for row in rows])
    _name(axes, 1, measured, [(row.label, row.measured) for row in rows])
    axes.set(xlim=(-0.05, 1.05), ylim=(len(rows) + 0.6, 0.4), yticks=[])
    axes.xaxis.tick_top()
    axes.set_xticks([0, 1], ["stated", "measured"], size=SIZE + 1)
    for label, side in zip(axes.get_xticklabels(), SIDES, strict=True):
        label.set(ha=side)
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_title(title, size=SIZE + 2.5)
    axes.set_xlabel(f"coloured: {MOVED} ranks or more better (green) or worse (orange) than stated", size=SIZE)
    figure.subplots_adjust(left=EDGE, right=1 - EDGE)
    return figure


def _name(axes: Axes, side: int, ranks: Sequence[float], rows: Sequence[tuple[str, float]]) -> None:
    """Write each row's value and label beside its point; rows that share a rank, one over the other."""
    away = 2 * side - 1
    for number, (rank, (label, value)) in enumerate(zip(ranks, rows, strict=True)):
        place = rank + ranks[:number].count(rank) - (ranks.count(rank) - 1) / 2
        for text, distance in ((f"{value:.1f}", VALUE), (fill(label, LABEL_LENGTH), LABEL)):
            axes.annotate(
                text,
                (side, place),
                xytext=(away * distance * SIZE, 0),
                textcoords="offset points",
                ha=SIDES[side],
                va="center",
                size=SIZE,
                linespacing=1.0,
            )


def _ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value, 1 for the highest; equal values share the mean of their ranks."""
    ordered = sorted(values, reverse=True)
    return [ordered.index(value) + (ordered.count(value) + 1) / 2 for value in values]
