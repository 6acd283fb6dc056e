"""What a report says beside what was measured, as it describes it and as hypotheses about it suppose."""

from collections.abc import Sequence
from math import ceil, inf
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from workflow.report.figures import few_rows
from workflow.report.figures.panels import Panel, SaidRow
from workflow.report.figures.style import WIDTH, empty_figure

PANEL = 3.0  # inches: the width of a panel
LEAST_ROWS = 4  # of a panel
NAMED = 5  # rows of a panel that lie farthest from the line, less those that would be written over each other
APART = 0.06  # of the axis, between two names
NAME_WIDTH = 0.35  # of the axis: a point has that much room on its left, or its name on its right
EDGE = 0.2  # of the axis, on the right: too near for a name
BEHIND = 1.5  # the points, and before the line


def plot(panels: Sequence[Panel], title: str, width: float = WIDTH) -> Figure:
    """Return a panel a budget that has run: stated to the right, measured upwards, and the line on which both are equal.

    If no budget has more than a few rows, a line each says more.

    Args:
        panels: The report as described first; one that has not run has no rows, and is named below.
        title: Of the figure.
        width: Of the figure, inches.
    """
    run, missing = [panel for panel in panels if panel.rows], [panel.title for panel in panels if not panel.rows]
    if not run:
        return empty_figure(f"{title}: no hypothesis has been run" if panels else f"{title}: no hypothesis")
    if all(len(panel.rows) < LEAST_ROWS for panel in run):
        return few_rows.plot(run, title, width)
    beside = int(width // PANEL)
    lines = ceil(len(run) / beside)
    columns = ceil(len(run) / lines)
    figure = Figure(figsize=(width * columns / beside, 0.4 + 3.4 * lines), layout="compressed")
    grid = list(figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False).flat)
    low, high = _limits([row for panel in run for row in panel.rows])
    for axes, panel in zip(grid, run, strict=False):
        _draw(axes, panel)
        _name(axes, panel.rows, low, high)
        axes.axline((low, low), slope=1, color="0.6", linewidth=1, zorder=0)
        axes.set(xlim=(low, high), ylim=(low, high), aspect="equal")
    for number in range(len(run), len(grid)):
        grid[number].set_axis_off()
        grid[number - columns].tick_params(labelbottom=True)
    figure.supxlabel("\n".join(["stated", *([f"not run: {fill('; '.join(missing), 40 * columns)}"] if missing else [])]), size=10)
    figure.supylabel("measured: mean and range over seeds", size=10)
    both = len({row.seen for panel in run for row in panel.rows}) > 1
    figure.suptitle(f"{title}\nblue: looked at when the hypothesis was chosen; orange: not" if both else title, size=10)
    return figure


def _draw(axes: Axes, panel: Panel) -> None:
    axes.set_title(panel.title, size=9)
    for row in panel.rows:
        axes.plot(row.ends, [row.centre] * 2, color=row.colour, linewidth=1)
        axes.plot([row.said.stated] * 2, [min(row.measured), max(row.measured)], color=row.colour, linewidth=1)
        axes.plot(row.said.stated, row.centre, marker="o", markersize=5, color=row.colour, linestyle="")


def _name(axes: Axes, rows: Sequence[SaidRow], low: float, high: float) -> None:
    """Write the names of the rows farthest from the line, on their side away from it."""
    heights: list[float] = []
    for row in sorted(rows, key=lambda row: row.distance, reverse=True)[:NAMED]:
        if all(abs(row.centre - height) >= APART * (high - low) for height in heights):
            heights.append(row.centre)
            left = row.centre > row.said.stated > low + NAME_WIDTH * (high - low) or row.said.stated > high - EDGE * (high - low)
            name = axes.annotate(
                row.label,
                (row.said.stated, row.centre),
                xytext=(-5 if left else 5, 3),
                textcoords="offset points",
                ha="right" if left else "left",
                size=6,
                zorder=BEHIND,
            )
            name.set_path_effects([withStroke(linewidth=1.5, foreground="white")])


def _limits(rows: Sequence[SaidRow]) -> tuple[float, float]:
    """Return the ends of both axes: those of all values, and a little around."""
    low, high = inf, -inf
    for row in rows:
        low, high = min(low, *row.ends, *row.measured), max(high, *row.ends, *row.measured)
    return low - 0.05 * (high - low) - 0.5, high + 0.05 * (high - low) + 0.5
