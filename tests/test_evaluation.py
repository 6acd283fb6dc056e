"""Evaluations against scikit-learn and by hand."""

import math
from dataclasses import dataclass

import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from workflow.data.dataset import DataSet, Images
from workflow.evaluation import baselines, classifier, clusters, latents, reconstruction, samples, tsne
from workflow.evaluation.nearest_neighbour import accuracies, nearest
from workflow.networks.bigan import BiGAN
from workflow.params.bigan import BiganRecipe
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


def test_an_encoder_is_measured_on_unscaled_pixels_too(recipe) -> None:
    gan = BiGAN(recipe(hidden=[6, 5], latent=4), 64).eval()
    images = Images(torch.randint(0, 256, (30, 1, 8, 8), dtype=torch.uint8), torch.zeros(30, dtype=torch.int64))
    found = latents.features(gan, images)
    assert torch.allclose(found["code-255"], gan.encode(images.pixels.float()), atol=1e-5)
    assert not torch.allclose(found["code-255"], found["code"], atol=1e-2)


def test_encoding_in_batches_is_encoding_at_once(recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latents, "BATCH", 7)
    gan = BiGAN(recipe(scaling="signed", hidden=[6, 5], latent=4), 64).eval()
    images = Images(torch.randint(0, 256, (20, 1, 8, 8), dtype=torch.uint8), torch.zeros(20, dtype=torch.int64))
    found = latents.features(gan, images)
    expected = gan.features(images.pixels.flatten(1) / 127.5 - 1)
    assert all(torch.allclose(found[name], expected[name], atol=1e-6) for name in ("code", "hidden"))
    assert torch.allclose(latents.codes(gan, images), expected["code"], atol=1e-6)


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


@dataclass
class StubGan:
    """A GAN that reconstructs images perfectly or in black, and whose samples are as they were asked for or black."""

    recipe: BiganRecipe
    perfect: bool

    def prior(self, count: int, device: torch.device) -> torch.Tensor:
        return torch.zeros(count, 1, device=device)

    def generate(self, z: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        assert len(z) == len(labels)
        return self.reconstruct(squares(labels).pixels.flatten(1) / 255 * (1 - self.black) + self.black, labels)

    def reconstruct(self, x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        assert len(x) == len(labels)
        assert x.amin() >= self.black
        return x if self.perfect else torch.full_like(x, self.black)

    @property
    def conditional(self) -> bool:
        return self.recipe.conditional

    @property
    def black(self) -> float:
        return 0.0 if self.recipe.scaling == "unit" else -1.0


def squares(labels: torch.Tensor) -> Images:
    """Images of 5×5: a square of 2×2 whose brightness says the class, black for class 0."""
    pixels = torch.zeros(len(labels), 1, 5, 5, dtype=torch.uint8)
    pixels[:, :, 1:3, 1:3] = (25 * labels).to(torch.uint8)[:, None, None, None]
    return Images(pixels, labels)


def by_brightness(x: torch.Tensor) -> torch.Tensor:
    """Logits by the brightness of the square, in LeNet's place; it takes class 9 for an 8."""
    return -(x[:, 0, 1, 1, None] * 255 / 25 - torch.arange(9)).abs()


@pytest.fixture(params=["unit", "signed"])
def measured(request, recipe, monkeypatch: pytest.MonkeyPatch):
    """What is measured of a stub, on the classes 0, 0, 1 and 9, in both ranges of pixels and in batches."""
    monkeypatch.setattr(reconstruction, "BATCH", 3)
    monkeypatch.setattr(samples, "BATCH", 3)

    def measure(conditional: bool, perfect: bool) -> dict[str, float]:
        gan = StubGan(recipe(scaling=request.param, conditional=conditional), perfect)
        return reconstruction.measure(gan, by_brightness, squares(torch.tensor([0, 0, 1, 9])))

    return measure


def test_a_perfect_gan_is_as_good_as_the_images_and_their_judge(measured) -> None:
    assert measured(conditional=True, perfect=True) == {
        "error": 0.0,
        "other_class": 25.0,
        "other_class_real": 25.0,
        "sharpness": 1.0,
        "generated_sharpness": 1.0,
        "class_entropy": 1.5,  # 0, 0, 1, 8
        "asked_class": 75.0,
    }


def test_a_gan_that_draws_only_black_by_hand(measured) -> None:
    assert measured(conditional=False, perfect=False) == {
        "error": pytest.approx((0 + 0 + 2 * 25 / 255 + 2 * 225 / 255) / 4),
        "other_class": 50.0,
        "other_class_real": 25.0,
        "sharpness": 0.0,
        "generated_sharpness": 0.0,
        "class_entropy": 0.0,
    }


def test_roughness_of_a_parabola_is_its_second_derivative_squared() -> None:
    i, j = torch.arange(8)[:, None], torch.arange(8)
    images = Images((i**2 + 2 * j**2 + 5 * j).to(torch.uint8)[None, None], torch.zeros(1, dtype=torch.int64))
    assert reconstruction.roughness(images) == pytest.approx((6 / 255) ** 2, rel=1e-4)


def test_entropy_of_a_histogram_by_hand() -> None:
    assert classifier.entropy(torch.arange(10)) == pytest.approx(math.log2(10))
    assert classifier.entropy(torch.tensor([7, 7, 7, 7])) == 0
    assert classifier.entropy(torch.tensor([3, 5, 3, 3])) == pytest.approx(2 - 0.75 * math.log2(3))


def test_purity_by_hand() -> None:
    assert clusters.purity(torch.tensor([0, 0, 0, 1, 1, 9]), torch.tensor([4, 4, 9, 9, 9, 1])) == pytest.approx(100 * (2 + 2 + 1) / 6)


def test_errors_between_two_classes_by_hand() -> None:
    predicted, labels = torch.tensor([4, 9, 9, 4, 1, 3]), torch.tensor([9, 4, 9, 4, 4, 8])
    assert clusters.errors_between(4, 9, predicted, labels) == 50
    assert clusters.errors_between(9, 4, predicted, labels) == 50
    assert clusters.errors_between(4, 9, labels, labels) == 0


def test_separation_of_ten_pairs_of_codes_by_hand() -> None:
    codes = torch.tensor([[100.0 * place + end] for place in range(10) for end in (0, 1)])
    labels = torch.arange(10).repeat_interleave(2)
    to_next = {99.5: 18, 100.5: 2}  # mean distance to the nearest other pair, and how many codes have it
    silhouette = 1 - sum(count / distance for distance, count in to_next.items()) / 20
    assert clusters.measure(codes, labels) == {"silhouette": pytest.approx(silhouette), "purity": 100.0, "errors_4_9": 0.0}
    for first, second in ((9, 18), (3, 4)):  # a 4 with a 9, a 1 with a 2
        labels[[first, second]] = labels[[second, first]]
    found = clusters.measure(codes, labels)
    assert found["purity"] == 80
    assert found["errors_4_9"] == 50
    assert found == clusters.measure(codes, labels)
