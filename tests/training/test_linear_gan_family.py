"""Runs of linear GANs: the discriminator's best answer, and that the span comes to PCA's."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.helpers.runs import ROOT, run
from workflow.data.dataset import Images
from workflow.evaluation.principal_angles import angles
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
    real, fake = torch.randn(50, 8).double(), gan.generator(torch.randn(60, 2).double()).detach()
    difference = real.T @ real / 50 - fake.T @ fake / 60
    penalty = 0.7
    gan.discriminator.matrix.weight.data = difference / penalty
    matrix = gan.discriminator.matrix.weight
    cost = DIFFERENCE.discriminator(gan.discriminator(real), gan.discriminator(fake)) + penalty / 2 * matrix.square().sum()
    assert cost.item() == pytest.approx(-difference.square().sum().item() / (2 * penalty))
    (gradient,) = torch.autograd.grad(cost, matrix)
    assert gradient.abs().max() < 1e-12


def test_the_penalty_is_on_the_discriminator_alone() -> None:
    optimizers = trainer(gaussian(600)[0], 1, optimizer={"l2": 0.3}).update.optimizers
    found = {name: {group["weight_decay"] for group in optimizer.param_groups} for name, optimizer in optimizers.items()}
    assert found == {"discriminator": {0.3}, "generator": {0.0}}
