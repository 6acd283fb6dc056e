"""Samples beside real images of their class."""

import pytest
import torch

from workflow.data.dataset import Images
from workflow.evaluation import by_class


def test_the_first_samples_of_each_class_lie_under_the_first_real_images(monkeypatch: pytest.MonkeyPatch) -> None:
    given = torch.tensor([3, 1, 3, 1, 1, 1, 1, 1, 1, 1])
    monkeypatch.setattr(by_class, "classify", lambda _lenet, _samples: given)
    samples = torch.arange(10, dtype=torch.uint8)[:, None, None, None].expand(10, 1, 2, 2) + 1
    real = Images(100 + samples, torch.tensor([0, 0, 3, 0, 0, 0, 0, 0, 0, 0]))
    found = by_class.samples_by_class(None, samples, real)
    assert found["generated"][1, :, 0, 0, 0].tolist() == [2, 4, 5, 6, 7, 8, 9]
    assert found["generated"][3, :, 0, 0, 0].tolist() == [1, 3, 0, 0, 0, 0, 0]
    assert found["real"][0, :, 0, 0, 0].tolist() == [101, 102, 104]
    assert found["real"][3, :, 0, 0, 0].tolist() == [103, 0, 0]
    assert found["counts"].tolist() == [0, 8, 0, 2, 0, 0, 0, 0, 0, 0]
