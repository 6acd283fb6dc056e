"""Batch normalization has the constants of the framework that a report used."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from tests.helpers.runs import small_run, toy
from workflow.data.dataset import scale
from workflow.networks.bigan import BiGAN
from workflow.params.bigan import BiganRecipe
from workflow.params.file import Params

KERAS, PYTORCH = (0.01, 1e-3), (0.1, 1e-5)
NORMALIZED = nn.BatchNorm1d | nn.BatchNorm2d


def constants(network: nn.Module) -> set[tuple[float | None, float]]:
    return {(layer.momentum, layer.eps) for layer in network.modules() if isinstance(layer, NORMALIZED)}


def keras(moving: Tensor, batch: Tensor) -> Tensor:
    """Return what Keras's layer makes of its moving average in a training step, as its documentation has it."""
    return moving * 0.99 + batch * (1 - 0.99)


def test_running_averages_and_inference_are_those_of_keras(recipe) -> None:
    torch.manual_seed(0)
    gan = BiGAN(recipe(hidden=[6, 5], latent=4), 16)
    below, layer = gan.encoder[:3], gan.encoder[3]
    mean, variance = torch.zeros(5), torch.ones(5)
    batches = torch.rand(20, 8, 16)
    for x in batches:
        gan.encode(x)
        mean, variance = keras(mean, below(x).mean(0)), keras(variance, below(x).var(0))
    assert torch.allclose(layer.running_mean, mean, atol=1e-7)
    assert torch.allclose(layer.running_var, variance, atol=1e-6)
    values = below(batches[0])
    assert torch.allclose(layer.eval()(values), (values - mean) / (variance + 1e-3).sqrt(), atol=1e-5)


@pytest.mark.parametrize(
    ("family", "changes"), [("bigan", {}), ("bigan", {"architecture": "donahue"}), ("cgan", {"normalization": "batch"}), ("dcgan", {})]
)
def test_every_layer_of_a_family_has_its_recipes_constants(family: str, changes: dict[str, object]) -> None:
    gan = small_run(family, batch_norm={"momentum": 0.25, "epsilon": 0.125}, **changes).update.gan
    assert constants(gan) == {(0.25, 0.125)}


def test_a_variant_has_the_constants_of_its_reports_framework(params: Params) -> None:
    of = {
        name: (variant.batch_norm.momentum, variant.batch_norm.epsilon)
        for name, variant in params.variants.items()
        if hasattr(variant, "batch_norm")
    }
    report_b = {name for name in of if name.startswith(("cbigan-", "bigan-constant-lr", "bigan-decaying-lr"))}
    paper = {name for name, variant in params.variants.items() if isinstance(variant, BiganRecipe) and variant.architecture == "donahue"}
    alone = {"gan-features", "joint-latent-regressor", "latent-regressor"}  # the released code of Donahue et al. 2017 has 1e-8
    assert {name for name, found in of.items() if found == (0.1, 1e-8)} == alone
    assert {name for name, found in of.items() if found == PYTORCH} == report_b | paper - alone
    assert {name for name, found in of.items() if found == KERAS} == of.keys() - report_b - paper
    assert len(report_b) == 9
    assert len(paper) == 7


def test_constants_survive_the_file_of_trained_networks(tmp_path: Path) -> None:
    from workflow.networks import files

    first = small_run("bigan", batch_norm={"momentum": 0.25, "epsilon": 0.125})
    first.advance()
    files.save(tmp_path / "a.safetensors", first.update.gan, first.recipe, {})
    found = files.load(BiGAN, tmp_path / "a.safetensors", torch.device("cpu"))
    x = scale(toy().pixels, "unit")
    assert constants(found) == {(0.25, 0.125)}
    assert torch.equal(found.encode(x), first.update.gan.eval().encode(x))
