"""Triplets of training images: an anchor, another of its class, and one of another class (Report A §3)."""

import torch
from torch import Tensor


class Triplets:
    """A fixed set of triplets: for each class, every one of some pairs with every one of some negatives.

    What is held is the pairs and the negatives, not the triplets: 10⁶ of those take no more room than 10⁵.

    Args:
        labels: (N,) int64, the classes of the training images.
        pairs: How many ordered pairs of different images of a class are drawn, for each class.
        negatives: How many images of other classes are drawn, for each class.
    """

    def __init__(self, labels: Tensor, pairs: int, negatives: int) -> None:
        classes = [label for label in labels.unique() if (labels == label).sum() > 1]
        self.pairs = torch.stack([_pairs((labels == label).nonzero().squeeze(1), pairs) for label in classes])  # (classes, P, 2)
        self.negatives = torch.stack([_drawn((labels != label).nonzero().squeeze(1), negatives) for label in classes])

    def __len__(self) -> int:
        classes, pairs, _ = self.pairs.shape
        return classes * pairs * self.negatives.shape[1]

    def draw(self, count: int) -> Tensor:
        """Return (3, count) int64: indices of anchors, positives and negatives of triplets, each as likely."""
        drawn = torch.randint(len(self), (count,), device=self.pairs.device)
        pairs, negatives = self.pairs.shape[1], self.negatives.shape[1]
        label, pair, negative = drawn // (pairs * negatives), drawn // negatives % pairs, drawn % negatives
        return torch.cat([self.pairs[label, pair].t(), self.negatives[label, negative].unsqueeze(0)])


def hardest(latents: Tensor, labels: Tensor) -> Tensor:
    """Return the hardest triplet of each image of a batch: its farthest positive and its nearest negative.

    Args:
        latents: (N, latent) float32.
        labels: (N,) int64.

    Returns:
        (3, M) int64: indices of anchors, positives and negatives. An image that has none in the batch has no triplet.

    Source: batch-hard mining (Hermans et al. 2017), for what Report A §3.1 suggests.
    """
    distances = torch.cdist(latents.detach(), latents.detach())
    same = labels.unsqueeze(0) == labels.unsqueeze(1)
    positive = distances.masked_fill(~same | torch.eye(len(labels), dtype=torch.bool, device=labels.device), -torch.inf)
    negative = distances.masked_fill(same, torch.inf)
    whole = (positive.amax(1).isfinite() & negative.amin(1).isfinite()).nonzero().squeeze(1)
    return torch.stack([whole, positive.argmax(1)[whole], negative.argmin(1)[whole]])


def _drawn(candidates: Tensor, count: int) -> Tensor:
    return candidates[torch.randint(len(candidates), (count,), device=candidates.device)]


def _pairs(candidates: Tensor, count: int) -> Tensor:
    """Return (count, 2): ordered pairs of different candidates, each as likely."""
    first = torch.randint(len(candidates), (count,), device=candidates.device)
    distance = torch.randint(1, len(candidates), (count,), device=candidates.device)
    return torch.stack([candidates[first], candidates[(first + distance) % len(candidates)]], dim=1)
