"""Images of which the principal components are known."""

import torch
from torch import Tensor

from workflow.data.dataset import Images

STDS = torch.tensor([0.2, 0.15, 0.1, 0.05, 0.03, 0.03, 0.02, 0.02]).double()


def gaussian(count: int) -> tuple[Images, Tensor]:
    """Return Gaussian images of 2×4 pixels, grey on average, and the directions of their falling `STDS` as columns."""
    torch.manual_seed(1)
    directions, _ = torch.linalg.qr(torch.randn(8, 8).double())
    pixels = 0.5 + torch.randn(count, 8).double() * STDS @ directions.T
    return Images((255 * pixels).round().clamp(0, 255).byte().reshape(count, 1, 2, 4), torch.arange(count) % 10), directions
