"""How much of each report holds, as a bar a report."""

import pandas as pd
from matplotlib.figure import Figure

from workflow.report.figures.rows import named_rows
from workflow.report.figures.style import WIDTH
from workflow.report.names import REPORTS

# strong for a verdict, pale for evidence without one, grey for neither
COLOURS = ("#29a37d", "#d9692b", "#a9dccb", "#f0c6aa", "#c3cad4", "#eceff3")
BAR, LEGEND_LINE, MARGINS = 0.34, 0.2, 0.3  # inches


def plot(found: pd.DataFrame, width: float = WIDTH) -> Figure:
    """Return a bar a report, divided as its statements are; all are as long.

    Args:
        found: From `tally`, a report at least.
        width: Of the figure, inches.
    """
    bars, columns = named_rows([REPORTS[letter] for letter in found.index], width, BAR), 3 if width >= WIDTH else 1
    legend = LEGEND_LINE * len(found.columns) / columns
    figure = Figure(figsize=(width, BAR * bars.count + legend + MARGINS), layout="constrained")
    axes = figure.subplots()
    shares = found.div(found.sum(axis="columns"), axis="index")
    starts = shares.cumsum(axis="columns") - shares
    for colour, meaning in zip(COLOURS, found, strict=True):
        parts = axes.barh(bars.marks, shares[meaning], left=starts[meaning], color=colour, edgecolor="white", label=meaning)
        axes.bar_label(parts, [str(count or "") for count in found[meaning]], label_type="center", size=9, weight="bold", color="0.15")
    axes.set(xlim=(0, 1))
    axes.tick_params(left=False, bottom=False, labelbottom=False)
    for side in axes.spines.values():
        side.set_visible(False)
    bars.name(axes, 10)
    figure.legend(loc="outside lower center", ncols=columns, frameon=False, fontsize=9)
    return figure
