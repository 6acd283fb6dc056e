"""Samples by epoch under real images, like Report E's figures 2, 6, 7 and 10."""

from matplotlib.figure import Figure

from workflow.io.safetensors import Arrays
from workflow.report.figures.strips import stack

SHOWN = 16


def first_images(samples: Arrays) -> Arrays:
    """Return the first of the samples, and of the real images, of every epoch that was kept."""
    return {name: images[:SHOWN] for name, images in samples.items()}


def plot(samples: Arrays, title: str) -> Figure:
    """Return a figure with a row of real images, then a row an epoch of samples from the same z.

    Args:
        samples: `real`, and an epoch's number for each of the others: (N, C, H, W) uint8.
        title: Of the figure.
    """
    epochs = sorted(samples.keys() - {"real"}, key=int)
    return stack({"training images x": samples["real"], **{f"samples G(z), epoch {epoch}": samples[epoch] for epoch in epochs}}, title)
