"""1NN against scikit-learn and by hand."""

import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from workflow.evaluation import nearest_neighbour
from workflow.evaluation.nearest_neighbour import accuracies, nearest


def reference(queries: torch.Tensor, references: torch.Tensor) -> torch.Tensor:
    brute = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(references.double().numpy())
    return torch.from_numpy(brute.kneighbors(queries.double().numpy())[1][:, 0])


@pytest.mark.parametrize(("queries", "references", "dimensions"), [(700, 5000, 50), (3, 2, 1), (501, 2001, 3), (40, 90, 784)])
def test_nearest_agrees_with_scikit_learn(queries: int, references: int, dimensions: int) -> None:
    torch.manual_seed(0)
    q, r = torch.randn(queries, dimensions) + 100, torch.randn(references, dimensions) + 100
    assert torch.equal(nearest(q, r), reference(q, r))


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_long_vectors_that_vary_along_few_axes_are_compared_along_them(noise: float, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    exact = nearest_neighbour._exact_distances
    monkeypatch.setattr(nearest_neighbour, "_exact_distances", lambda *given: compared.append(given[3].numel()) or exact(*given))
    torch.manual_seed(0)
    axes = torch.randn(9, nearest_neighbour.LONG)
    q, r = (torch.randn(rows, 9) @ axes + noise * torch.randn(rows, nearest_neighbour.LONG) + 10 for rows in (400, 4000))
    r[3000:] = r[:1000]  # of two that are the same, the first
    assert torch.equal(nearest(q, r), reference(q, r))
    assert torch.equal(nearest(r, None)[:1000], torch.arange(3000, 4000))
    assert sum(compared) < 6 * (len(q) + len(r)), "the rest is ruled out without looking at all dimensions"


def test_of_several_nearest_the_first_is_taken_as_by_scikit_learn() -> None:
    torch.manual_seed(0)
    grid = torch.randint(0, 4, (6000, 3)).float()  # 64 places, each taken about 94 times
    queries = torch.randint(0, 8, (600, 3)) / 2
    found = nearest(queries, grid)
    assert torch.equal(found, reference(queries, grid))
    distances = torch.cdist(queries.double(), grid.double()).square()
    first = (distances == distances.amin(1, keepdim=True)).double().argmax(1)
    assert torch.equal(found, first)


def test_leave_one_out_leaves_only_the_query_out() -> None:
    torch.manual_seed(0)
    points = torch.randint(-99, 99, (1200, 5)) / 8  # so that ties are exact
    points[700] = points[3]
    found = nearest(points, None)
    assert found[700] == 3
    assert found[3] == 700
    distances = (points[:, None] - points).square().sum(2).fill_diagonal_(torch.inf)
    assert torch.equal(found, (distances == distances.amin(1, keepdim=True)).double().argmax(1))


def test_differences_below_float32s_rounding_still_count() -> None:
    far = 1e4
    references = torch.tensor([[far, 0.0], [far + 2**-10, 0.0], [far, 3.0]])
    assert nearest(torch.tensor([[far + 2**-10, 0.0]]), references).item() == 1


@pytest.mark.parametrize("outlier", [1.0, 1e3, 1e6])
def test_near_ties_count_whatever_lies_far_away(outlier: float) -> None:
    torch.manual_seed(0)
    centre = torch.randn(1, 300)
    references = centre + 1e-4 * torch.randn(3000, 300)  # of which most distances are one in float32
    references[1234] = outlier * torch.randn(300)
    queries = torch.cat([centre + 1e-4 * torch.randn(40, 300), references[1234:1235] / 2])
    assert torch.equal(nearest(queries, references), reference(queries, references))


def test_what_lies_far_away_leaves_no_more_to_compare_in_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    exact = nearest_neighbour._exact_distances
    monkeypatch.setattr(nearest_neighbour, "_exact_distances", lambda *given: compared.append(given[3].numel()) or exact(*given))
    torch.manual_seed(0)
    references = torch.randn(2000, 50)
    nearest(torch.randn(500, 50), references)
    references[7] *= 1000
    nearest(torch.randn(500, 50), references)
    assert compared[1] < 1.1 * compared[0] < 600


def test_every_protocol_by_hand() -> None:
    train, test = {"code": torch.tensor([[0.0], [10.0]])}, {"code": torch.tensor([[1.0], [6.0], [7.0], [20.0]])}
    labels = torch.tensor([0, 1, 0, 1])
    assert accuracies(train, test, torch.tensor([0, 1]), labels) == {"code": {"train": 75.0, "test": 0.0}}
