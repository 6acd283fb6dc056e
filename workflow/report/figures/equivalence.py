"""What two budgets measure of the same variants, seed by seed, and how far their means can lie apart."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

from workflow.report.equivalence import Endpoint, Equivalence
from workflow.report.figures.style import COLOURS, WIDTH
from workflow.report.runs import ALPHA

WIDTHS, PHONE_WIDTHS = (2, 1), (4, 3)  # of a variant's values, and of their differences
HEIGHT = 3.0  # inches, of a row


def plot(found: Sequence[Equivalence], names: Sequence[str], width: float = WIDTH) -> Figure:
    """Return a row a variant and, for each endpoint, its values with a line a seed, then their differences.

    In a figure narrower than the page, each endpoint has a row of its own.

    Args:
        found: What was compared, at least one.
        names: Of the two budgets.
        width: Of the figure, inches.
    """
    rows = [[each for each in found if each.variant == variant] for variant in dict.fromkeys(each.variant for each in found)]
    widths = WIDTHS
    if width < WIDTH:
        rows, widths = [[each] for row in rows for each in row], PHONE_WIDTHS
    columns = max(map(len, rows))
    figure = Figure(figsize=(width, HEIGHT * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), 2 * columns, squeeze=False, gridspec_kw={"width_ratios": widths * columns})
    for axes in grid.flat:
        axes.set_axis_off()
    for row, compared in zip(grid, rows, strict=True):
        for values, differences, each in zip(row[::2], row[1::2], compared, strict=False):
            _draw_values(values, each, names)
            _draw_differences(differences, each)
    figure.suptitle(
        "blue: a seed each; orange: the mean difference and its 90 % interval;\ngrey: within it, means count as the same", size=10
    )
    return figure


def _draw_values(axes: Axes, each: Equivalence, names: Sequence[str]) -> None:
    axes.set_axis_on()
    for seed, value in each.first.items():
        axes.plot(names, [_shown(each.endpoint, value), _shown(each.endpoint, each.second[seed])], "o-", color=COLOURS[0], alpha=0.5)
    if each.endpoint.logarithm:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(ScalarFormatter())
        axes.yaxis.set_minor_formatter(ScalarFormatter())
    axes.set_title(f"{each.variant}, {len(each.first)} seeds", size=10)
    axes.set(ylabel=each.endpoint.text.removeprefix("log of the "), xlim=(-0.4, 1.4))


def _draw_differences(axes: Axes, each: Equivalence) -> None:
    axes.set_axis_on()
    axes.axhspan(-each.endpoint.margin, each.endpoint.margin, color="0.9", zorder=0)
    axes.axhline(0, color="0.6", linewidth=1, zorder=0)
    axes.plot(np.zeros(len(each.first)), each.differences, "o", color=COLOURS[0], alpha=0.5)
    low, high = each.interval(2 * ALPHA)
    axes.vlines(1, low, high, color=COLOURS[1], linewidth=3)
    axes.plot(1, each.runs.mean, "o", color=COLOURS[1])
    axes.set(
        xticks=[0, 1],
        xticklabels=["each", "mean"],
        xlim=(-0.6, 1.6),
        ylabel="difference of logs" if each.endpoint.logarithm else "difference",
    )
    axes.set_title(each.verdict, size=10)


def _shown(endpoint: Endpoint, value: float) -> float:
    return float(np.exp(value)) if endpoint.logarithm else value
