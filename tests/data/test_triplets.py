"""Triplets: which there are, and which are the hardest."""

import torch

from workflow.data.triplets import Triplets, hardest


def test_triplets_are_drawn_once_and_rightly() -> None:
    torch.manual_seed(0)
    labels = torch.arange(300) % 10
    triplets = Triplets(labels, pairs=7, negatives=5)
    assert len(triplets) == 10 * 7 * 5
    anchors, positives, negatives = triplets.draw(20_000)
    assert torch.equal(labels[anchors], labels[positives])
    assert (anchors != positives).all()
    assert (labels[anchors] != labels[negatives]).all()
    seen = {tuple(each) for each in torch.stack([anchors, positives, negatives], 1).tolist()}
    pairs = {(label, *pair) for label, each in enumerate(triplets.pairs.tolist()) for pair in map(tuple, each)}
    expected = {(first, second, negative) for label, first, second in pairs for negative in triplets.negatives[label].tolist()}
    assert seen == expected, "each one of the set, and no other"


def test_a_million_triplets_are_not_held() -> None:
    triplets = Triplets(torch.arange(3000) % 10, pairs=1000, negatives=100)
    assert len(triplets) == 10**6
    assert triplets.pairs.numel() + triplets.negatives.numel() < 25_000


def test_hard_triplets_by_hand() -> None:
    latents = torch.tensor([[0.0], [1.0], [5.0], [2.0], [9.0]])
    labels = torch.tensor([0, 0, 0, 1, 2])  # the last two are alone in their class
    assert hardest(latents, labels).tolist() == [[0, 1, 2], [2, 2, 0], [3, 3, 3]]
