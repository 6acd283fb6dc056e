"""Evaluations against scikit-learn and by hand."""

import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from workflow.data import DataSet, Images
from workflow.evaluation import baselines, latents, samples, tsne
from workflow.evaluation.nearest_neighbour import accuracies, nearest
from workflow.networks.bigan import BiGAN
from workflow.params.evaluation import Tsne


def reference(queries: torch.Tensor, references: torch.Tensor) -> torch.Tensor:
    brute = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(references.double().numpy())
    return torch.from_numpy(brute.kneighbors(queries.double().numpy())[1][:, 0])


@pytest.mark.parametrize(("queries", "references", "dimensions"), [(700, 5000, 50), (3, 2, 1), (501, 2001, 3), (40, 90, 784)])
def test_nearest_agrees_with_scikit_learn(queries: int, references: int, dimensions: int) -> None:
    torch.manual_seed(0)
    q, r = torch.randn(queries, dimensions) + 100, torch.randn(references, dimensions) + 100
    assert torch.equal(nearest(q, r), reference(q, r))


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


def test_every_protocol_by_hand() -> None:
    train, test = {"code": torch.tensor([[0.0], [10.0]])}, {"code": torch.tensor([[1.0], [6.0], [7.0], [20.0]])}
    labels = torch.tensor([0, 1, 0, 1])
    assert accuracies(train, test, torch.tensor([0, 1]), labels) == {"code": {"train": 75.0, "test": 0.0}}


def test_baselines_are_pixels_and_principal_components() -> None:
    torch.manual_seed(0)
    images = Images(torch.randint(0, 256, (300, 1, 8, 8), dtype=torch.uint8), torch.randint(0, 10, (300,)))
    dataset = DataSet(images[:200], images[200:], 0)
    train, test = baselines.pixels(dataset)
    assert torch.equal(test, dataset.test.pixels.reshape(100, 64) / 255)
    components, projected = baselines.pca(dataset)
    centred = train.double() - train.double().mean(0)
    _, _, directions = torch.linalg.svd(centred, full_matrices=False)
    assert torch.allclose(components.double().abs(), (centred @ directions[:50].T).abs(), atol=1e-4)
    assert projected.shape == (100, 50)


def test_encoding_in_batches_is_encoding_at_once(recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latents, "BATCH", 7)
    gan = BiGAN(recipe(scaling="signed", hidden=[6, 5], latent=4), 64).eval()
    images = Images(torch.randint(0, 256, (20, 1, 8, 8), dtype=torch.uint8), torch.zeros(20, dtype=torch.int64))
    found = latents.encode(gan, images)
    expected = gan.features(images.pixels.flatten(1) / 127.5 - 1)
    assert all(torch.allclose(found[name], expected[name], atol=1e-6) for name in ("code", "hidden"))


def test_strips_are_pictures_of_the_same_shape(recipe) -> None:
    gan = BiGAN(recipe(hidden=[6, 5], latent=4), 64).eval()
    images = Images(torch.randint(0, 256, (5, 1, 8, 8), dtype=torch.uint8), torch.arange(5))
    found = samples.strips(gan, images)
    assert all(found[name].shape == (5, 1, 8, 8) and found[name].dtype == torch.uint8 for name in ("generated", "real", "reconstructed"))
    unit = images.pixels.flatten(1) / 255
    expected = (gan.generator(gan.encoder(unit)) * 255).round().reshape(5, 1, 8, 8)
    assert torch.equal(found["reconstructed"], expected.to(torch.uint8))


def test_a_map_keeps_neighbours_and_its_bytes() -> None:
    torch.manual_seed(0)
    centres = 20 * torch.randn(4, 10)
    codes = (centres[:, None] + torch.randn(4, 50, 10)).flatten(0, 1)
    settings = Tsne(images=200, perplexity=15, early_exaggeration_iterations=100, iterations=100)
    found = tsne.embed(codes, settings, 2)
    assert torch.equal(found, tsne.embed(codes, settings, 2))
    groups = torch.arange(4).repeat_interleave(50)
    assert (groups[nearest(found, None)] == groups).double().mean() == 1
