"""Figures of two runs in one, to compare what they draw (Report E §2.3)."""

from collections.abc import Mapping
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.image import imread

from workflow.report.figures.strips import TEXT_SIZE
from workflow.report.figures.style import WIDTH

HEADING = 0.45  # inches, over each picture


def plot(pictures: Mapping[str, Path]) -> Figure:
    """Return a figure of pictures, one under the other, each as wide as the figure.

    Args:
        pictures: PNG, by heading.
    """
    images = {heading: imread(file) for heading, file in pictures.items()}
    heights = [WIDTH * image.shape[0] / image.shape[1] for image in images.values()]
    whole = sum(heights) + HEADING * len(heights)
    figure, top = Figure(figsize=(WIDTH, whole)), whole
    for (heading, image), height in zip(images.items(), heights, strict=True):
        top -= HEADING + height
        axes = figure.add_axes((0, top / whole, 1, height / whole))
        axes.imshow(image)
        axes.set_title(heading, loc="left", size=TEXT_SIZE, weight="bold")
        axes.set_axis_off()
    return figure
