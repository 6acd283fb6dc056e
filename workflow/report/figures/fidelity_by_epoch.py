"""Fréchet distance of samples by epoch: whether longer, pretrained or WGAN-GP is better (Report E §2.1.3, §2.3 and §4)."""

from collections.abc import Mapping
from math import ceil
from pathlib import Path

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator

from workflow.report.curves import flatness
from workflow.report.figures.style import WIDTH, empty_figure

HEIGHT, LEGEND_LINE = 2.6, 0.2  # inches, of a panel and of a line of its legend
LEGEND_COLUMNS = 2
REAL = "as many real images in the samples' place"


def plot(tables: Mapping[str, Path]) -> Figure:
    """Return a figure with a panel a data set, in it a line a run with whether it is flat, and a dashed one for real images.

    Args:
        tables: By run, tab-separated, a row an epoch that was kept: `dataset`, `epoch`, `frechet`, `frechet_real`.
    """
    if not tables:
        return empty_figure("no samples by epoch at this budget")
    rows = pd.concat([_run(name, table) for name, table in tables.items()])
    panels = {name: rows[rows["dataset"] == name] for name in rows["dataset"].unique()}
    legends = [LEGEND_LINE * ceil((of["run"].nunique() + 1) / LEGEND_COLUMNS) for of in panels.values()]
    figure = Figure(figsize=(WIDTH, HEIGHT * len(panels) + sum(legends)), layout="constrained")
    grid = figure.add_gridspec(len(panels), height_ratios=[HEIGHT + legend for legend in legends])
    for number, (name, of) in enumerate(panels.items()):
        part = figure.add_subfigure(grid[number])
        axes = part.subplots()
        _draw(axes, of)
        axes.set_title(f"Samples of {name}", size=11)
        part.legend(loc="outside lower left", ncols=LEGEND_COLUMNS, frameon=False, fontsize=9)
    return figure


def _draw(axes: Axes, rows: pd.DataFrame) -> None:
    sns.lineplot(rows, x="epoch", y="frechet", hue="run", style="run", markers=True, dashes=False, legend="full", ax=axes)
    axes.axhline(rows["frechet_real"].iloc[0], color="0.4", linestyle="--", linewidth=1, label=REAL)
    axes.legend().remove()  # that of the whole panel lies below
    axes.set(yscale="log", ylabel="Fréchet distance\non LeNet's features")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _run(name: str, table: Path) -> pd.DataFrame:
    """Return a run's rows, with what its line is called."""
    rows = pd.read_csv(table, sep="\t")
    found = flatness(rows.set_index("epoch")["frechet"])
    return rows.assign(run=f"{name}: {found}" if found else name)
