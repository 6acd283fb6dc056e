"""Features of images that need no training by gradients."""

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from torch import Tensor

from workflow.data import DataSet, scale

COMPONENTS = 50  # as many as the latent of Report A has dimensions


def pixels(dataset: DataSet) -> tuple[Tensor, Tensor]:
    """Return the train and the test images as (N, pixels) float32 in [0, 1] (Report C §3.3)."""
    return scale(dataset.train.pixels.flatten(1), "unit"), scale(dataset.test.pixels.flatten(1), "unit")


def pca(dataset: DataSet) -> tuple[Tensor, Tensor]:
    """Return the train and the test images' first 50 principal components, fitted on train: (N, 50) float32."""
    train, test = (part.cpu().numpy().astype(np.float64) for part in pixels(dataset))
    fitted = PCA(COMPONENTS, svd_solver="covariance_eigh").fit(train)

    def project(part: NDArray[np.float64]) -> Tensor:
        return torch.from_numpy(fitted.transform(part).astype(np.float32)).to(dataset.train.pixels.device)

    return project(train), project(test)


BASELINES = {"pixels": pixels, "pca-50": pca}
