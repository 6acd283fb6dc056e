"""How much of each report holds, as a bar a report."""

import pandas as pd
from matplotlib.figure import Figure

from workflow.report.figures.style import WIDTH

# strong for a verdict, pale for what only points, grey for neither
COLOURS = ("#29a37d", "#d9692b", "#a9dccb", "#f0c6aa", "#c3cad4", "#eceff3")
BAR, LEGEND = 0.34, 0.7  # inches


def plot(found: pd.DataFrame) -> Figure:
    """Return a bar a report, divided as its statements are; all are as long.

    Args:
        found: From `tally`, a report at least.
    """
    figure = Figure(figsize=(WIDTH, BAR * len(found) + LEGEND), layout="constrained")
    axes = figure.subplots()
    shares = found.div(found.sum(axis="columns"), axis="index")
    starts = shares.cumsum(axis="columns") - shares
    for colour, meaning in zip(COLOURS, found, strict=True):
        bars = axes.barh(found.index, shares[meaning], left=starts[meaning], color=colour, edgecolor="white", label=meaning)
        axes.bar_label(bars, [str(count or "") for count in found[meaning]], label_type="center", size=9, weight="bold", color="0.15")
    axes.set(xlim=(0, 1))
    axes.invert_yaxis()
    axes.tick_params(left=False, bottom=False, labelbottom=False)
    for side in axes.spines.values():
        side.set_visible(False)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return figure
