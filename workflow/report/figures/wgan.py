"""Losses of DCGAN and WGAN-GP together, like Report E's figures 8 and 9."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from workflow.report.figures.style import WIDTH

PANELS = {"discriminator": "discriminator's loss", "generator": "generator's loss"}


def plot(tables: Mapping[str, Path]) -> Figure:
    """Return a figure with a panel each for the discriminator's and the generator's loss, by epoch, as far as all tables go.

    Args:
        tables: By name, tab-separated, a row an epoch: `epoch`, `discriminator`, `generator`.
    """
    read = [pd.read_csv(table, sep="\t").assign(of=name) for name, table in tables.items()]
    rows = pd.concat([each.head(min(map(len, read))) for each in read])
    figure = Figure(figsize=(WIDTH, WIDTH / 3))
    for axes, (column, label) in zip(figure.subplots(1, len(PANELS)), PANELS.items(), strict=True):
        sns.lineplot(rows, x="epoch", y=column, hue="of", style="of", markers=len(rows) <= 40, ax=axes)
        axes.axhline(0, color="0.8", linewidth=1, zorder=0)
        axes.get_legend().set_title(None)
        axes.set(ylabel=f"{label},\nmean over the epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.suptitle(" and ".join(tables), size=12)
    figure.tight_layout()
    return figure
