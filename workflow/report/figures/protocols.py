"""1NN in each report's protocol, a panel each: why the reports' numbers do not compare."""

from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from workflow.report.figures.style import COLOURS, WIDTH, empty_figure

# (features, neighbours), heading, and who states values in this protocol
PANELS = [
    (("code", "test"), "Report A:\ncode, other test images", "reported_A"),
    (("code", "train"), "Report B's text:\ncode, training images", "reported_B"),
    (("code-255", "train"), "Report B's code:\nthe same, pixels of 0–255", "reported_B"),
    (("hidden", "train"), "Donahue et al.: hidden\nlayer, training images", "reported_R"),
]
MEASURED = {True: (COLOURS[0], "measured, trained"), False: ("0.55", "measured, without training")}
REPORTED = {True: ("D", "stated in the report"), False: ("s", "stated in the log of the report's code, before training")}
HEADING_LENGTH = 19  # of a line, on a phone
ROW_HEIGHT, AROUND = 0.24, 0.8  # inches: above and below the rows of a panel


def plot(protocols: pd.DataFrame, knn: pd.DataFrame, width: float = WIDTH) -> Figure:
    """Return a figure with a panel a protocol and a row a variant, with the value that the protocol's report states.

    Args:
        protocols: A row a variant: `variant`, `trained`, and `reported_<report>` in per cent.
        knn: A row a variant and protocol: `variant`, `features`, `neighbours`, `accuracy` (per cent) and `spread` (standard deviation).
        width: Of the figure, inches; in one narrower than the page, two panels stand under two.
    """
    if knn.empty:
        return empty_figure("no 1NN at this budget")
    order = protocols.iloc[::-1].reset_index(drop=True)
    lines, size = (1, 9) if width >= WIDTH else (2, 7)
    legend = 0.2 * lines + 0.3
    figure = Figure(figsize=(width, lines * (AROUND + ROW_HEIGHT * len(order)) + legend), layout="constrained")
    grid = figure.subplots(lines, len(PANELS) // lines, sharex=True, sharey=True)
    for axes, (key, heading, stated) in zip(grid.flat, PANELS, strict=True):
        rows = knn[(knn["features"] == key[0]) & (knn["neighbours"] == key[1])].set_index("variant").reindex(order["variant"])
        _panel(axes, order, rows, order[stated])
        axes.set_title(heading if width >= WIDTH else fill(heading, HEADING_LENGTH), size=size)
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axes.tick_params(labelsize=size)
    grid.flat[0].set_yticks(range(len(order)), order["variant"])
    figure.supxlabel("1NN accuracy, %", size=size)
    handles = {label: handle for axes in figure.axes for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    labels = [label for _, label in (*MEASURED.values(), *REPORTED.values()) if label in handles]
    figure.legend([handles[label] for label in labels], labels, loc="outside upper center", ncols=2 // lines, frameon=False, fontsize=size)
    return figure


def _panel(axes: Axes, variants: pd.DataFrame, measured: pd.DataFrame, reported: pd.Series) -> None:
    """Draw a row a variant: a dot for what is measured, a hollow mark for what is reported."""
    rows = {trained: [place for place, each in enumerate(variants["trained"]) if bool(each) == trained] for trained in MEASURED}
    for trained, (colour, label) in MEASURED.items():
        accuracy, spread = measured["accuracy"].iloc[rows[trained]], measured["spread"].iloc[rows[trained]].fillna(0)
        if accuracy.notna().any():
            axes.errorbar(accuracy, rows[trained], xerr=spread, fmt="o", color=colour, markersize=5, elinewidth=1, label=label)
    look = {"s": 34, "facecolors": "none", "edgecolors": COLOURS[1], "linewidths": 1.5}
    for trained, (marker, label) in REPORTED.items():
        stated = reported.iloc[rows[trained]]
        if stated.notna().any():
            axes.scatter(stated, rows[trained], marker=marker, label=label, zorder=3, **look)
    axes.grid(axis="both", alpha=0.3)
    axes.margins(x=0.1)
    axes.set_ylim(-0.6, len(variants) - 0.4)
