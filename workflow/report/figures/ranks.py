"""A table of a report beside what was measured: a line a row, from its rank there to its rank here."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from workflow.report.figures.style import COLOURS, WIDTH, empty_figure

MOVED = 3  # ranks that a row must move for its line to be coloured
LEAST = 2  # rows that can be ranked


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
    for side, ranks, values in ((0, stated, [row.reported for row in rows]), (1, measured, [row.measured for row in rows])):
        ties: dict[float, list[int]] = {}
        for row, rank in enumerate(ranks):
            ties.setdefault(rank, []).append(row)
        for rank, tied in ties.items():
            for number, row in enumerate(tied):
                place = rank + number - (len(tied) - 1) / 2
                text = f"{rows[row].label}  {values[row]:.1f}" if side == 0 else f"{values[row]:.1f}  {rows[row].label}"
                axes.text(-0.03 if side == 0 else 1.03, place, text, ha="right" if side == 0 else "left", va="center", size=8)
    axes.set(xlim=(-0.05, 1.05), ylim=(len(rows) + 0.6, 0.4), yticks=[])
    axes.set_xticks([0, 1], ["stated", "measured"])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_title(title, size=11)
    axes.set_xlabel(f"coloured: {MOVED} ranks or more better (green) or worse (red) than stated", size=8)
    figure.subplots_adjust(left=0.32, right=0.68)
    return figure


def _ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value, 1 for the highest; equal values share the mean of their ranks."""
    ordered = sorted(values, reverse=True)
    return [ordered.index(value) + (ordered.count(value) + 1) / 2 for value in values]
