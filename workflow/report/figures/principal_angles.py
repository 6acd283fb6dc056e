"""A linear generator's span beside that of the principal components, by epoch (Report D §5)."""

from pathlib import Path

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from workflow.report.figures.style import WIDTH

ANGLES = {"mean_angle": "mean", "largest_angle": "largest"}


def plot(table: Path, title: str) -> Figure:
    """Return a figure of the principal angles beside the share of the components' variance inside the span.

    Args:
        table: Tab-separated, a row an epoch: `epoch`, `mean_angle` and `largest_angle` in degrees, `captured_variance` up to 1.
        title: Of the figure.
    """
    rows = pd.read_csv(table, sep="\t")
    figure = Figure(figsize=(WIDTH, WIDTH / 2.8))
    angles, variance = figure.subplots(1, 2)
    long = rows.rename(columns=ANGLES).melt("epoch", list(ANGLES.values()), "of", "angle")
    sns.lineplot(long, x="epoch", y="angle", hue="of", style="of", markers=len(rows) <= 20, ax=angles)
    angles.get_legend().set_title(None)
    angles.set(ylabel="angle to PCA's span, degrees", ylim=(0, 90))
    percent = rows.assign(percent=100 * rows["captured_variance"])
    sns.lineplot(percent, x="epoch", y="percent", color="0.3", marker="o" if len(rows) <= 20 else None, ax=variance)
    variance.set(ylabel="variance inside, % of PCA's", ylim=(0, 102))
    for axes in (angles, variance):
        axes.set_xlim(0, rows["epoch"].max() + 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.suptitle(title, size=12)
    figure.tight_layout()
    return figure
