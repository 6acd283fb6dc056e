"""Runs of convolutional BiGANs: noise, against a plain loop, interrupted."""

from itertools import pairwise
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy as cross_entropy

from tests.helpers.runs import assert_same, interrupted_and_not, run, small_run, toy
from workflow.training.loop import Trainer


def disturbances(made: Trainer) -> list[Tensor]:
    """Make a step; return what the noise added each time that the discriminator looked."""
    seen: list[Tensor] = []
    made.update.gan.discriminator.noise.register_forward_hook(lambda _layer, inputs, output: seen.append(output - inputs[0]))
    made.advance()
    return [each.detach() for each in seen]


def test_a_step_draws_noise_four_times_and_different_each_time() -> None:
    seen = disturbances(small_run("conv_bigan", noise={"std": 0.3}))
    assert len(seen) == 4
    assert len({tuple(each.flatten().tolist()) for each in seen}) == 4
    assert torch.stack(seen).std().item() == pytest.approx(0.3, rel=0.02)
    assert all(each.shape == (5, 1, 32, 32) for each in seen)


@pytest.mark.parametrize(("schedule", "first", "last"), [("constant", 0.4, 0.4), ("linear", 0.4, 0.4 / 12)])
def test_noise_over_a_run(schedule: str, first: float, last: float, tmp_path: Path) -> None:
    made = small_run("conv_bigan", noise={"std": 0.4, "schedule": schedule})
    sizes: list[float] = []
    noise = made.update.gan.discriminator.noise
    noise.register_forward_pre_hook(lambda layer, _inputs: sizes.append(layer.std))
    run(made, tmp_path)
    assert len(sizes) == 4 * 12
    assert (sizes[0], sizes[-1]) == (pytest.approx(first), pytest.approx(last))
    steps = sizes[::4]
    assert [later - earlier for earlier, later in pairwise(steps)] == pytest.approx([(last - first) / 11] * 11)


def test_the_loop_does_what_a_plain_one_does(tmp_path: Path) -> None:
    changes = {"noise": {"std": 0.0}, "dropout": {"channels": 0.0, "units": 0.0}, "learning_rate": 1e-3, "initial_std": 0.1}
    made, plain = small_run("conv_bigan", epochs=2, **changes), small_run("conv_bigan", epochs=2, **changes).update.gan
    torch.manual_seed(5)
    run(made, tmp_path)

    torch.manual_seed(5)
    discriminators = torch.optim.Adam(plain.discriminator.parameters(), 1e-3, (0.5, 0.999))
    others = torch.optim.Adam([*plain.generator.parameters(), *plain.encoder.parameters()], 1e-3, (0.5, 0.999))
    ones, zeros, images = torch.ones(5, 1), torch.zeros(5, 1), toy()
    for _ in range(2):
        order = torch.randperm(23)
        for start in range(0, 20, 5):
            x = torch.full((5, 1, 32, 32), -1.0)
            x[..., 14:18, 14:18] = images.pixels[order[start : start + 5]] / 127.5 - 1
            z = torch.randn(5, 3)
            mean, log_deviation = plain.encoder(x).flatten(1).split(3, dim=1)
            real = torch.cat([x.flatten(1), mean + log_deviation.exp() * torch.randn(5, 3)], dim=1)
            fake = torch.cat([plain.generator(z[:, :, None, None]).flatten(1), z], dim=1)
            for optimizer, targets, given in (
                (discriminators, (ones, zeros), (real.detach(), fake.detach())),
                (others, (zeros, ones), (real, fake)),
            ):
                loss = sum(cross_entropy(plain.discriminator(each).sigmoid(), target) for each, target in zip(given, targets, strict=True))
                plain.zero_grad()
                loss.backward()
                optimizer.step()
    for name, value in made.update.gan.state_dict().items():
        assert torch.allclose(value, plain.state_dict()[name], atol=1e-5), name


@pytest.mark.parametrize("steps", [1, 4, 10])
def test_interrupted_anywhere_it_ends_with_the_same_bytes(tmp_path: Path, steps: int) -> None:
    assert_same(*interrupted_and_not(lambda: small_run("conv_bigan", noise={"schedule": "linear"}), tmp_path, steps))
