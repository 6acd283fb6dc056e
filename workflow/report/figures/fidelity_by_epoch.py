"""Fréchet distance of samples by epoch: whether longer, pretrained or WGAN-GP is better (Report E §2.1.3, §2.3 and §4)."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator

from workflow.report.curves import flatness
from workflow.report.figures.style import WIDTH, empty_figure


def plot(tables: Mapping[str, Path]) -> Figure:
    """Return a figure with a panel a data set, in it a line a run with whether it is flat, and a dashed one for real images.

    Args:
        tables: By run, tab-separated, a row an epoch that was kept: `dataset`, `epoch`, `frechet`, `frechet_real`.
    """
    if not tables:
        return empty_figure("no samples by epoch at this budget")
    rows = pd.concat([_run(name, table) for name, table in tables.items()])
    datasets = rows["dataset"].unique()
    figure = Figure(figsize=(WIDTH, 0.32 * WIDTH * len(datasets)))
    for axes, name in zip(figure.subplots(len(datasets), squeeze=False).flat, datasets, strict=True):
        of = rows[rows["dataset"] == name]
        sns.lineplot(of, x="epoch", y="frechet", hue="run", style="run", markers=True, dashes=False, ax=axes)
        axes.axhline(of["frechet_real"].iloc[0], color="0.4", linestyle="--", linewidth=1, label="real images")
        axes.legend(title=None, loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
        axes.set(title=f"Samples of {name}", yscale="log", ylabel="Fréchet distance\non LeNet's features")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.tight_layout()
    return figure


def _run(name: str, table: Path) -> pd.DataFrame:
    """Return a run's rows, with what its line is called."""
    rows = pd.read_csv(table, sep="\t")
    found = flatness(rows.set_index("epoch")["frechet"])
    return rows.assign(run=f"{name}: {found}" if found else name)
