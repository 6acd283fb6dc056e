"""Losses against closed forms."""

import math

import pytest
import torch
from torch import Tensor, nn

from workflow.networks import bigan
from workflow.training.losses import ADVERSARIAL_LOSSES, DISTANCES, gradient_penalty, regression, triplet


def test_cross_entropy_by_hand() -> None:
    loss = ADVERSARIAL_LOSSES["cross-entropy"]
    real, fake = torch.logit(torch.tensor([[0.9], [0.6]])), torch.logit(torch.tensor([[0.2], [0.3]]))
    discriminator = -(math.log(0.9) + math.log(0.6)) / 2 - (math.log(0.8) + math.log(0.7)) / 2
    generator = -(math.log(0.2) + math.log(0.3)) / 2 - (math.log(0.1) + math.log(0.4)) / 2
    assert loss.discriminator(real, fake).item() == pytest.approx(discriminator, rel=1e-5)
    assert loss.generator_and_encoder(real, fake).item() == pytest.approx(generator, rel=1e-5)
    assert loss.generator(fake).item() == pytest.approx(-(math.log(0.2) + math.log(0.3)) / 2, rel=1e-5), "without an encoder"


def test_the_mean_of_both_losses_is_half_their_sum() -> None:
    real, fake = torch.randn(4, 1), torch.randn(4, 1)
    for side in ("discriminator", "generator_and_encoder"):
        halved, whole = (getattr(ADVERSARIAL_LOSSES[name], side)(real, fake) for name in ("mean-cross-entropy", "cross-entropy"))
        assert halved.item() == pytest.approx(whole.item() / 2)
    alone, whole = (ADVERSARIAL_LOSSES[name].generator(fake) for name in ("mean-cross-entropy", "cross-entropy"))
    assert alone.item() == whole.item(), "a GAN's generator has one term"


def test_the_summed_loss_is_the_batch_size_times_the_mean() -> None:
    real, fake = torch.logit(torch.tensor([[0.9], [0.6]])), torch.logit(torch.tensor([[0.2], [0.3]]))
    loss = ADVERSARIAL_LOSSES["summed-cross-entropy"]
    discriminator = -sum(map(math.log, (0.9, 0.6, 0.8, 0.7)))
    assert loss.discriminator(real, fake).item() == pytest.approx(discriminator, rel=1e-5)
    assert loss.generator_and_encoder(real, fake).item() == pytest.approx(-sum(map(math.log, (0.2, 0.3, 0.1, 0.4))), rel=1e-5)
    mean = ADVERSARIAL_LOSSES["cross-entropy"].discriminator(real, fake)
    assert loss.discriminator(real, fake).item() == pytest.approx(2 * mean.item())


def test_cross_entropy_stays_finite_where_a_sigmoid_would_not() -> None:
    sure = torch.tensor([[200.0]])
    assert ADVERSARIAL_LOSSES["cross-entropy"].discriminator(-sure, sure).item() == 400


def test_clamped_cross_entropy_by_hand() -> None:
    loss = ADVERSARIAL_LOSSES["clamped-cross-entropy"]
    real, fake = torch.logit(torch.tensor([[0.9]])), torch.tensor([[-200.0]])
    assert loss.discriminator(real, fake).item() == pytest.approx(-math.log(0.9 + 1e-6) - math.log(1 + 1e-6), rel=1e-5)
    assert loss.generator_and_encoder(real, fake).item() == pytest.approx(-math.log(1e-6) - math.log(0.1 + 1e-6), rel=1e-5)


def test_triplet_loss_by_hand() -> None:
    anchors, positives = torch.tensor([[0.0, 0.0], [1.0, 0.0]]), torch.tensor([[0.0, 1.0], [1.0, 0.0]])
    negatives = torch.tensor([[1.0, 1.0], [1.0, 0.1]])
    # squared distances 1 and 2, 0 and 0.01: max(0, 1 - 2 + 0.3) and max(0, 0 - 0.01 + 0.3)
    assert triplet(anchors, positives, negatives, 0.3).item() == pytest.approx((0 + 0.29) / 2)


def test_regression_by_hand() -> None:
    z = torch.tensor([[0.0, 1.0], [-1.0, 0.5]])
    logits = torch.logit(torch.tensor([[0.5, 0.9], [0.2, 0.75]]))
    expected = (math.log(2) - math.log(0.9) - math.log(0.8) - 0.75 * math.log(0.75) - 0.25 * math.log(0.25)) / 4
    assert regression(logits, z).item() == pytest.approx(expected, rel=1e-5)
    best = torch.logit((z.clamp(-0.99, 0.99) + 1) / 2)
    assert torch.allclose(bigan.Squash()(best), z.clamp(-0.99, 0.99), atol=1e-6)


def test_distances_by_hand() -> None:
    x, y = torch.tensor([[0.0, 1.0]]), torch.tensor([[0.5, 0.0]])
    assert DISTANCES["absolute-error"](x, y).item() == 0.75
    assert DISTANCES["squared-error"](x, y).item() == 0.625


@pytest.mark.parametrize("channels", [1, 3])
def test_the_penalty_of_a_linear_discriminator_is_that_of_its_slope(channels: int) -> None:
    torch.manual_seed(0)
    slope = torch.randn(channels, 4, 4, requires_grad=True)
    penalty = gradient_penalty(lambda x: (x * slope).sum((1, 2, 3))[:, None] + 3, *torch.randn(2, 6, channels, 4, 4))
    assert penalty.item() == pytest.approx((slope.norm().item() - 1) ** 2, rel=1e-5)
    (gradient,) = torch.autograd.grad(penalty, slope)
    assert torch.allclose(gradient, 2 * (slope.norm() - 1) * slope.detach() / slope.norm().detach(), rtol=1e-4)


def test_the_penalty_is_taken_between_each_pair_at_a_share_of_its_own() -> None:
    torch.manual_seed(0)
    real, fake = torch.full((500, 1, 2, 2), 3.0), torch.full((500, 1, 2, 2), -1.0)
    points: list[Tensor] = []
    weight = torch.ones((), requires_grad=True)
    # D(x) = ½||x||² has the gradient x, so the penalty is the mean of (||x|| - 1)²
    penalty = gradient_penalty(lambda x: points.append(x.detach()) or weight * x.square().sum((1, 2, 3))[:, None] / 2, real, fake)
    (x,) = points
    assert torch.equal(x, x[:, :, :1, :1].expand_as(x)), "one share an example"
    assert len(x[:, 0, 0, 0].unique()) == 500
    assert (x >= -1).all()
    assert (x <= 3).all()
    assert x.mean().item() == pytest.approx(1, abs=0.15), "uniform between the two"
    assert penalty.item() == pytest.approx((x.flatten(1).norm(dim=1) - 1).square().mean().item(), rel=1e-5)


def test_a_gradient_of_zero_makes_nothing_infinite() -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.LeakyReLU(0.2), nn.Linear(3, 1))
    for weight in network.parameters():
        nn.init.zeros_(weight)
    penalty = gradient_penalty(network, torch.rand(5, 1, 2, 2), torch.rand(5, 1, 2, 2))
    assert penalty.item() == 1
    gradients = torch.autograd.grad(penalty, list(network.parameters()), allow_unused=True)
    assert all(gradient is None or gradient.isfinite().all() for gradient in gradients)


def test_the_wasserstein_loss_by_hand() -> None:
    real, fake = torch.tensor([[1.0], [4.0]]), torch.tensor([[-3.0], [1.0]])
    loss = ADVERSARIAL_LOSSES["wasserstein"]
    assert loss.discriminator(real, fake).item() == -2.5 - 1
    assert loss.generator(fake).item() == 1, "what the generator minimises"
    assert loss.accuracy(real, fake) == {}
    assert ADVERSARIAL_LOSSES["cross-entropy"].accuracy(real, fake)["discriminator_accuracy"].item() == 0.75
