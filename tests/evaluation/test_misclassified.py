"""Which misclassified images are kept."""

import pytest
import torch

from workflow.data.dataset import Images
from workflow.evaluation.misclassified import SHOWN, misclassified


@pytest.mark.parametrize("errors", [0, 3, 100])
def test_misclassified_images_are_those_and_spread_over_all(errors: int) -> None:
    labels = torch.arange(200) % 10
    given, wrong = labels.clone(), torch.arange(100, 100 + errors)
    given[wrong] = (given[wrong] + 1) % 10
    found = misclassified(Images(torch.arange(200).byte()[:, None, None, None], labels), given)
    places = found["pixels"].flatten().long()
    assert len(places) == min(errors, SHOWN)
    assert set(places.tolist()) <= set(wrong.tolist())
    assert torch.equal(found["labels"], labels[places].byte())
    assert torch.equal(found["given"], given[places].byte())
    if errors:
        assert (places[0], places[-1]) == (wrong[0], wrong[-1])
