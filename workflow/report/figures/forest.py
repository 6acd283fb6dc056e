"""Forest plot of a report: what it states, what was measured, and in which interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import fill
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from workflow.report.figures.rows import named_rows
from workflow.report.figures.style import COLOURS, WIDTH, empty_figure
from workflow.report.names import NO_VERDICT, with_minus

COLOUR_OF = {"reproduced": COLOURS[2], "not reproduced": COLOURS[3], "inconclusive": COLOURS[1]}
PALE_COLOUR_OF = {"for": "#8ccfb9", "against": "#e9b08c", "open": "0.75"}  # of evidence that is no verdict
LINEAR = 3.0  # margins from what is stated, beyond which the axis is logarithmic
ENDS = 300.0  # margins at which the axis ends
LABEL_LENGTH, LABEL_LINES = 70, 2  # of a label beside its marks
ROW_HEIGHT, ABOVE = 0.27, 0.5  # inches; above the rows is the title


@dataclass(frozen=True)
class Layout:
    """Where the parts of a forest lie.

    Attributes:
        left: End of the axes, of the figure's width.
        right: Their other end.
        stated: Right end of the stated values, of the axes' width.
        measured: Right end of the measured ones.
        below: Inches of what is below the axes.
        ticks: Of the scale.
        scale: Where the scale's name lies.
        legend: Where the legend lies, and how.
    """

    left: float
    right: float
    stated: float
    measured: float
    below: float
    ticks: Sequence[float]
    scale: Literal["left", "center"]
    legend: Mapping[str, Any]


ON_PAGE = Layout(
    left=0.45,
    right=0.78,
    stated=1.3,
    measured=1.5,
    below=1.05,
    ticks=(-100, -10, -3, -1, 0, 1, 3, 10, 100),
    scale="center",
    legend={"loc": "lower center", "bbox_to_anchor": (0.516, 0), "ncol": 4},
)
ON_PHONE = Layout(
    left=0.02,
    right=0.6,
    stated=1.38,
    measured=1.69,
    below=0.5,
    ticks=(-100, -10, -1, 1, 10, 100),
    scale="left",
    legend={"loc": "upper left", "bbox_to_anchor": (0, 0), "ncol": 1},  # below the figure, which is saved with all that is drawn
)


@dataclass(frozen=True)
class ForestRow:
    """One reading of a statement.

    Attributes:
        label: The statement in words; readings that share a line, one after the other, have the same.
        stated: What the report states, as a text: the same for all readings of a line.
        origin: The stated value, the middle of a stated range, 0 for a stated direction.
        unit: The margin that counts as agreement, half of a stated range with its margins; > 0, in the metric's unit.
        direction: 1 if a higher value is stated, -1 if a lower one, 0 if a value or a range is.
        measured: Mean over seeds.
        low: Lower end of its interval; None if there is none.
        high: Upper end.
        primary: Whether this reading counts; the others show how much depends on it.
        named: Whether the label is of this reading, and its measured value stands beside the stated one.
        verdict: `reproduced`, `not reproduced` or `inconclusive`; without one what it points to, `for`, `against` or `open`.
    """

    label: str
    stated: str
    origin: float
    unit: float
    direction: int
    measured: float
    low: float | None
    high: float | None
    primary: bool
    named: bool
    verdict: str

    def position(self, value: float) -> float:
        """Return where a value lies, in margins from what is stated; to the right is as stated, if a direction is."""
        sign = -1 if self.direction < 0 else 1
        return max(-ENDS, min(ENDS, sign * (value - self.origin) / self.unit))


def plot(rows: Sequence[ForestRow], title: str, width: float = WIDTH) -> Figure:
    """Return a figure with a line a statement: the band that agrees with it, and what each reading that this band is for measured.

    The axis counts margins from the stated value, so that statements in different units stand side by side.

    Args:
        rows: Readings with a measured value, those of a line one after the other.
        title: Of the figure.
        width: Of the figure, inches.
    """
    if not rows:
        return empty_figure(f"{title}: nothing was measured")
    statements = [list(readings) for _, readings in groupby(rows, lambda row: row.label)]
    layout = ON_PAGE if width >= WIDTH else ON_PHONE
    lines = named_rows([_label(readings[0].label, width) for readings in statements], width, ROW_HEIGHT)
    height = ABOVE + ROW_HEIGHT * lines.count + layout.below
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((layout.left, layout.below / height, layout.right - layout.left, ROW_HEIGHT * lines.count / height))
    for place, readings in zip(lines.marks, statements, strict=True):
        _agreement(axes, place, readings[0])
        for reading in reversed(readings):  # the primary one is drawn last
            _mark(axes, place, reading)
        _values(axes, place, layout, readings[0].stated, _number(readings[0].measured) if readings[0].named else "–")
    _values(axes, -0.9, layout, "stated", "measured")
    _scale(axes, layout)
    lines.name(axes)
    figure.text(0, 1, title, size=12, va="top")
    _legend(axes, {reading.verdict for readings in statements for reading in readings}, layout)
    return figure


def _label(text: str, width: float) -> str:
    return fill(text, LABEL_LENGTH, max_lines=LABEL_LINES, placeholder=" …") if width >= WIDTH else text


def _values(axes: Axes, place: float, layout: Layout, stated: str, measured: str) -> None:
    """Write both numbers of a line to the right of the axes."""
    for x, text in ((layout.stated, stated), (layout.measured, measured)):
        axes.text(x, place, with_minus(text), transform=axes.get_yaxis_transform(), size=8, ha="right", va="center")


def _number(value: float) -> str:
    return f"{value:.4g}" if abs(value) >= 1 else f"{value:.2g}"


def _agreement(axes: Axes, place: float, row: ForestRow) -> None:
    """Draw what agrees with a statement: a band around the stated value, or everything on the stated side of zero."""
    left, right = (0.0, ENDS) if row.direction else (-1.0, 1.0)
    axes.barh(place, right - left, left=left, height=0.7, color="0.93", zorder=0)


def _mark(axes: Axes, place: float, row: ForestRow) -> None:
    colour = {**COLOUR_OF, **PALE_COLOUR_OF}[row.verdict]
    below = 0 if row.primary else 0.22
    if row.low is not None and row.high is not None:
        left, right = sorted([row.position(row.low), row.position(row.high)])
        axes.hlines(place + below, left, right, color=colour, linewidth=2 if row.primary else 1)
    size, face = (38, colour) if row.primary else (20, "white")
    axes.scatter(row.position(row.measured), place + below, s=size, facecolors=face, edgecolors=colour, linewidths=1.2, zorder=3)


def _scale(axes: Axes, layout: Layout) -> None:
    axes.axvline(0, color="0.3", linewidth=1, zorder=1)
    axes.set_xscale("symlog", linthresh=LINEAR)
    axes.set_xlim(-1.15 * ENDS, 1.15 * ENDS)
    axes.xaxis.set_major_locator(FixedLocator(layout.ticks))
    axes.xaxis.set_minor_locator(FixedLocator([]))
    axes.set_xticks(layout.ticks, [with_minus(f"{tick:g}") for tick in layout.ticks], size=8)
    axes.set_xlabel("margins from what is stated (grey: agrees)", size=9, loc=layout.scale)
    axes.tick_params(axis="y", length=0)
    axes.spines[["left"]].set_visible(False)


def _legend(axes: Axes, verdicts: set[str], layout: Layout) -> None:
    """Name the colours of the verdicts that there are, and the two kinds of marks."""
    for verdict, colour in {**COLOUR_OF, **PALE_COLOUR_OF}.items():
        if verdict in verdicts:
            axes.scatter([], [], s=38, color=colour, label=NO_VERDICT.get(verdict, verdict))
    axes.scatter([], [], s=20, facecolors="white", edgecolors="0.3", label="other readings")
    axes.legend(bbox_transform=axes.figure.transFigure, frameon=False, fontsize=8, **layout.legend)
