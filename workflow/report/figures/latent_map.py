"""Maps of codes, coloured by class, like Report A's figures 2 and 4."""

from typing import Any

import numpy as np
import seaborn as sns
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.spatial import KDTree

from workflow.io.safetensors import Arrays
from workflow.report.figures.style import PALETTE, WIDTH

SPLITS = {"train": "training", "test": "test"}
CROWD = 0.25  # of a class, which stands around its number


def plot(maps: Arrays, title: str) -> Figure:
    """Return a figure with a map of the train codes beside one of the test codes.

    Args:
        maps: `train.positions` and `test.positions`: (N, 2) float32; `train.labels` and `test.labels`: (N,).
        title: Of the figure.
    """
    figure = Figure(figsize=(WIDTH, WIDTH / 2))
    for axes, split in zip(figure.subplots(1, 2), SPLITS, strict=True):
        _scatter(axes, maps[f"{split}.positions"], maps[f"{split}.labels"])
        axes.set_title(f"codes of {len(maps[f'{split}.labels']):,} {SPLITS[split]} images".replace(",", " "), size=11)
    figure.suptitle(f"{title}: t-SNE, a colour and a number a class", size=12)
    figure.tight_layout()
    return figure


def _scatter(axes: Axes, positions: NDArray[Any], labels: NDArray[Any]) -> None:
    x, y = positions.T
    sns.scatterplot(
        x=x, y=y, hue=labels, palette=PALETTE[: len(np.unique(labels))], s=4, linewidth=0, alpha=0.7, legend=False, ax=axes, rasterized=True
    )
    for label in np.unique(labels):
        place = _densest(positions[labels == label])
        text = axes.text(place[0], place[1], str(label), size=14, weight="bold", ha="center", va="center")
        text.set_path_effects([patheffects.withStroke(linewidth=3, foreground="white")])
    axes.set(xticks=[], yticks=[], aspect="equal")
    sns.despine(ax=axes, left=True, bottom=True)


def _densest(positions: NDArray[Any]) -> NDArray[Any]:
    """Return the position that has others nearest around it, (2,): two classes may be mixed, and have one middle."""
    distances, _ = KDTree(positions).query(positions, k=[max(1, round(CROWD * len(positions)))])
    return np.asarray(positions[np.argmin(distances)])
