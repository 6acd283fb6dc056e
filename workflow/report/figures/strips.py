"""Strips of samples and reconstructions, like Report A's figures 1 and 3."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from workflow.io.safetensors import Arrays
from workflow.report.figures.style import WIDTH

ROWS = {"generated": "samples G(z)", "real": "test images x", "reconstructed": "reconstructions G(E(x))"}  # conditional ones with c
TITLE_HEIGHT = 0.45  # inches


def plot(samples: Arrays, title: str) -> Figure:
    """Return a figure of three rows: samples, test images, and the reconstructions of those.

    Args:
        samples: `generated`, `real` and `reconstructed`: (N, C, H, W) uint8.
        title: Of the figure.
    """
    return stack({label: samples[name] for name, label in ROWS.items()}, title)


def stack(rows: Mapping[str, NDArray[Any]], title: str) -> Figure:
    """Return a figure with a strip of images a row.

    Args:
        rows: By label, (N, C, H, W) uint8, of the same shape each.
        title: Of the figure.
    """
    count, _, height, width = next(iter(rows.values())).shape
    whole = WIDTH * len(rows) * height / (count * width) + TITLE_HEIGHT
    figure = Figure(figsize=(WIDTH, whole))
    places = figure.subplots(len(rows), 1, squeeze=False).flat
    for axes, (label, images) in zip(places, rows.items(), strict=True):
        strip = np.concatenate(images.transpose(0, 2, 3, 1), axis=1)  # (H, N·W, C)
        axes.imshow(strip, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axes.set_ylabel(label, rotation=0, ha="right", va="center")
        axes.set(xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set_visible(False)
    figure.subplots_adjust(hspace=0.06, top=1 - TITLE_HEIGHT / whole, bottom=0)
    figure.axes[0].set_title(title)
    return figure
