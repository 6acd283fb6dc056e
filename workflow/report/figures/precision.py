"""One recipe in several precisions, side by side: which rounding changes the training."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from workflow.report.figures.style import WIDTH

PANELS = {"discriminator": "discriminator's loss", "generator": "generator's and encoder's loss", "accuracy": "1NN on the code, %"}
NAMES = {
    "float32": "float32",
    "bfloat16": "bfloat16 throughout",
    "bfloat16-inputs": "D's inputs rounded",
    "bfloat16-activations": "D's activations rounded",
    "bfloat16-gradients": "D's gradients rounded",
}


def plot(tables: Mapping[str, Path]) -> Figure:
    """Return a figure with a panel each for both losses and for 1NN, by epoch.

    Args:
        tables: By precision, tab-separated, a row an epoch: `epoch`, `discriminator`, `generator`, `accuracy` (per cent).
    """
    rows = pd.concat([pd.read_csv(table, sep="\t").assign(precision=NAMES[name]) for name, table in tables.items()])
    figure = Figure(figsize=(WIDTH, WIDTH / 2.8))
    for axes, (column, label) in zip(figure.subplots(1, len(PANELS)), PANELS.items(), strict=True):
        sns.lineplot(rows, x="epoch", y=column, hue="precision", style="precision", markers=True, legend=column == "generator", ax=axes)
        axes.set(ylabel=label)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.tight_layout()
    sns.move_legend(figure.axes[1], "lower center", bbox_to_anchor=(0.5, 1), ncol=3, title=None, frameon=False)
    return figure
