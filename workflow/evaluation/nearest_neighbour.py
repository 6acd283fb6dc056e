"""One-nearest-neighbour classification, exact, in every protocol that the reports mean by it.

Reports A, B, C and Donahue et al. 2017 all say "1NN on the test set" and mean different things. What is compared
differs (`code`, `hidden`, ...: see a network's `features`), and so does what it is compared with:

- `test`: every test image with the other test images (leave-one-out), as Report A's code does;
- `train`: every test image with the training images, as Report B says and Donahue et al. 2017 do.
"""

from collections.abc import Mapping
from typing import NamedTuple

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
EPS = torch.finfo(torch.float32).eps


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

    Exact: float32 matrix products rule out what cannot be nearest by more than their own rounding error, and
    what is left, some tens of references a query, is compared in float64.

    Args:
        queries: (N, d) float32.
        references: (M, d) float32 on the same device, or None for the queries themselves, each without itself.

    Returns:
        (N,) int64.
    """
    leave_one_out = references is None
    others = queries if references is None else references
    centre = others.mean(0)  # moves no distance, but the rounding error grows with the norms
    blocks = _blocks(others - centre)
    found = []
    for start in range(0, len(queries), ROWS):
        block = queries[start : start + ROWS]
        own = torch.arange(start, start + len(block), device=block.device) if leave_one_out else None
        rows, candidates = _candidates(block - centre, blocks, len(others), own)
        exact = _exact_distances(block, others, rows, candidates)
        found.append(_first_of_smallest(rows, candidates, exact, len(block)))
    return torch.cat(found)


class Block(NamedTuple):
    """References that are compared with queries at once, padded by some that are infinitely far.

    Attributes:
        references: (width, d) float32.
        norms: (width,) float32, their squares. With them |r|² - 2q·r, the squared distance but for |q|², is one product and its bias.
    """

    references: Tensor
    norms: Tensor


def _blocks(references: Tensor) -> list[Block]:
    """Return the references in blocks of the same width."""
    width = max(2000, 16 * references.shape[1])  # small, and distances stay in a core's cache; large, and fewer are left to compare
    padding = -len(references) % width
    norms = functional.pad(references.double().square().sum(1).float(), (0, padding), value=torch.inf)
    padded = functional.pad(references, (0, 0, 0, padding))
    return [Block(*both) for both in zip(padded.split(width), norms.split(width), strict=True)]


def _candidates(queries: Tensor, blocks: list[Block], count: int, own: Tensor | None) -> tuple[Tensor, Tensor]:
    """Return what of the `count` references may be nearest, but for the query's `own` if that is given: pairs of both, (K,) each."""
    scaled, width = -2 * queries, len(blocks[0].norms)
    smallest = queries.new_full((len(queries), width), torch.inf)  # over the blocks, column by column
    for number, block in enumerate(blocks):
        distances = torch.addmm(block.norms, scaled, block.references.t())
        if own is not None:
            here = (own // width == number).nonzero().squeeze(1)
            distances[here, own[here] % width] = torch.inf
        torch.minimum(smallest, distances, out=smallest)
    least = smallest.amin(1).double()
    limit = least + 2 * _rounding_error(queries, blocks, least)
    rows, columns = (smallest <= limit.float()[:, None]).nonzero().unbind(1)
    references = columns[:, None] + width * torch.arange(len(blocks), device=queries.device)
    allowed = references < count if own is None else (references < count) & (references != own[rows, None])
    return rows[:, None].expand_as(references)[allowed], references[allowed]


def _rounding_error(queries: Tensor, blocks: list[Block], least: Tensor) -> Tensor:
    """Return a bound on the error of each query's products with its nearest reference, and with the one that seems to be: (N,) float64.

    Neither is further from the query than its least product and the largest error allow. That bounds their norms, of which some others
    may be a hundred times as long, and with them the error.

    Args:
        queries: (N, d) float32.
        blocks: All references.
        least: (N,) float64, each query's least product.
    """
    longest = max(norms[norms.isfinite()].amax() for _, norms in blocks).double().sqrt()
    norms = queries.double().norm(dim=1)
    distance = (norms.square() + least + _largest_error(norms, longest, queries.shape[1])).clamp(min=0).sqrt()
    return _largest_error(norms, (norms + distance).clamp(max=longest), queries.shape[1])


def _largest_error(norms: Tensor, longest: Tensor, dimensions: int) -> Tensor:
    """Return a bound on the error of |r|² - 2q·r in float32, of centred q and r, by |q| and the longest r (Higham 2002, §3.1).

    It holds in whatever order the terms are added up. Besides, centring and what is done with the bound are rounded themselves.
    """
    return (dimensions + 8) * EPS * (2 * norms * longest + longest.square())


def _exact_distances(queries: Tensor, references: Tensor, rows: Tensor, candidates: Tensor) -> Tensor:
    """Return the squared distance of each pair in float64: (K,)."""
    return (queries[rows].double() - references[candidates].double()).square().sum(1)


def _first_of_smallest(rows: Tensor, candidates: Tensor, exact: Tensor, count: int) -> Tensor:
    """Return for each row the smallest index among its candidates at the smallest distance."""
    smallest = exact.new_full((count,), torch.inf).scatter_reduce(0, rows, exact, "amin")
    tied = exact == smallest[rows]
    first = candidates.new_full((count,), torch.iinfo(torch.int64).max)
    return first.scatter_reduce(0, rows[tied], candidates[tied], "amin")


def _percent(predicted: Tensor, labels: Tensor) -> float:
    return 100 * (predicted == labels).double().mean().item()
