"""Images that LeNet gives another class than theirs, like Report D's figures 3 to 5."""

import math

from matplotlib.figure import Figure

from workflow.io.safetensors import Arrays
from workflow.report.figures.style import WIDTH

COLUMNS = 10
TITLE_HEIGHT = 0.35  # inches


def plot(images: Arrays, title: str) -> Figure:
    """Return a figure of images, over each the class that it shows and the one that LeNet gives it.

    Args:
        images: `pixels`: (N, C, H, W) uint8; `labels` and `given`: (N,).
        title: Of the figure.
    """
    rows = max(1, math.ceil(len(images["labels"]) / COLUMNS))
    height = 1.25 * WIDTH / COLUMNS * rows + TITLE_HEIGHT
    figure = Figure(figsize=(WIDTH, height))
    places = list(figure.subplots(rows, COLUMNS, squeeze=False).flat)
    for axes in places:
        axes.set_axis_off()
    for axes, pixels, label, given in zip(places, images["pixels"], images["labels"], images["given"], strict=False):
        axes.imshow(pixels.transpose(1, 2, 0), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axes.set_title(f"{label} → {given}", size=10, pad=3)
    figure.suptitle(title, y=1, va="top", size=12)
    figure.subplots_adjust(wspace=0.1, hspace=0.35, bottom=0, top=1 - (TITLE_HEIGHT + 0.25) / height)
    return figure
