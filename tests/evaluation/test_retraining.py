"""LeNet on mixtures of real and generated images: exact counts, and never trained on a test image."""

import pytest
import torch

from workflow.data.dataset import DataSet, Images
from workflow.evaluation import retraining
from workflow.evaluation.retraining import mixed, retrained
from workflow.params.lenet import LenetRecipe
from workflow.params.retraining import FineTuning, Retraining

RECIPE = LenetRecipe(batch_size=7, epochs=2, learning_rate=2e-3, loss="cross-entropy", seed=5)
SETTINGS = Retraining(real=[100, 75, 50, 25, 0], fine_tuning=FineTuning(epochs=3, learning_rate=1e-4))


def images(count: int, brightness: int) -> Images:
    """Images that say by their brightness which split they are of."""
    return Images(torch.full((count, 1, 8, 8), brightness, dtype=torch.uint8), torch.arange(count) % 10)


REAL, SYNTHETIC = images(40, 10), images(40, 200)


@pytest.mark.parametrize("count", [40, 30, 20, 10, 0])
def test_a_mixture_has_exactly_so_many_real_images_and_the_classes_of_all(count: int) -> None:
    order = torch.randperm(40)
    found = mixed(REAL, SYNTHETIC, count, order)
    is_real = found.pixels.flatten(1)[:, 0] == 10
    assert is_real.sum() == count
    assert is_real[order[:count]].all()
    assert (found.pixels[~is_real] == 200).all()
    assert torch.equal(found.labels, REAL.labels)
    assert (REAL.pixels == 10).all(), "left as they were"


def dataset() -> DataSet:
    train = Images(torch.cat([images(10, 50).pixels, REAL.pixels]), torch.cat([images(10, 50).labels, REAL.labels]))
    return DataSet(train, images(20, 100), 10)


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[LenetRecipe, dict[int, int], float]]:
    """Instead of training: with which recipe, on how many images of which brightness, from which first weight."""
    calls = []

    def record(lenet: torch.nn.Module, images: Images, recipe: LenetRecipe) -> None:
        brightness, counts = images.pixels[:, 0, 0, 0].unique(return_counts=True)
        calls.append((recipe, dict(zip(brightness.tolist(), counts.tolist(), strict=True)), next(lenet.parameters()).flatten()[0].item()))

    monkeypatch.setattr(retraining, "train", record)
    return calls


def test_what_lenet_is_trained_on_and_that_it_is_never_the_test_set(trained: list[tuple[LenetRecipe, dict[int, int], float]]) -> None:
    found = retrained(dataset(), SYNTHETIC, RECIPE, SETTINGS, seed=3)
    mixtures, fine_tunings = trained[::2], trained[1::2]
    assert [counts for _, counts, _ in mixtures] == [{10: 40}, {10: 30, 200: 10}, {10: 20, 200: 20}, {10: 10, 200: 30}, {200: 40}]
    assert [counts for _, counts, _ in fine_tunings] == [{50: 10}] * 5, "the validation split"
    assert {recipe.epochs for recipe, _, _ in mixtures} == {2}
    assert {(recipe.epochs, recipe.learning_rate, recipe.batch_size) for recipe, _, _ in fine_tunings} == {(3, 1e-4, 7)}
    assert len({weight for _, _, weight in mixtures}) == 1, "the same first weights"
    assert list(found) == ["real-100", "real-75", "real-50", "real-25", "real-0"]
    assert all(set(ways) == {"plain", "fine_tuned"} for ways in found.values())


def accuracies(seed: int, shift: int = 0, epochs: int = 12) -> dict[str, float]:
    """Return those of ten patterns, learned from noisy images, among test images each of which has the class of another pattern."""
    noise = torch.Generator().manual_seed(7)
    patterns = torch.randint(0, 200, (10, 1, 8, 8), generator=noise)

    def noisy(count: int, shift: int = 0) -> Images:
        labels = torch.arange(count) % 10
        pixels = patterns[labels] + torch.randint(0, 56, (count, 1, 8, 8), generator=noise)
        return Images(pixels.to(torch.uint8), (labels + shift) % 10)

    recipe, settings = RECIPE.model_copy(update={"epochs": epochs}), SETTINGS.model_copy(update={"real": [50]})
    return retrained(DataSet(noisy(90), noisy(50, shift), 10), noisy(80), recipe, settings, seed)["real-50"]


def test_a_seed_gives_the_same_accuracies_and_another_one_others() -> None:
    once, again, other = (accuracies(seed, epochs=3) for seed in (1, 1, 2))
    assert once == again
    assert once != other


def test_an_accuracy_is_of_the_test_set() -> None:
    known, other = accuracies(1), accuracies(1, shift=1)
    assert known["fine_tuned"] > 80 > 20 > other["fine_tuned"]
