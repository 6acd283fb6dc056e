"""Runs of linear GANs: the discriminator's best answer, and that the span comes to PCA's."""

from pathlib import Path

import pytest
import torch

from tests.helpers.gaussian import STDS, gaussian
from tests.helpers.runs import recipe_of, run, small_run
from workflow.evaluation.principal_angles import angles, angles_by_epoch
from workflow.networks.linear_gan import LinearGAN
from workflow.training.families.linear_gan import DIFFERENCE


def test_its_span_comes_to_that_of_the_principal_components(tmp_path: Path) -> None:
    images, directions = gaussian(4000)
    made = small_run("linear_gan", images, 12, batch_size=100)
    gan = made.update.gan
    history = run(made, tmp_path, callbacks=[angles_by_epoch(gan, images)])
    assert history[0]["mean_angle"] > 20
    assert history[-1]["largest_angle"] < 5
    assert history[-1]["captured_variance"] == pytest.approx(1, abs=0.005)
    assert angles(directions[:, :2], gan.generator.weight.detach())[0] < 6
    covariance = gan.generator.weight.detach().double()
    assert torch.allclose(torch.linalg.svdvals(covariance), STDS[:2], rtol=0.1), "its variances are PCA's too"


def test_the_discriminators_best_answer_is_the_difference_of_covariances() -> None:
    torch.manual_seed(0)
    gan = LinearGAN(recipe_of("linear_gan", latent=2), 8).double()
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
    optimizers = small_run("linear_gan", gaussian(600)[0], 1, optimizer={"l2": 0.3}).update.optimizers
    found = {name: {group["weight_decay"] for group in optimizer.param_groups} for name, optimizer in optimizers.items()}
    assert found == {"discriminator": {0.3}, "generator": {0.0}}
