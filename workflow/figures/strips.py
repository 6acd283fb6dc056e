"""Strips of samples and reconstructions, like Report A's figures 1 and 3."""

import numpy as np
from matplotlib.figure import Figure

from workflow.figures.arrays import Arrays
from workflow.figures.style import WIDTH

ROWS = {"generated": "$G(z)$", "real": "$x$", "reconstructed": "$G(E(x))$"}


def plot(samples: Arrays) -> Figure:
    """Return a figure of three rows: samples, test images, and the reconstructions of those.

    Args:
        samples: `generated`, `real` and `reconstructed`: (N, C, H, W) uint8.
    """
    height, width = samples["real"].shape[-2:]
    figure = Figure(figsize=(WIDTH, WIDTH * len(ROWS) * height / (len(samples["real"]) * width) + 0.3))
    for axes, (name, label) in zip(figure.subplots(len(ROWS), 1), ROWS.items(), strict=True):
        strip = np.concatenate(samples[name].transpose(0, 2, 3, 1), axis=1)  # (H, N·W, C)
        axes.imshow(strip, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axes.set_ylabel(label, rotation=0, ha="right", va="center")
        axes.set(xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set_visible(False)
    figure.subplots_adjust(hspace=0.06)
    return figure
