"""Pixels and principal components."""

import numpy as np
import pytest
import torch

from workflow.data.dataset import DataSet, Images
from workflow.evaluation import baselines
from workflow.evaluation.baselines import reconstructions
from workflow.evaluation.reconstruction import compare
from workflow.networks.lenet import LeNet


def test_baselines_are_pixels_and_principal_components() -> None:
    torch.manual_seed(0)
    images = Images(torch.randint(0, 256, (300, 1, 8, 8), dtype=torch.uint8), torch.randint(0, 10, (300,)))
    dataset = DataSet(images[:200], images[200:], 0)
    train, test = baselines.pixels(dataset)
    assert torch.equal(test, dataset.test.pixels.reshape(100, 64) / 255)
    components, projected = baselines.pca(dataset)
    centred = train.double() - train.double().mean(0)
    _, _, directions = torch.linalg.svd(centred, full_matrices=False)
    assert torch.allclose(components.double().abs(), (centred @ directions[:50].T).abs(), atol=1e-4)
    assert projected.shape == (100, 50)


def test_pca_reconstructs_by_projection_too() -> None:
    torch.manual_seed(0)
    pixels = torch.randint(256, (200, 1, 8, 8)).byte()
    dataset = DataSet(Images(pixels[:150], torch.arange(150) % 10), Images(pixels[150:], torch.arange(50) % 10), 0)
    drawn = reconstructions(dataset)
    assert torch.equal(drawn.labels, dataset.test.labels)
    train, test = (part.pixels.flatten(1).numpy() / 255 for part in (dataset.train, dataset.test))
    *_, directions = np.linalg.svd(train - train.mean(0), full_matrices=False)
    expected = train.mean(0) + (test - train.mean(0)) @ directions[:50].T @ directions[:50]
    assert np.abs(drawn.pixels.flatten(1).numpy() - 255 * expected.clip(0, 1)).max() <= 0.51
    error = np.linalg.norm(expected.clip(0, 1) - test, axis=1).mean()
    found = compare(drawn, dataset.test, LeNet(1))
    assert found["error"] == pytest.approx(error, rel=0.01)
    assert set(found) == {"error", "other_class", "other_class_real", "sharpness"}
