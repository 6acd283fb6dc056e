"""One-nearest-neighbour classification, exact, in every protocol that the reports mean by it.

Reports A, B, C and Donahue et al. 2017 all say "1NN on the test set" and mean different things. What is compared
differs (`code`, `hidden`, ...: see a network's `features`), and so does what it is compared with:

- `test`: every test image with the other test images (leave-one-out), as Report A's code does;
- `train`: every test image with the training images, as Report B says and Donahue et al. 2017 do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor
from torch.nn import functional

PROTOCOL = {
    "k": "1, Euclidean, exact; the first of several nearest",
    "code": "E(x), or what a baseline makes of the image",
    "code-255": "E(x) of pixels from 0 to 255, though E was trained on scaled ones",
    "logits": "E before its output function, where it has one",
    "hidden": "the layer before the code",
    "train": "every test image with all training images",
    "test": "every test image with the other test images",
    "unit": "per cent of the test images that get their own class",
}
ROWS = 500  # queries at once
LONG = 256  # dimensions from which vectors are shortened
AXES = 127  # that they are shortened to, and one more for what is left
SOME = 4000  # references that say which axes
EPS = torch.finfo(torch.float32).eps


@dataclass(frozen=True)
class Bounds:
    """Shortened references r; |r|² - 2q·r, a product and its bias, is no more than their squared distance from a query less |q|².

    Attributes:
        references: (blocks, width, D) float32, the last block padded by some that are infinitely far.
        norms: (blocks, width) float32, their squared norms.
        longest: The largest of their norms.
    """

    references: Tensor
    norms: Tensor
    longest: float

    @classmethod
    def of(cls, references: Tensor) -> Self:
        """Return the bounds of shortened references, (M, D) float32."""
        width = max(2000, 32 * references.shape[1])  # small, and bounds stay in a core's cache; large, and fewer are left to compare
        padding = -len(references) % width
        norms = references.double().square().sum(1).float()
        return cls(
            functional.pad(references, (0, 0, 0, padding)).unflatten(0, (-1, width)),
            functional.pad(norms, (0, padding), value=torch.inf).unflatten(0, (-1, width)),
            norms.amax().double().sqrt().item(),
        )

    @property
    def width(self) -> int:
        """Of a block."""
        return self.norms.shape[1]

    def least(self, queries: Tensor, own: Tensor | None) -> Tensor:
        """Return the least bound of each query in each column of the blocks, but for that of its own reference: (N, width) float32."""
        scaled, least = -2 * queries, queries.new_full((len(queries), self.width), torch.inf)
        for number, (references, norms) in enumerate(zip(self.references, self.norms, strict=True)):
            bounds = torch.addmm(norms, scaled, references.t())
            if own is not None:
                here = (own // self.width == number).nonzero().squeeze(1)
                bounds[here, own[here] % self.width] = torch.inf
            torch.minimum(least, bounds, out=least)
        return least

    def of_columns(self, queries: Tensor, columns: Tensor, own: Tensor | None) -> Tensor:
        """Return the bounds of each query in one column of the blocks, but for that of its own reference: (blocks, N) float32."""
        bounds = self.norms[:, columns] - 2 * (self.references[:, columns] * queries).sum(2)
        if own is not None:
            here = (own % self.width == columns).nonzero().squeeze(1)
            bounds[own[here] // self.width, here] = torch.inf
        return bounds

    def limit(self, queries: Tensor, known: Tensor) -> Tensor:
        """Return what no bound of a nearest reference exceeds, whatever was rounded: (N,) float32.

        The error grows with the norms. That of a nearest reference is bounded by what is known of its distance, and some others may be
        a hundred times as long.

        Args:
            queries: (N, D) float32, shortened.
            known: (N,) float64, the squared distance of some reference.
        """
        norms = queries.double().norm(dim=1)
        longest = (norms + known.sqrt()).clamp(max=self.longest)
        # Of a product in whatever order (Higham 2002, §3.1); what is left of a norm, moving, and the limit itself are rounded besides
        error = (queries.shape[1] + 16) * EPS * (norms + longest).square()
        limit: Tensor = known - norms.square() + error
        return limit.float()


def accuracies(
    train: Mapping[str, Tensor], test: Mapping[str, Tensor], train_labels: Tensor, test_labels: Tensor
) -> dict[str, dict[str, float]]:
    """Return the accuracy in per cent of every feature against every set of neighbours.

    Args:
        train: Features of the training images by name, (M, dimensions) float32.
        test: The same features of the test images, (N, dimensions) float32.
        train_labels: (M,) int64.
        test_labels: (N,) int64.

    Returns:
        By feature: `train` and `test`, the protocol's accuracy in [0, 100].
    """
    return {
        name: {
            "train": _percent(train_labels[nearest(test[name], train[name])], test_labels),
            "test": leave_one_out(test[name], test_labels),
        }
        for name in test
    }


def leave_one_out(features: Tensor, labels: Tensor) -> float:
    """Return the accuracy in per cent of the images' own features, (N, dimensions) float32, against those of the others."""
    return _percent(labels[nearest(features, None)], labels)


def nearest(queries: Tensor, references: Tensor | None) -> Tensor:
    """Return the index of each query's nearest reference by Euclidean distance; of several, the first.

    Exact: float32 matrix products, of long vectors along few axes, rule out what cannot be nearest by more than their own rounding
    error, and what is left, some references a query, is compared in float64.

    Args:
        queries: (N, d) float32.
        references: (M, d) float32 on the same device, or None for the queries themselves, each without itself.

    Returns:
        (N,) int64.
    """
    others = queries if references is None else references
    shorten = _shortening(others)
    bounds = Bounds.of(shorten(others))
    found = []
    for start in range(0, len(queries), ROWS):
        block = queries[start : start + ROWS]
        own = torch.arange(start, start + len(block), device=block.device) if references is None else None
        found.append(_nearest(block, others, shorten(block), bounds, own))
    return torch.cat(found)


def _nearest(queries: Tensor, others: Tensor, shortened: Tensor, bounds: Bounds, own: Tensor | None) -> Tensor:
    """Return the index of the nearest of the `others` to each query, but for its `own` if that is given: (N,) int64."""
    least = bounds.least(shortened, own)
    every, best = torch.arange(len(queries), device=queries.device), least.argmin(1)
    in_best = bounds.of_columns(shortened, best, own)
    limit = bounds.limit(shortened, _exact_distances(queries, others, every, in_best.argmin(0) * bounds.width + best))
    least[every, best] = torch.inf
    rows, columns = (least <= limit[:, None]).nonzero().unbind(1)
    in_others = bounds.of_columns(shortened[rows], columns, None if own is None else own[rows])
    rows, columns = torch.cat([every, rows]), torch.cat([best, columns])
    blocks, pairs = (torch.cat([in_best, in_others], 1) <= limit[rows]).nonzero().unbind(1)
    rows, candidates = rows[pairs], blocks * bounds.width + columns[pairs]
    exact = _exact_distances(queries, others, rows, candidates)
    tied = exact == _smallest(rows, exact, len(queries))[rows]
    first = candidates.new_full((len(queries),), torch.iinfo(torch.int64).max)
    return first.scatter_reduce(0, rows[tied], candidates[tied], "amin")


def _shortening(references: Tensor) -> Callable[[Tensor], Tensor]:
    """Return what moves vectors, and shortens long ones, so that no two are further apart than they were: (N, d) to (N, D) float32.

    A distance is no less than that along some axes and that between the lengths of what the axes leave, taken together, by the triangle
    inequality. Along the axes that are chosen the references lie furthest apart.
    """
    centre = references.mean(0, dtype=torch.float64)  # moving them changes no distance, but the rounding error grows with the norms
    if references.shape[1] < LONG:
        return lambda vectors: (vectors.double() - centre).float()
    some = (references[:: 1 + len(references) // SOME].double() - centre).float()  # any axes will do that are at right angles
    axes = torch.linalg.eigh((some.t() @ some).double()).eigenvectors[:, -AXES:]

    def shorten(vectors: Tensor) -> Tensor:
        moved = vectors.double() - centre
        along = moved @ axes
        left = (moved.square().sum(1) - along.square().sum(1)).clamp(min=0).sqrt()
        return torch.cat([along, left[:, None]], 1).float()

    return lambda vectors: torch.cat([shorten(some) for some in vectors.split(ROWS)])


def _exact_distances(queries: Tensor, references: Tensor, rows: Tensor, candidates: Tensor) -> Tensor:
    """Return the squared distance of each pair in float64: (K,)."""
    return (queries[rows].double() - references[candidates].double()).square().sum(1)


def _smallest(rows: Tensor, values: Tensor, count: int) -> Tensor:
    """Return the smallest of the values of each row, infinite if it has none: (count,)."""
    return values.new_full((count,), torch.inf).scatter_reduce(0, rows, values, "amin")


def _percent(predicted: Tensor, labels: Tensor) -> float:
    return 100 * (predicted == labels).double().mean().item()
