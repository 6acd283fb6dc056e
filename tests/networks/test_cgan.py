"""Report D's conditional GANs: layers, first weights, and the class beside their inputs."""

import math
from itertools import pairwise

import pytest
import torch
from torch import nn

from tests.helpers.runs import CPU, recipe_of, small_run
from workflow.data.batches import Batch
from workflow.networks.cgan import CGAN
from workflow.params.file import Params

TABLE_1 = {
    "cgan-arch-128-784-128": ([128], [128]),
    "cgan-arch-128-784-128-8": ([128], [128, 8]),
    "cgan-arch-128-512-784-128": ([128, 512], [128]),
    "cgan-arch-128-512-784-128-8": ([128, 512], [128, 8]),
    "cgan-arch-128-256-784-128-8": ([128, 256], [128, 8]),
    "cgan-arch-128-256-784-128-64": ([128, 256], [128, 64]),
    "cgan-arch-128-256-784-128-32": ([128, 256], [128, 32]),
}


def count(network: nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


@pytest.mark.parametrize(("variant", "hidden"), TABLE_1.items())
@pytest.mark.parametrize("normalization", ["none", "batch", "virtual"])
def test_table_1_layer_by_layer(params: Params, variant: str, hidden: tuple[list[int], list[int]], normalization: str) -> None:
    gan = CGAN(params.variants[variant].model_copy(update={"normalization": normalization}), 784)
    widths = [110, *hidden[0], 784], [794, *hidden[1], 1]
    for network, layers in zip((gan.generator, gan.discriminator), map(list, map(pairwise, widths)), strict=True):
        shapes = [tuple(layer.weight.shape) for layer in network.modules() if isinstance(layer, nn.Linear)]
        assert shapes == [(outputs, inputs) for inputs, outputs in layers]
        beside = 1 if normalization == "none" else 2  # a bias, or gain and shift
        assert count(network) == sum((inputs + beside) * outputs for inputs, outputs in layers[:-1]) + (layers[-1][0] + 1) * layers[-1][1]


def test_what_is_taken_for_virtual_batch_normalization(params: Params) -> None:
    for row in ("cgan-arch-128-784-128", "cgan-arch-128-256-784-128-32"):
        written = params.variants[row]
        assert written.normalization == "virtual"
        for name, kind in {"no-norm": "none", "batch-norm": "batch"}.items():
            assert params.variants[f"{row}-{name}"] == written.model_copy(update={"normalization": kind})


def test_first_weights_are_those_of_glorot_and_bengio() -> None:
    torch.manual_seed(0)
    for layer in CGAN(recipe_of("cgan"), 784).modules():
        if isinstance(layer, nn.Linear) and layer.weight.numel() > 10_000:
            outputs, inputs = layer.weight.shape
            bound = math.sqrt(6 / (inputs + outputs))
            assert layer.weight.abs().max() <= bound
            assert layer.weight.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.02)
            assert layer.bias is None or not layer.bias.any()


def test_an_example_does_not_depend_on_the_others_of_its_batch() -> None:
    gan = small_run("cgan").update.gan
    z, labels = gan.sample_latent(6, CPU), torch.arange(6)
    alone = torch.cat([gan.generate(*pair) for pair in zip(z.split(1), labels.split(1), strict=True)])
    assert torch.allclose(gan.generate(z, labels), alone, atol=1e-6)


@pytest.mark.parametrize("normalization", ["none", "batch", "virtual"])
def test_the_class_reaches_generator_and_discriminator(normalization: str) -> None:
    gan = small_run("cgan", normalization=normalization).update.gan.eval()
    given = Batch(torch.rand(3, 1, 4, 4), torch.tensor([1, 2, 3]))
    other = Batch(given.x, torch.tensor([1, 2, 4]))
    z = gan.sample_latent(3, CPU)
    images = [gan.generate(z, each.labels) for each in (given, other)]
    assert (images[0] != images[1]).any(1).tolist() == [False, False, True]
    logits = [gan.discriminator(gan.examples(each, z)[0]) for each in (given, other)]
    assert (logits[0] != logits[1]).squeeze(1).tolist() == [False, False, True]


@pytest.mark.parametrize("normalization", ["none", "batch", "virtual"])
def test_both_kinds_at_once_are_what_each_is_alone(normalization: str) -> None:
    gan = small_run("cgan", normalization=normalization).update.gan
    batch, z = Batch(torch.rand(3, 1, 4, 4), torch.tensor([1, 2, 3])), gan.sample_latent(3, CPU)
    with torch.no_grad():
        both, apart = gan.stacked_examples(batch, z), gan.examples(batch, z)
    assert torch.equal(both, torch.cat(apart))
    assert all(torch.allclose(logits, gan.discriminator(each)) for logits, each in zip(gan.discriminate(both), apart, strict=True))


@pytest.mark.parametrize(("scaling", "lowest"), [("unit", 0.0), ("signed", -1.0), ("unit-tanh", -1.0)])
def test_a_generator_ends_in_a_sigmoid_only_where_pixels_are_unit(scaling: str, lowest: float) -> None:
    gan = CGAN(recipe_of("cgan", normalization="none", scaling=scaling), 4)
    torch.nn.init.constant_(gan.generator[-1].bias, -99.0)
    assert torch.allclose(gan.generate(torch.zeros(1, 100), torch.tensor([3])), torch.full((1, 4), lowest))
