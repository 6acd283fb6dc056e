"""How well latents separate the classes, by hand."""

import pytest
import torch

from workflow.evaluation import clusters


def test_purity_by_hand() -> None:
    assert clusters.purity(torch.tensor([0, 0, 0, 1, 1, 9]), torch.tensor([4, 4, 9, 9, 9, 1])) == pytest.approx(100 * (2 + 2 + 1) / 6)


def test_errors_between_two_classes_by_hand() -> None:
    predicted, labels = torch.tensor([4, 9, 9, 4, 1, 3]), torch.tensor([9, 4, 9, 4, 4, 8])
    assert clusters.errors_between(4, 9, predicted, labels) == 50
    assert clusters.errors_between(9, 4, predicted, labels) == 50
    assert clusters.errors_between(4, 9, labels, labels) == 0


def test_separation_of_ten_pairs_of_codes_by_hand() -> None:
    latents = torch.tensor([[100.0 * place + end] for place in range(10) for end in (0, 1)])
    labels = torch.arange(10).repeat_interleave(2)
    to_next = {99.5: 18, 100.5: 2}  # mean distance to the nearest other pair, and how many latents have it
    silhouette = 1 - sum(count / distance for distance, count in to_next.items()) / 20
    assert clusters.measure(latents, labels) == {"silhouette": pytest.approx(silhouette), "purity": 100.0, "errors_4_9": 0.0}
    for first, second in ((9, 18), (3, 4)):  # a 4 with a 9, a 1 with a 2
        labels[[first, second]] = labels[[second, first]]
    found = clusters.measure(latents, labels)
    assert found["purity"] == 80
    assert found["errors_4_9"] == 50
    assert found == clusters.measure(latents, labels)
