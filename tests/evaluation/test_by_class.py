"""Samples beside real images of their class."""

import pytest
import torch

from workflow.data.dataset import Images
from workflow.evaluation import by_class
from workflow.evaluation.fidelity import LenetOutputs


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


def test_good_samples_are_those_of_which_lenet_is_sure_as_a_share_of_their_class() -> None:
    probabilities = torch.full((4, 10), 0.01).double()
    for sample, (label, confidence) in enumerate([(3, 0.91), (3, 0.89), (3, 0.99), (7, 0.5)]):
        probabilities[sample, label] = confidence
    found = by_class.measure(LenetOutputs(torch.zeros(4, 84).double(), probabilities))
    assert found["good"] == {**{str(label): 0.0 for label in range(10)}, "3": pytest.approx(200 / 3)}
    assert found["share"] == {**{str(label): 0.0 for label in range(10)}, "3": 75.0, "7": 25.0}
