"""Losses by epoch, and how often the discriminator is right."""

from pathlib import Path

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from workflow.report.figures.style import WIDTH


def plot(table: Path, generator: str, title: str) -> Figure:
    """Return a figure of all losses beside the discriminator's accuracy.

    Args:
        table: Tab-separated, a row an epoch: `epoch`, `learning_rate`, the losses, and `discriminator_accuracy` if
            there is a discriminator whose zero means something.
        generator: Whose loss the column `generator` is.
        title: Of the figure.
    """
    rows = pd.read_csv(table, sep="\t")
    figure = Figure(figsize=(WIDTH, WIDTH / 2.8))
    both, accuracy = figure.subplots(1, 2)
    named = rows.rename(columns={"generator": generator})
    losses = [column for column in named if column not in ("epoch", "learning_rate", "discriminator_accuracy")]
    long = named.melt("epoch", losses, "of", "loss")
    sns.lineplot(long, x="epoch", y="loss", hue="of", style="of", markers=len(rows) <= 20, ax=both)
    both.get_legend().set_title(None)
    both.set(xlabel="epoch", ylabel="loss, mean over the epoch", ylim=(1.1 * min(0, long["loss"].min()), 1.1 * max(0, long["loss"].max())))
    if "discriminator_accuracy" in rows:
        share = rows.assign(percent=100 * rows["discriminator_accuracy"])
        sns.lineplot(share, x="epoch", y="percent", color="0.3", marker="o" if len(rows) <= 20 else None, ax=accuracy)
        accuracy.set(xlabel="epoch", ylabel="discriminator is right, %", ylim=(min(45, share["percent"].min() - 1), 101))
    else:
        accuracy.set_axis_off()
    for axes in (both, accuracy):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.suptitle(title, size=12)
    figure.tight_layout()
    return figure
