"""Whether a curve by epoch has become flat, so that more epochs need not be waited for."""

import pandas as pd

from workflow.report.names import with_minus

LEAST_EPOCHS = 10  # a training that has had fewer may look flat before it learns
LEAST_DECLINE = 0.2  # near the margin within which equivalence.py takes two Fréchet distances for the same


def flatness(distances: pd.Series) -> str | None:
    """Return whether a distance has become flat, in words, with the change of its lowest value in the second half of the epochs.

    It is flat if that is less than `LEAST_DECLINE` below the lowest value of the first half, after `LEAST_EPOCHS` at least. None if a half
    was not measured.

    Args:
        distances: By epoch, > 0; the lower the better.
    """
    early = distances.index <= distances.index.max() / 2
    if early.all() or not early.any():
        return None
    change = float(distances[~early].min() / distances[early].min() - 1)
    told = "too few epochs" if distances.index.max() < LEAST_EPOCHS else "flat" if change > -LEAST_DECLINE else "still falling"
    return f"{told} ({with_minus(f'{100 * change:+.0f} %')})"
