"""Averaged statistics of batch normalization, against means written plainly: of whom, and over which images."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from tests.helpers.runs import run, small_run, toy
from workflow.data.batches import Batch
from workflow.data.dataset import Images
from workflow.training.loop import Trainer
from workflow.training.statistics import average_statistics

BATCHES = 3
AVERAGED = {"architecture": "donahue", "updates": "simultaneous", "statistics": "averaged"}
ALONE = {**AVERAGED, "discriminator_input": "images"}


@pytest.fixture
def images() -> Images:
    return toy()


@pytest.fixture(autouse=True)
def few_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.training.statistics.AVERAGED_BATCHES", BATCHES)


def average(made: Trainer) -> tuple[list[Batch], list[Tensor]]:
    """Average a run's statistics; return the batches that were drawn for it, and the z."""
    torch.manual_seed(4)
    average_statistics(made.update.gan, made.update.forward, made.batches)
    torch.manual_seed(4)
    drawn = [(made.batches.at_random(), made.update.gan.sample_latent(5, torch.device("cpu"))) for _ in range(BATCHES)]
    return [batch for batch, _ in drawn], [z for _, z in drawn]


def assert_averaged(norm: nn.Module, inputs: list[Tensor]) -> None:
    assert torch.allclose(norm.running_mean, torch.stack([each.mean(0) for each in inputs]).mean(0), atol=1e-7)
    assert torch.allclose(norm.running_var, torch.stack([each.var(0) for each in inputs]).mean(0), atol=1e-7)
    assert norm.momentum == 0.01


def spoil(network: nn.Module) -> None:
    """Give batch normalization averages that nothing has."""
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm1d):
            layer.running_mean.fill_(7.0)
            layer.running_var.fill_(9.0)


@pytest.mark.parametrize(
    "changes", [AVERAGED, {**ALONE, "regression_weight": 0.25}, {**ALONE, "updates": "regression"}], ids=["bigan", "joint", "regression"]
)
def test_an_encoders_are_taken_over_real_images_whatever_it_learns_from(images: Images, changes: dict[str, object]) -> None:
    made = small_run("bigan", images, **changes)
    gan = made.update.gan
    spoil(gan)
    batches, latents = average(made)
    assert_averaged(gan.encoder[3], [gan.encoder[:3](batch.x.flatten(1)) for batch in batches])
    assert_averaged(gan.generator.below[1], [gan.generator.below[0](z) for z in latents])
    assert {7.0} == {
        value for layer in gan.discriminator.modules() if isinstance(layer, nn.BatchNorm1d) for value in layer.running_mean.tolist()
    }


def test_a_discriminators_are_taken_over_real_images_where_it_is_what_is_compared(images: Images) -> None:
    made = small_run("bigan", images, **ALONE, features="discriminator")
    gan = made.update.gan
    spoil(gan)
    batches, _ = average(made)
    assert_averaged(gan.discriminator[3], [gan.discriminator[:3](batch.x.flatten(1)) for batch in batches])
    assert set(gan.encoder[3].running_mean.tolist()) == {7.0}


def test_an_autoencoders_generators_are_taken_over_reconstructions(images: Images) -> None:
    made = small_run("bigan", images, **{**AVERAGED, "updates": "reconstruction", "loss": "squared-error"})
    gan = made.update.gan
    torch.manual_seed(4)
    average_statistics(gan, made.update.forward, made.batches)
    torch.manual_seed(4)
    codes = [gan.encode(made.batches.at_random().x) for _ in range(BATCHES)]
    assert_averaged(gan.generator.below[1], [gan.generator.below[0](code) for code in codes])


def test_a_run_ends_with_them(images: Images, tmp_path: Path) -> None:
    made = small_run("bigan", images, **{**ALONE, "regression_weight": 0.25})
    run(made, tmp_path)
    norms = [
        layer
        for network in ("generator", "encoder")
        for layer in made.update.gan.get_submodule(network).modules()
        if isinstance(layer, nn.BatchNorm1d)
    ]
    assert [layer.num_batches_tracked.item() for layer in norms] == [BATCHES] * len(norms)
