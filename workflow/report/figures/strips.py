"""Strips of samples and reconstructions, like Report A's figures 1 and 3."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from workflow.io.safetensors import Arrays
from workflow.report.figures.style import WIDTH

ROWS = {"generated": "samples G(z)", "real": "test images x", "reconstructed": "reconstructions G(E(x))"}  # conditional ones with c
TEXT_SIZE = 15  # large enough on a phone, whose width is less than half of the page's
TITLE_HEIGHT, LABEL_HEIGHT = 0.35, 0.28  # inches


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
    strip = WIDTH * height / (count * width)
    figure = Figure(figsize=(WIDTH, TITLE_HEIGHT + len(rows) * (LABEL_HEIGHT + strip)))
    figure.suptitle(title, size=TEXT_SIZE, y=1, va="top")
    top = figure.get_figheight() - TITLE_HEIGHT
    for label, images in rows.items():
        top -= LABEL_HEIGHT + strip
        axes = figure.add_axes((0, top / figure.get_figheight(), 1, strip / figure.get_figheight()))
        whole = np.concatenate(images.transpose(0, 2, 3, 1), axis=1)  # (H, N·W, C)
        axes.imshow(whole, cmap="gray", vmin=0, vmax=255, interpolation="nearest", aspect="auto")
        axes.set_title(label, loc="left", size=TEXT_SIZE, pad=3)
        axes.set_axis_off()
    return figure
