"""Samples under real images, a column a class, like Report E's figures 3 and 4."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from workflow.io.safetensors import Arrays
from workflow.report.figures.style import WIDTH

FASHION = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
NAMES = {"fashion-mnist": FASHION}  # of the others' classes, digits
GAP = 6  # pixels of white between real images and samples


def plot(images: Arrays, dataset: str, title: str) -> Figure:
    """Return a figure of real images over samples, over each column its class and the share of all samples that LeNet gives this class.

    Args:
        images: `real` and `generated`: (10, N, C, H, W) uint8; `counts`: (10,).
        dataset: Whose classes they are.
        title: Of the figure.
    """
    parts = [_grid(images["real"]), _grid(images["generated"])]
    height, width, channels = parts[0].shape
    whole = np.concatenate([parts[0], np.full((GAP, width, channels), 255, np.uint8), parts[1]])
    classes, total = len(images["counts"]), int(images["counts"].sum())
    figure = Figure(figsize=(WIDTH, WIDTH * len(whole) / width + 0.5))
    axes = figure.subplots()
    axes.imshow(whole, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    side = width / classes
    labels = [
        f"{name}\n{100 * count / total:.1f} %"
        for name, count in zip(NAMES.get(dataset, range(classes)), images["counts"].tolist(), strict=True)
    ]
    axes.set_xticks([side * (place + 0.5) for place in range(classes)], labels, size=8)
    axes.set_yticks([height / 2, height + GAP + len(parts[1]) / 2], ["training\nimages x", "samples\nG(z)"])
    axes.tick_params(length=0, top=False, labeltop=True, labelbottom=False)
    axes.set_title(f"{title}: samples by the class that LeNet gives them, and its share of all samples", size=11)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return figure


def _grid(images: NDArray[Any]) -> NDArray[Any]:
    """Return (classes, N, C, H, W) as one picture, (N·H, classes·W, C): a column a class."""
    classes, count, channels, height, width = images.shape
    grid: NDArray[Any] = images.transpose(1, 3, 0, 4, 2).reshape(count * height, classes * width, channels)
    return grid
