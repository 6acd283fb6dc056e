"""Whether a curve by epoch has become flat, so that more epochs need not be waited for."""

from dataclasses import dataclass

import pandas as pd

MARGIN = 0.2  # as of the Fréchet distance in equivalence.py: seeds alone move it by about that much


@dataclass(frozen=True)
class Decline:
    """How a distance went on falling.

    Attributes:
        share: By how much its lowest value in the second half of the epochs is below that of the first half, as a share of that; < 0
            if it is above.
    """

    share: float

    @property
    def is_flat(self) -> bool:
        """Whether the second half brought little."""
        return self.share < MARGIN

    def __str__(self) -> str:
        """Return it in words."""
        change = f"{-100 * self.share:+.0f} %".replace("-", "−")
        return f"{'flat' if self.is_flat else 'still falling'} ({change})"


def decline(distances: pd.Series) -> Decline | None:
    """Return how a distance declined in the second half of its epochs; none if a half was not measured.

    Args:
        distances: By epoch, > 0; the lower the better.
    """
    early = distances.index <= distances.index.max() / 2
    if early.all() or not early.any():
        return None
    return Decline(float(1 - distances[~early].min() / distances[early].min()))
