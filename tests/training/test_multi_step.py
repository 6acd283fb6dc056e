"""Steps of a GAN: how often each side steps, and at which rate."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.helpers.runs import CPU, run, small_run
from workflow.data.batches import Batch
from workflow.training import optimizers
from workflow.training.losses import gradient_penalty


@pytest.mark.parametrize("latents", ["per-step", "per-batch"])
@pytest.mark.parametrize(("discriminator", "generator"), [(1, 1), (2, 1), (1, 2), (3, 2)])
def test_each_side_steps_as_often_as_it_should_on_a_z_of_its_own_or_on_one(
    discriminator: int, generator: int, latents: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = small_run("cgan", discriminator_steps=discriminator, generator_steps=generator, latents=latents)
    order: list[str] = []
    names = {id(optimizer): name for name, optimizer in made.update.optimizers.items()}
    monkeypatch.setattr(optimizers, "step", lambda optimizer: order.append(names[id(optimizer)]))
    draws: list[Tensor] = []
    prior = made.update.gan.sample_latent
    made.update.gan.sample_latent = lambda *arguments: draws.append(prior(*arguments)) or draws[-1]
    made.advance()
    assert order == ["discriminator"] * discriminator + ["generator"] * generator
    assert len({tuple(z.flatten().tolist()) for z in draws}) == (discriminator + generator if latents == "per-step" else 1)
    assert len(draws) == len({tuple(z.flatten().tolist()) for z in draws})


def test_each_side_has_a_rate_of_its_own() -> None:
    made = small_run("cgan", discriminator_learning_rate=1e-3, generator_learning_rate=4e-3)
    before = {name: weight.clone() for name, weight in made.update.gan.named_parameters()}
    made.advance()
    moved = {"discriminator": 0.0, "generator": 0.0}
    for name, weight in made.update.gan.named_parameters():
        side = name.split(".")[0]
        moved[side] = max(moved[side], (weight - before[name]).abs().max().item())
    assert moved == {"discriminator": pytest.approx(1e-3, rel=0.01), "generator": pytest.approx(4e-3, rel=0.01)}  # Adam's first step


def test_a_schedule_lowers_both_rates_alike(tmp_path: Path) -> None:
    rates = {"discriminator_learning_rate": 1e-3, "generator_learning_rate": 4e-3}
    made = small_run("cgan", schedule="constant-then-exponential", **rates)
    history = run(made, tmp_path)
    last = {name: [group["lr"] for group in optimizer.param_groups] for name, optimizer in made.update.optimizers.items()}
    assert last == {"discriminator": pytest.approx([1e-5]), "generator": pytest.approx([4e-5])}
    assert [row["learning_rate"] for row in history] == pytest.approx([1e-3, 1e-3 * 0.01 ** (2 * 7 / 11 - 1), 1e-5])


def test_the_penalty_joins_the_discriminators_loss_with_its_weight() -> None:
    changes = {"gradient_penalty": {"weight": 7.0}, "loss": "wasserstein"}
    update, batch = small_run("dcgan", **changes).update, Batch(torch.rand(5, 1, 8, 8), torch.zeros(5, dtype=torch.int64))
    weights = list(update.gan.discriminator.parameters())
    torch.manual_seed(1)
    losses = update.step(batch)

    gan = small_run("dcgan", **changes).update.gan
    torch.manual_seed(1)
    real, fake = (examples.detach() for examples in gan.examples(batch, gan.sample_latent(5, CPU)))
    loss = -gan.discriminator(real).mean() + gan.discriminator(fake).mean()
    gan.discriminator.eval()
    penalty = gradient_penalty(gan.discriminator, real, fake)
    assert losses.keys() == {"discriminator", "generator", "gradient_penalty"}
    assert [losses[name].item() for name in ("discriminator", "gradient_penalty")] == pytest.approx([loss.item(), penalty.item()], rel=1e-4)
    wanted = torch.autograd.grad(loss + 7 * penalty, list(gan.discriminator.parameters()))
    assert all(
        torch.allclose(one, other, rtol=1e-3, atol=1e-6) for one, other in zip([weight.grad for weight in weights], wanted, strict=True)
    )
    assert all(weight.grad.stride() == weight.stride() for weight in weights)  # fused Adam goes through both as they lie
