"""The same as said_measured, of a report of which few rows are compared: a line a row and budget."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from workflow.report.figures.panels import Panel
from workflow.report.figures.style import COLOURS, WIDTH

ROW_HEIGHT, MARGINS = 0.3, 1.1  # inches


def plot(panels: Sequence[Panel], title: str) -> Figure:
    """Return a line a row and budget: what the report states, and what each seed measured.

    Args:
        panels: With a row at least, the report as described first.
        title: Of the figure.
    """
    lines = [(row, panel.title.partition("\n")[0]) for panel in panels for row in panel.rows]
    lines.sort(key=lambda line: line[0].label)
    figure = Figure(figsize=(WIDTH, MARGINS + ROW_HEIGHT * len(lines)), layout="constrained")
    axes = figure.subplots()
    for place, (row, _) in enumerate(lines):
        axes.plot([row.low, row.high], [place] * 2, color="0.25", marker="|", markersize=14, linewidth=1)
        axes.plot(row.measured, [place] * len(row.measured), color=row.colour, marker="o", markersize=6, alpha=0.7, linestyle="")
    axes.set_yticks(range(len(lines)), [f"{row.label}: {name}" for row, name in lines], size=9)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.grid(axis="y", color="0.9", linewidth=1)
    axes.set_axisbelow(True)
    figure.legend(handles=_legend([row.seen for row, _ in lines]), loc="outside lower right", ncols=3, frameon=False, fontsize=9)
    figure.suptitle(title, size=10)
    return figure


def _legend(seen: Sequence[bool]) -> list[Line2D]:
    marks = [
        (COLOURS[0], "measured, a point a seed"),
        (COLOURS[1], "measured, a point a seed; not looked at when the hypothesis was chosen"),
    ]
    shown = [(colour, text) for (colour, text), is_seen in zip(marks, (True, False), strict=True) if is_seen in seen]
    return [
        Line2D([], [], color="0.25", marker="|", markersize=12, linestyle="", label="stated"),
        *(Line2D([], [], color=colour, marker="o", linestyle="", label=text) for colour, text in shown),
    ]
