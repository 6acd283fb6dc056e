"""Runs of conditional GANs: against a plain loop, traced and eager, interrupted."""

from pathlib import Path

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy
from torch.nn.functional import one_hot

from tests.helpers.runs import assert_same, interrupted_and_not, run, small_run, toy
from workflow.training.families import cgan as cgan_training
from workflow.training.traced import Traced
from workflow.training.updates.multi_step import eager


@pytest.mark.parametrize(
    "changes",
    [
        {"normalization": "none"},
        {"normalization": "none", "precision": "bfloat16"},
        {"normalization": "virtual", "discriminator_steps": 2},
        {"normalization": "virtual", "generator_steps": 2},
    ],
)
def test_a_traced_training_has_the_same_bytes_as_an_eager_one(
    changes: dict[str, object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    traced = small_run("cgan", **changes)
    assert traced.update.compute is Traced
    torch.manual_seed(1)
    run(traced, tmp_path / "traced")
    monkeypatch.setattr(cgan_training, "Traced", eager)
    wanted = small_run("cgan", **changes)
    assert wanted.update.compute is eager
    torch.manual_seed(1)
    run(wanted, tmp_path / "eager")
    assert_same(traced, wanted)


def test_what_changes_its_running_averages_is_not_traced() -> None:
    assert small_run("cgan", normalization="batch").update.compute is eager


@pytest.mark.parametrize("normalization", ["none", "batch", "virtual"])
def test_the_loop_does_what_a_plain_one_does(normalization: str, tmp_path: Path) -> None:
    changes = {"normalization": normalization, "discriminator_steps": 2, "generator_learning_rate": 5e-3}
    made = small_run("cgan", epochs=2, **changes)
    plain = small_run("cgan", epochs=2, **changes).update.gan
    run(made, tmp_path)

    small_run("cgan", epochs=2, **changes)  # draws what the run has drawn before its first step
    optimizers = {
        "discriminator": torch.optim.Adam(plain.discriminator.parameters(), 2e-3, (0.5, 0.999)),
        "generator": torch.optim.Adam(plain.generator.parameters(), 5e-3, (0.5, 0.999)),
    }
    ones, zeros, images = torch.ones(5, 1), torch.zeros(5, 1), toy()
    for _ in range(2):
        order = torch.randperm(23)
        for start in range(0, 20, 5):
            chosen = order[start : start + 5]
            x, c = images.pixels[chosen].flatten(1) / 127.5 - 1, one_hot(images.labels[chosen], 10).float()
            for side in ("discriminator", "discriminator", "generator"):
                z = torch.rand(5, 3) * 2 - 1
                loss = cross_entropy(plain.discriminator(torch.cat([x, c], 1)), ones) if side == "discriminator" else 0
                fake = plain.discriminator(torch.cat([torch.tanh(plain.generator(torch.cat([z, c], 1))), c], 1))
                loss = loss + cross_entropy(fake, ones if side == "generator" else zeros)
                plain.zero_grad()
                loss.backward()
                optimizers[side].step()
    for name, value in made.update.gan.state_dict().items():
        assert torch.allclose(value, plain.state_dict()[name], atol=1e-4), name


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = small_run("cgan"), small_run("cgan")
    for made in (first, second):
        torch.manual_seed(5)
        run(made, tmp_path)
    assert_same(first, second)


@pytest.mark.parametrize("normalization", ["virtual", "batch"])
@pytest.mark.parametrize("steps", [1, 4, 10])
def test_interrupted_anywhere_it_ends_with_the_same_bytes(tmp_path: Path, steps: int, normalization: str) -> None:
    assert_same(*interrupted_and_not(lambda: small_run("cgan", discriminator_steps=2, normalization=normalization), tmp_path, steps))
