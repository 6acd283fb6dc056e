"""The same as said_measured, of a report of which few rows are compared: a line a budget or reading, under each row's name."""

from collections.abc import Sequence
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from workflow.report.figures.panels import QUANTITY, Panel, SaidRow
from workflow.report.figures.rows import CHARACTERS, named_rows
from workflow.report.figures.style import COLOURS, WIDTH

ROW_HEIGHT, HEADING, MARGINS = 0.28, 0.32, 1.1  # inches


def plot(panels: Sequence[Panel], title: str, width: float = WIDTH) -> Figure:
    """Return a line a panel under each row's name: what the report states, and what each seed measured.

    Args:
        panels: With a row at least, the report as described first.
        title: Of the figure.
        width: Of the figure, inches.
    """
    budgets = {panel.budget for panel in panels}
    groups: dict[str, dict[str, SaidRow]] = {}
    for panel in panels:
        for row in panel.rows:
            groups.setdefault(row.label, {})[panel.heading if len(budgets) > 1 else panel.name] = row
    lines = [named_rows(list(group), width, ROW_HEIGHT) for group in groups.values()]
    heights = [each.count for each in lines]
    figure = Figure(figsize=(width, MARGINS + HEADING * len(groups) + ROW_HEIGHT * sum(heights)), layout="constrained")
    grid = figure.subplots(len(groups), sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    rows = [row for group in groups.values() for row in group.values()]
    chosen = any(row.seen for row in rows)  # else no row led to a hypothesis, and there is nothing to tell apart
    for axes, places, (label, group) in zip(grid, lines, groups.items(), strict=True):
        axes.set_title(fill(label, CHARACTERS if width < WIDTH else 2 * CHARACTERS), loc="left", size=9, weight="bold")
        for place, row in zip(places.marks, group.values(), strict=True):
            _draw(axes, place, row, row.colour if chosen else COLOURS[0])
        places.name(axes, 9)
        axes.tick_params(axis="x", labelsize=9)
    grid[-1].set_xlabel(QUANTITY, size=10)
    columns, characters = (3, 80) if width >= WIDTH else (1, 44)
    marks = _legend([row.seen or not chosen for row in rows], characters)
    figure.legend(handles=marks, loc="outside lower right", ncols=columns, frameon=False, fontsize=9)
    figure.suptitle(title if len(budgets) > 1 else f"{title}, budget {budgets.pop()}", size=10)
    return figure


def _draw(axes: Axes, place: float, row: SaidRow, colour: str) -> None:
    axes.axhline(place, color="0.9", linewidth=1, zorder=0)
    axes.plot(row.said.ends, [place] * 2, color="0.25", marker="|", markersize=14, linewidth=1)
    axes.plot(row.measured, [place] * len(row.measured), color=colour, marker="o", markersize=6, alpha=0.7, linestyle="")


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
