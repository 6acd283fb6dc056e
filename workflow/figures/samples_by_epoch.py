"""Samples as training goes on, under real images, like Report E's figures 2, 6, 7 and 10."""

from matplotlib.figure import Figure

from workflow.figures.arrays import Arrays
from workflow.figures.strips import stacked


def plot(samples: Arrays) -> Figure:
    """Return a figure with a row of real images, and a row of samples of the same z for each epoch that was kept.

    Args:
        samples: `real`, and an epoch's number for each of the others: (N, C, H, W) uint8.
    """
    epochs = sorted(samples.keys() - {"real"}, key=int)
    return stacked({"real": samples["real"], **{f"epoch {epoch}": samples[epoch] for epoch in epochs}})
