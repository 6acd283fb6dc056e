"""Samples as training goes on, under real images, like Report E's figures 2, 6, 7 and 10."""

from matplotlib.figure import Figure

from workflow.io.safetensors import Arrays
from workflow.report.figures.strips import stacked

SHOWN = 16


def shown(samples: Arrays) -> Arrays:
    """Return the first of the samples, and of the real images, that were kept."""
    return {name: images[:SHOWN] for name, images in samples.items()}


def plot(samples: Arrays) -> Figure:
    """Return a figure with a row of real images, and a row of samples of the same z for each epoch that was kept.

    Args:
        samples: `real`, and an epoch's number for each of the others: (N, C, H, W) uint8.
    """
    epochs = sorted(samples.keys() - {"real"}, key=int)
    return stacked({"real": samples["real"], **{f"epoch {epoch}": samples[epoch] for epoch in epochs}})
