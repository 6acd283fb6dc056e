"""How near a subspace is to that of the first principal components (Report D §5)."""

import numpy as np
import torch
from sklearn.decomposition import PCA
from torch import Tensor

from workflow.data.dataset import Images
from workflow.evaluation.baselines import fit_pca
from workflow.networks.base import AdversarialModel
from workflow.training.callbacks import Callback, Observation


def angles(first: Tensor, second: Tensor) -> Tensor:
    """Return the principal angles in degrees, the largest first, between the spans of columns: (n, k) each.

    By their sines, which tell small angles apart where cosines do not.

    Source: Björck & Golub 1973.
    """
    first, second = (torch.linalg.qr(columns.double())[0] for columns in (first, second))
    sines = torch.linalg.svdvals(second - first @ (first.T @ second))
    return torch.from_numpy(np.degrees(np.arcsin(sines.clamp(max=1).cpu().numpy())))  # PyTorch's arcsine is not portable


@torch.no_grad()
def beside_pca(columns: Tensor, pca: PCA) -> dict[str, float]:
    """Return how the span of columns, (pixels, k), compares with that of the first k principal components.

    Args:
        columns: What spans it.
        pca: With all components.

    Returns:
        `mean_angle` and `largest_angle`: degrees, of the principal angles. `captured_variance`: the variance of the images inside
        the span over that inside the components' span, which no other of k dimensions exceeds: at most 1.
    """
    directions, variances = (torch.from_numpy(array).to(columns.device) for array in (pca.components_.T, pca.explained_variance_))
    count = columns.shape[1]
    found = angles(directions[:, :count], columns)
    inside = (directions.T @ torch.linalg.qr(columns.double())[0]).square().sum(1)
    captured = (variances * inside).sum() / variances[:count].sum()
    return {"mean_angle": float(found.mean()), "largest_angle": float(found[0]), "captured_variance": float(captured)}


def angles_by_epoch(gan: AdversarialModel, images: Images) -> Callback:
    """Return a callback that compares a linear GAN's span with that of the principal components of its training images."""
    columns, pca = gan.get_parameter("generator.weight"), fit_pca(images, None)
    return lambda _epoch: Observation(values=beside_pca(columns, pca))
