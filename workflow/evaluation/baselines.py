"""Features of images that need no training by gradients."""

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from torch import Tensor

from workflow.data.dataset import DataSet, Images, scale, unscale

COMPONENTS = 50  # as many as the latent of Report A has dimensions


def pixels(dataset: DataSet) -> tuple[Tensor, Tensor]:
    """Return the train and the test images as (N, pixels) float32 in [0, 1] (Report C §3.3)."""
    return _unit(dataset.train), _unit(dataset.test)


def pca(dataset: DataSet) -> tuple[Tensor, Tensor]:
    """Return the train and the test images' first 50 principal components, fitted on train: (N, 50) float32."""
    components = fit_pca(dataset.train, COMPONENTS)

    def project(images: Images) -> Tensor:
        return torch.from_numpy(components.transform(_float64(images)).astype(np.float32)).to(images.pixels.device)

    return project(dataset.train), project(dataset.test)


def fit_pca(images: Images, components: int | None) -> PCA:
    """Return the principal components of images with pixels in [0, 1]: the first few, or all of them."""
    return PCA(components, svd_solver="covariance_eigh").fit(_float64(images))


def reconstructions(dataset: DataSet) -> Images:
    """Return the test images as their first 50 principal components, fitted on train, have them, with their labels."""
    components = fit_pca(dataset.train, COMPONENTS)
    drawn = torch.from_numpy(components.inverse_transform(components.transform(_float64(dataset.test))))
    return Images(unscale(drawn, "unit").reshape(dataset.test.pixels.shape).to(dataset.test.pixels.device), dataset.test.labels)


def _unit(images: Images) -> Tensor:
    return scale(images.pixels.flatten(1), "unit")


def _float64(images: Images) -> NDArray[np.float64]:
    return _unit(images).cpu().numpy().astype(np.float64)


BASELINES = {"pixels": pixels, "pca-50": pca}
