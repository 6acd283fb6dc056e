"""1NN in each report's protocol, a panel each: why the reports' numbers do not compare."""

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
ROW_HEIGHT, AROUND, LEGEND = 0.24, 0.8, 0.5  # inches: of a row, above and below those of a panel, and above all panels
SIZE = 9  # of letters


def plot(protocols: pd.DataFrame, knn: pd.DataFrame) -> Figure:
    """Return a figure with a panel a protocol and a row a variant, with the value that the protocol's report states.

    Args:
        protocols: A row a variant: `variant`, `trained`, and `reported_<report>` in per cent.
        knn: A row a variant and protocol: `variant`, `features`, `neighbours`, `accuracy` (per cent) and `spread` (standard deviation).
    """
    if knn.empty:
        return empty_figure("no 1NN at this budget")
    order = protocols.iloc[::-1].reset_index(drop=True)
    figure = Figure(figsize=(WIDTH, AROUND + ROW_HEIGHT * len(order) + LEGEND), layout="constrained")
    grid = figure.subplots(1, len(PANELS), sharex=True, sharey=True)
    for axes, (key, heading, stated) in zip(grid, PANELS, strict=True):
        rows = knn[(knn["features"] == key[0]) & (knn["neighbours"] == key[1])].set_index("variant").reindex(order["variant"])
        _panel(axes, order, rows, order[stated])
        axes.set_title(heading, size=SIZE)
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axes.tick_params(labelsize=SIZE)
    grid[0].set_yticks(range(len(order)), order["variant"])
    figure.supxlabel("1NN accuracy, %", size=SIZE)
    handles = {label: handle for axes in figure.axes for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    labels = [label for _, label in (*MEASURED.values(), *REPORTED.values()) if label in handles]
    figure.legend([handles[label] for label in labels], labels, loc="outside upper center", ncols=2, frameon=False, fontsize=SIZE)
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
