"""What a report says beside what was measured, as it describes it and as hypotheses about it suppose."""

from collections.abc import Sequence
from math import ceil, inf
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from workflow.report.figures import few_rows, point_names
from workflow.report.figures.panels import QUANTITY, Panel, SaidRow
from workflow.report.figures.point_names import POINT, TEXT_SIZE
from workflow.report.figures.style import WIDTH, empty_figure

PANEL, WIDEST = 3.0, 4.5  # inches: the width of a panel
BESIDE, AROUND, TITLE_LINE = 0.75, 0.9, 0.13  # inches: left of all panels, above and below them, and of a line over each
LEAST_ROWS = 4  # of a panel
SEEN = "blue: looked at when the hypothesis was chosen; orange: not"
TITLE_LENGTH = 13  # characters an inch
NAMED = 6  # rows of a panel that lie farthest from the line, if there is room


def plot(panels: Sequence[Panel], title: str, width: float = WIDTH) -> Figure:
    """Return a panel a budget that has run: stated to the right, measured upwards, and the line on which both are equal.

    If no budget has more than a few rows, a line each says more.

    Args:
        panels: The report as described first; one that has not run has no rows, and is named below.
        title: Of the figure.
        width: Of the figure, inches.
    """
    run, missing = [panel for panel in panels if panel.rows], [panel.heading for panel in panels if not panel.rows]
    if not run:
        return empty_figure(f"{title}: no hypothesis has been run" if panels else f"{title}: no hypothesis")
    if all(len(panel.rows) < LEAST_ROWS for panel in run):
        return few_rows.plot(run, title, width)
    lines = ceil(len(run) / (width // PANEL))
    columns = ceil(len(run) / lines)
    side = min((width - BESIDE) / columns, WIDEST)
    tallest = side + TITLE_LINE * max(len(panel.title.splitlines()) for panel in run)
    figure = Figure(figsize=(BESIDE + side * columns, AROUND + tallest * lines), layout="compressed")
    FigureCanvasAgg(figure)  # keeps a renderer: else matplotlib makes one for each place where a name is tried
    grid = list(figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False).flat)
    low, high = _limits([row for panel in run for row in panel.rows])
    for axes, panel in zip(grid, run, strict=False):
        axes.set_title(panel.title, size=TEXT_SIZE)
        _draw(axes, panel)
        axes.axline((low, low), slope=1, color="0.6", linewidth=1, zorder=0)
        axes.set(xlim=(low, high), ylim=(low, high), aspect="equal")
        axes.locator_params(nbins=6)
    for number in range(len(run), len(grid)):
        grid[number].set_axis_off()
        grid[number - columns].tick_params(labelbottom=True)
    figure.supxlabel(
        "\n".join([f"stated {QUANTITY}", *([f"not run: {fill('; '.join(missing), 40 * columns)}"] if missing else [])]), size=10
    )
    figure.supylabel(f"measured {QUANTITY}: mean and range over seeds", size=10)
    both = len({row.seen for panel in run for row in panel.rows}) > 1
    figure.suptitle("\n".join([title, *([fill(SEEN, int(TITLE_LENGTH * width))] if both else [])]), size=10)
    figure.draw_without_rendering()  # places the panels: names are placed by how much room there is
    for axes, panel in zip(grid, run, strict=False):
        point_names.write(axes, panel.rows, NAMED)
    return figure


def _draw(axes: Axes, panel: Panel) -> None:
    for row in panel.rows:
        axes.plot(row.said.ends, [row.centre] * 2, color=row.colour, linewidth=1)
        axes.plot([row.said.stated] * 2, [min(row.measured), max(row.measured)], color=row.colour, linewidth=1)
        axes.plot(row.said.stated, row.centre, marker="o", markersize=POINT, color=row.colour, linestyle="")


def _limits(rows: Sequence[SaidRow]) -> tuple[float, float]:
    """Return the ends of both axes: those of all values, and a little around."""
    low, high = inf, -inf
    for row in rows:
        low, high = min(low, *row.said.ends, *row.measured), max(high, *row.said.ends, *row.measured)
    return low - 0.05 * (high - low) - 0.5, high + 0.05 * (high - low) + 0.5
