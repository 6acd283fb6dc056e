"""The same as said_measured, of a report of which few rows are compared: a line a row and budget."""

from collections.abc import Sequence
from textwrap import fill

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from workflow.report.figures.panels import Panel
from workflow.report.figures.rows import named_rows
from workflow.report.figures.style import COLOURS, WIDTH

ROW_HEIGHT, MARGINS = 0.3, 1.1  # inches


def plot(panels: Sequence[Panel], title: str, width: float = WIDTH) -> Figure:
    """Return a line a row and budget: what the report states, and what each seed measured.

    Args:
        panels: With a row at least, the report as described first.
        title: Of the figure.
        width: Of the figure, inches.
    """
    lines = [(row, panel.title.partition("\n")[0]) for panel in panels for row in panel.rows]
    lines.sort(key=lambda line: line[0].label)
    rows = named_rows([f"{row.label}: {name}" for row, name in lines], width, ROW_HEIGHT)
    figure = Figure(figsize=(width, MARGINS + ROW_HEIGHT * rows.count), layout="constrained")
    axes = figure.subplots()
    chosen = any(row.seen for row, _ in lines)  # else no row led to a hypothesis, and there is nothing to tell apart
    for place, (row, _) in zip(rows.marks, lines, strict=True):
        axes.axhline(place, color="0.9", linewidth=1, zorder=0)
        axes.plot(row.ends, [place] * 2, color="0.25", marker="|", markersize=14, linewidth=1)
        axes.plot(
            row.measured,
            [place] * len(row.measured),
            color=row.colour if chosen else COLOURS[0],
            marker="o",
            markersize=6,
            alpha=0.7,
            linestyle="",
        )
    rows.name(axes, 9)
    columns, characters = (3, 80) if width >= WIDTH else (1, 44)
    marks = _legend([row.seen or not chosen for row, _ in lines], characters)
    figure.legend(handles=marks, loc="outside lower right", ncols=columns, frameon=False, fontsize=9)
    figure.suptitle(title, size=10)
    return figure


def _legend(seen: Sequence[bool], characters: int) -> list[Line2D]:
    """Return what the marks mean, in lines of some characters at most."""
    marks = [
        (COLOURS[0], "measured, a point a seed"),
        (COLOURS[1], "measured, a point a seed; not looked at when the hypothesis was chosen"),
    ]
    shown = [(colour, text) for (colour, text), is_seen in zip(marks, (True, False), strict=True) if is_seen in seen]
    return [
        Line2D([], [], color="0.25", marker="|", markersize=12, linestyle="", label="stated"),
        *(Line2D([], [], color=colour, marker="o", linestyle="", label=fill(text, characters)) for colour, text in shown),
    ]
