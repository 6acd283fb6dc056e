"""Strips of samples and reconstructions, like Report A's figures 1 and 3."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from workflow.io.safetensors import Arrays
from workflow.report.figures.style import WIDTH

ROWS = ("generated", "real", "reconstructed")  # G(z) or G(z, c), x, and G(E(x)) or G(E(x), c)


def plot(samples: Arrays) -> Figure:
    """Return a figure of three rows: samples, test images, and the reconstructions of those.

    Args:
        samples: `generated`, `real` and `reconstructed`: (N, C, H, W) uint8.
    """
    return stacked({name: samples[name] for name in ROWS})


def stacked(rows: Mapping[str, NDArray[Any]]) -> Figure:
    """Return a figure with a strip of images a row.

    Args:
        rows: By label, (N, C, H, W) uint8, of the same shape each.
    """
    count, _, height, width = next(iter(rows.values())).shape
    figure = Figure(figsize=(WIDTH, WIDTH * len(rows) * height / (count * width) + 0.3))
    for axes, (label, images) in zip(figure.subplots(len(rows), 1), rows.items(), strict=True):
        strip = np.concatenate(images.transpose(0, 2, 3, 1), axis=1)  # (H, N·W, C)
        axes.imshow(strip, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axes.set_ylabel(label, rotation=0, ha="right", va="center")
        axes.set(xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set_visible(False)
    figure.subplots_adjust(hspace=0.06)
    return figure
