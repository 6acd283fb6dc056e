"""A linear generator against a quadratic discriminator: its best answer, and that it comes to PCA's span."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import ROOT
from test_training import run
from torch import Tensor

from workflow.data.dataset import DataSet, Images
from workflow.evaluation.baselines import fitted, reconstructions
from workflow.evaluation.principal_angles import angles, beside_pca
from workflow.evaluation.reconstruction import compare
from workflow.evaluation.samples import samples
from workflow.networks.lenet import LeNet
from workflow.networks.linear_gan import LinearGAN
from workflow.params.linear_gan import LinearGanRecipe
from workflow.params.model import load, merged
from workflow.training.families import linear_gan as linear_gan_training
from workflow.training.families.linear_gan import DIFFERENCE
from workflow.training.loop import Trainer

DEVIATIONS = torch.tensor([0.2, 0.15, 0.1, 0.05, 0.03, 0.03, 0.02, 0.02]).double()


def gaussian(count: int) -> tuple[Images, Tensor]:
    """Gaussian images of 2×4 pixels, grey on average, and the directions of their falling deviations as columns."""
    torch.manual_seed(1)
    directions, _ = torch.linalg.qr(torch.randn(8, 8).double())
    pixels = 0.5 + torch.randn(count, 8).double() * DEVIATIONS @ directions.T
    return Images((255 * pixels).round().clamp(0, 255).byte().reshape(count, 1, 2, 4), torch.arange(count) % 10), directions


def trainer(images: Images, epochs: int, **changes: object) -> Trainer:
    recipe = LinearGanRecipe.model_validate(merged(load(ROOT / "params.yaml")["recipes"]["linear_gan"], {"latent": 2, **changes}))
    torch.manual_seed(0)
    return linear_gan_training.trainer(recipe, images, epochs)


def test_its_span_comes_to_that_of_the_principal_components(tmp_path: Path) -> None:
    images, directions = gaussian(4000)
    made = trainer(images, 12, batch_size=100)
    history = run(made, tmp_path)
    gan = made.update.gan
    assert history[0]["mean_angle"] > 20
    assert history[-1]["largest_angle"] < 5
    assert history[-1]["captured_variance"] == pytest.approx(1, abs=0.005)
    assert angles(directions[:, :2], gan.generator.weight.detach())[0] < 6
    covariance = gan.generator.weight.detach().double()
    assert torch.allclose(torch.linalg.svdvals(covariance), DEVIATIONS[:2], rtol=0.1), "its variances are PCA's too"


def test_the_discriminators_best_answer_is_the_difference_of_covariances() -> None:
    torch.manual_seed(0)
    gan = LinearGAN(trainer(gaussian(600)[0], 1).recipe, 8).double()
    real, generated = torch.randn(50, 8).double(), gan.generator(torch.randn(60, 2).double()).detach()
    difference = real.T @ real / 50 - generated.T @ generated / 60
    penalty = 0.7
    gan.discriminator.matrix.weight.data = difference / penalty
    matrix = gan.discriminator.matrix.weight
    cost = DIFFERENCE.discriminator(gan.discriminator(real), gan.discriminator(generated)) + penalty / 2 * matrix.square().sum()
    assert cost.item() == pytest.approx(-difference.square().sum().item() / (2 * penalty))
    (gradient,) = torch.autograd.grad(cost, matrix)
    assert gradient.abs().max() < 1e-12


def test_the_penalty_is_on_the_discriminator_alone() -> None:
    optimizers = trainer(gaussian(600)[0], 1, optimizer={"l2": 0.3}).update.optimizers
    found = {name: {group["weight_decay"] for group in optimizer.param_groups} for name, optimizer in optimizers.items()}
    assert found == {"discriminator": {0.3}, "generator": {0.0}}


def test_principal_angles_by_hand() -> None:
    plane = torch.eye(4)[:, :2]
    for degrees in (0.0, 1e-6, 30.0, 90.0):
        turn = math.radians(degrees)
        tilted = torch.tensor([[1.0, 0], [0, math.cos(turn)], [0, math.sin(turn)], [0, 0]], dtype=torch.float64)
        found = angles(plane, tilted @ torch.tensor([[1.0, 2], [0, 3]]).double())  # the span, whatever the columns
        assert found.tolist() == pytest.approx([degrees, 0], abs=1e-9)


def test_beside_pca_by_hand() -> None:
    images, _ = gaussian(500)
    pca = fitted(images, None)
    components = torch.from_numpy(pca.components_.T)
    same = beside_pca(components[:, :3], pca)
    assert same == pytest.approx({"mean_angle": 0, "largest_angle": 0, "captured_variance": 1}, abs=1e-6)
    other = beside_pca(components[:, [0, 1, 5]], pca)
    first, second, third, *_, sixth = pca.explained_variance_[:6]
    assert other["captured_variance"] == pytest.approx((first + second + sixth) / (first + second + third))
    assert (other["mean_angle"], other["largest_angle"]) == (pytest.approx(30), pytest.approx(90))


def test_it_reconstructs_by_projection_and_samples_as_pictures() -> None:
    images, _ = gaussian(600)
    gan = trainer(images, 1).update.gan
    x = images.pixels.flatten(1) / 255
    assert torch.allclose(gan.mean, x.mean(0), atol=1e-6)
    columns = torch.linalg.qr(gan.generator.weight.detach())[0]
    expected = gan.mean + (x - gan.mean) @ columns @ columns.T
    assert torch.allclose(gan.reconstruct(images.pixels / 255, images.labels), expected, atol=1e-5)
    assert samples(gan, images.labels, (1, 2, 4)).pixels.shape == images.pixels.shape


def test_pca_reconstructs_by_projection_too() -> None:
    torch.manual_seed(0)
    pixels = torch.randint(256, (200, 1, 8, 8)).byte()
    dataset = DataSet(Images(pixels[:150], torch.arange(150) % 10), Images(pixels[150:], torch.arange(50) % 10), 0)
    drawn = reconstructions(dataset)
    assert torch.equal(drawn.labels, dataset.test.labels)
    train, test = (part.pixels.flatten(1).numpy() / 255 for part in (dataset.train, dataset.test))
    *_, directions = np.linalg.svd(train - train.mean(0), full_matrices=False)
    expected = train.mean(0) + (test - train.mean(0)) @ directions[:50].T @ directions[:50]
    assert np.abs(drawn.pixels.flatten(1).numpy() - 255 * expected.clip(0, 1)).max() <= 0.51
    error = np.linalg.norm(expected.clip(0, 1) - test, axis=1).mean()
    found = compare(drawn, dataset.test, LeNet(1))
    assert found["error"] == pytest.approx(error, rel=0.01)
    assert set(found) == {"error", "other_class", "other_class_real", "sharpness"}
