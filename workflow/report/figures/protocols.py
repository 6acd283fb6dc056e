"""1NN in each report's protocol, a panel each: why the reports' numbers do not compare."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from workflow.report.figures.style import COLOURS, WIDTH, empty_figure

# (features, neighbours), heading, and who states values in this protocol
PANELS = [
    (("code", "test"), "Report A:\ncode, other test images", "reported_A"),
    (("code", "train"), "Report B's text:\ncode, training images", "reported_B"),
    (("code-255", "train"), "Report B's code:\nthe same, pixels of 0–255", "reported_B"),
    (("hidden", "train"), "Donahue et al.: hidden\nlayer, training images", "reported_R"),
]
MEASURED = {True: (COLOURS[0], "measured, trained"), False: ("0.55", "measured, without training")}
REPORTED = COLOURS[1]


def plot(protocols: pd.DataFrame, knn: pd.DataFrame) -> Figure:
    """Return a figure with a panel a protocol and a row a variant, with the value that the protocol's report states.

    Args:
        protocols: A row a variant: `variant`, `trained`, and `reported_<report>` in per cent.
        knn: A row a variant and protocol: `variant`, `features`, `neighbours`, `accuracy` (per cent) and `spread` (standard deviation).
    """
    if knn.empty:
        return empty_figure("no 1NN at this budget")
    order = protocols.iloc[::-1].reset_index(drop=True)
    figure = Figure(figsize=(WIDTH, 1.6 + 0.24 * len(order)))
    for axes, (key, heading, stated) in zip(figure.subplots(1, len(PANELS), sharex=True, sharey=True), PANELS, strict=True):
        rows = knn[(knn["features"] == key[0]) & (knn["neighbours"] == key[1])].set_index("variant").reindex(order["variant"])
        _panel(axes, order, rows, order[stated])
        axes.set_title(heading, size=9)
        axes.set_xlabel("1NN accuracy, %", size=9)
    figure.axes[0].set_yticks(range(len(order)), order["variant"], size=9)
    figure.tight_layout(w_pad=1)
    handles = {label: handle for axes in figure.axes for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.legend(handles.values(), handles.keys(), loc="lower center", bbox_to_anchor=(0.5, 1), ncol=3, frameon=False, fontsize=9)
    return figure


def _panel(axes: Axes, variants: pd.DataFrame, measured: pd.DataFrame, reported: pd.Series) -> None:
    """Draw a row a variant: a dot for what is measured, a diamond for what is reported."""
    for trained, (colour, label) in MEASURED.items():
        rows = [place for place, each in enumerate(variants["trained"]) if bool(each) == trained]
        accuracy, spread = measured["accuracy"].iloc[rows], measured["spread"].iloc[rows].fillna(0)
        if accuracy.notna().any():
            axes.errorbar(accuracy, rows, xerr=spread, fmt="o", color=colour, markersize=5, elinewidth=1, label=label)
    if reported.notna().any():
        look = {"marker": "D", "s": 34, "facecolors": "none", "edgecolors": REPORTED, "linewidths": 1.5}
        axes.scatter(reported, range(len(reported)), label="stated in the report", zorder=3, **look)
    axes.grid(axis="both", alpha=0.3)
    axes.set_ylim(-0.6, len(variants) - 0.4)
    axes.xaxis.set_major_locator(MultipleLocator(5))
    axes.tick_params(labelsize=9)
