"""1NN on what networks make of images, while they train."""

import pytest
import torch

from tests.helpers.runs import small_run, toy
from workflow.data.dataset import DataSet
from workflow.evaluation.knn import knn
from workflow.evaluation.nearest_neighbour import leave_one_out


def test_leave_one_out_by_hand() -> None:
    features = torch.tensor([[0.0], [1.0], [5.0], [5.5], [9.0]])
    assert leave_one_out(features, torch.tensor([0, 0, 1, 2, 2])) == pytest.approx(60)


def test_every_feature_is_measured_in_both_protocols() -> None:
    gan = small_run("bigan").update.gan.eval()
    found = knn(gan, DataSet(toy(), toy(9), 0))
    assert {feature: set(protocols) for feature, protocols in found.items()} == {
        name: {"train", "test"} for name in ("code", "hidden", "code-255")
    }
    assert found["code"]["train"] == 100, "the test images are among the training images"
