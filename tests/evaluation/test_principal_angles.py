"""Principal angles by hand."""

import math

import pytest
import torch

from tests.helpers.gaussian import gaussian
from workflow.evaluation.baselines import fit_pca
from workflow.evaluation.principal_angles import angles, beside_pca


def test_principal_angles_by_hand() -> None:
    plane = torch.eye(4)[:, :2]
    for degrees in (0.0, 1e-6, 30.0, 90.0):
        turn = math.radians(degrees)
        tilted = torch.tensor([[1.0, 0], [0, math.cos(turn)], [0, math.sin(turn)], [0, 0]], dtype=torch.float64)
        found = angles(plane, tilted @ torch.tensor([[1.0, 2], [0, 3]]).double())  # the span, whatever the columns
        assert found.tolist() == pytest.approx([degrees, 0], abs=1e-9)


def test_beside_pca_by_hand() -> None:
    images, _ = gaussian(500)
    pca = fit_pca(images, None)
    components = torch.from_numpy(pca.components_.T)
    same = beside_pca(components[:, :3], pca)
    assert same == pytest.approx({"mean_angle": 0, "largest_angle": 0, "captured_variance": 1}, abs=1e-6)
    other = beside_pca(components[:, [0, 1, 5]], pca)
    first, second, third, *_, sixth = pca.explained_variance_[:6]
    assert other["captured_variance"] == pytest.approx((first + second + sixth) / (first + second + third))
    assert (other["mean_angle"], other["largest_angle"]) == (pytest.approx(30), pytest.approx(90))
