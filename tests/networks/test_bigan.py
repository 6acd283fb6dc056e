"""BiGANs of dense layers against the reports' text."""

from itertools import pairwise

import pytest
import torch
from torch import nn

from tests.helpers.runs import CPU
from workflow.data.batches import Batch
from workflow.networks import bigan
from workflow.params.file import Params

TINY = {"hidden": [6, 5], "latent": 4}


def layers(network: nn.Sequential) -> list[str]:
    """Return each layer's name, and the shape of its weights if it has any."""
    weights = [getattr(layer, "weight", None) for layer in network]
    return [
        type(layer).__name__ + (f" {tuple(weight.shape)}" if weight is not None else "")
        for layer, weight in zip(network, weights, strict=True)
    ]


def test_report_a_layer_by_layer(recipe) -> None:
    gan = bigan.BiGAN(recipe(), 784)
    assert layers(gan.generator) == [
        "Linear (1024, 50)",
        "ReLU",
        "Linear (1024, 1024)",
        "BatchNorm1d (1024,)",
        "ReLU",
        "Linear (784, 1024)",
        "Sigmoid",
    ]
    for network, inputs, outputs in ((gan.encoder, 784, 50), (gan.discriminator, 834, 1)):
        assert layers(network) == [
            f"Linear (1024, {inputs})",
            "LeakyReLU",
            "Linear (1024, 1024)",
            "BatchNorm1d (1024,)",
            "LeakyReLU",
            f"Linear ({outputs}, 1024)",
        ]
    assert {layer.negative_slope for layer in gan.modules() if isinstance(layer, nn.LeakyReLU)} == {0.2}


def test_report_a_parameter_counts(recipe) -> None:
    gan = bigan.BiGAN(recipe(), 784)

    def count(inputs: int, outputs: int) -> int:
        return (inputs + 1) * 1024 + 1025 * 1024 + 2 * 1024 + 1025 * outputs

    counts = {name: sum(weight.numel() for weight in network.parameters()) for name, network in gan.named_children() if name != "squash"}
    assert counts == {"generator": count(50, 784), "encoder": count(784, 50), "discriminator": count(834, 1)}


def test_report_a_initial_weights(recipe) -> None:
    torch.manual_seed(0)
    for layer in bigan.BiGAN(recipe(), 784).modules():
        if isinstance(layer, nn.Linear):
            assert layer.weight.std().item() == pytest.approx(0.02, rel=0.1)
            assert layer.weight.mean().item() == pytest.approx(0, abs=0.002)
            assert not layer.bias.any()


def test_the_variants_change_what_they_say(recipe) -> None:
    assert layers(bigan.BiGAN(recipe(scaling="signed"), 784).generator)[-1] == "Tanh"
    leaky = bigan.BiGAN(recipe(generator_activation="leaky-relu"), 784)
    assert layers(leaky.generator).count("LeakyReLU") == 2
    assert layers(bigan.BiGAN(recipe(latent=100), 784).encoder)[-1] == "Linear (100, 1024)"


def batch(count: int, labels: list[int] | None = None) -> Batch:
    return Batch(torch.rand(count, 1, 3, 3), torch.tensor(labels or list(range(count))))


def test_pairs_and_features(recipe) -> None:
    gan = bigan.BiGAN(recipe(**TINY), 9).eval()
    given, z = batch(3), gan.sample_latent(3, CPU)
    assert z.min() >= -1
    assert z.max() <= 1
    x = given.x.flatten(1)
    real, fake = gan.examples(given, z)
    assert torch.equal(real, torch.cat([x, gan.encoder(x)], 1))
    assert torch.equal(fake, torch.cat([gan.generator(z), z], 1))
    features = gan.features(x)
    assert features["hidden"].shape == (3, 5)
    assert torch.equal(features["code"], gan.encoder(x))
    assert torch.equal(gan.reconstruct(x, given.labels), gan.generator(gan.encoder(x)))
    assert gan.sample_latent(100_000, CPU).var().item() == pytest.approx(1 / 3, rel=0.01)


def test_donahues_code_layer_by_layer(recipe) -> None:
    gan = bigan.BiGAN(recipe(architecture="donahue"), 784)
    assert layers(gan.encoder) == [
        "Linear (1024, 784)",
        "LeakyReLU",
        "Linear (1024, 1024)",
        "BatchNorm1d",
        "LeakyReLU",
        "Linear (50, 1024)",
    ]
    shapes = {name: tuple(weight.shape) for name, weight in gan.named_parameters()}
    assert shapes == {
        "generator.below.0.weight": (1024, 50),
        "generator.middle.weight": (1024, 1024),
        "generator.again.weight": (1024, 50),
        "generator.above.2.weight": (784, 1024),
        "encoder.0.weight": (1024, 784),
        "encoder.2.weight": (1024, 1024),
        "encoder.5.weight": (50, 1024),
        "discriminator.below.0.weight": (1024, 784),
        "discriminator.middle.weight": (1024, 1024),
        "discriminator.code.weight": (1024, 50),
        "discriminator.above.2.weight": (1, 1024),
    }, "neither biases nor gains"
    assert sum(isinstance(layer, nn.BatchNorm1d) for layer in gan.generator.modules()) == 2


def test_donahues_output_layers_start_at_zero(params: Params) -> None:
    zeroed = {"bigan-donahue": ["discriminator"], "gan-features": ["discriminator", "encoder"], "autoencoder-l1": ["discriminator"]}
    for variant, names in zeroed.items():
        gan = bigan.BiGAN(params.variants[variant], 784)
        last = {name: list(getattr(gan, name).parameters())[-1] for name in ("discriminator", "encoder")}
        assert [name for name, weight in last.items() if not weight.any()] == names
        assert all(weight.any() for name, weight in gan.named_parameters() if all(weight is not each for each in last.values()))


def test_donahues_code_is_squashed_into_the_range_of_z(recipe) -> None:
    gan = bigan.BiGAN(recipe(architecture="donahue", **TINY), 9).eval()
    x = 50 * torch.rand(7, 9)
    features = gan.features(x)
    assert torch.equal(features["logits"], gan.encoder(x))
    assert torch.allclose(features["code"], 2 * torch.sigmoid(features["logits"]) - 1, atol=1e-6)
    assert torch.equal(gan.encode(x), features["code"])


def test_donahues_discriminator_takes_z_as_a_linear_term(recipe) -> None:
    discriminator = bigan.BiGAN(recipe(architecture="donahue", **TINY), 9).eval().discriminator
    x, z = torch.rand(3, 9), torch.rand(3, 4)
    hidden = nn.functional.leaky_relu(x @ discriminator.below[0].weight.T, 0.2) @ discriminator.middle.weight.T
    normalized = (hidden + z @ discriminator.code.weight.T) / (1 + 1e-5) ** 0.5
    expected = nn.functional.leaky_relu(normalized, 0.2) @ discriminator.above[2].weight.T
    assert torch.allclose(discriminator(torch.cat([x, z], 1)), expected, atol=1e-6)


def count(network: nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


def test_report_as_code_layer_by_layer(params: Params) -> None:
    gan = bigan.BiGAN(params.variants["bigan-as-coded"], 784)
    above = ["LeakyReLU", "BatchNorm1d (1024,)"]
    assert layers(gan.generator)[2:6] == ["Linear (1024, 1024)", "ReLU", "BatchNorm1d (1024,)", "Linear (784, 1024)"]
    assert layers(gan.encoder) == ["Linear (1024, 784)", "LeakyReLU", "Linear (1024, 1024)", *above, "Linear (50, 1024)"]
    assert layers(gan.discriminator) == ["Linear (1024, 834)", "LeakyReLU", "Linear (1024, 1024)", "LeakyReLU", "Linear (1, 1024)"]


def test_report_b_conditional_parameter_counts(params: Params) -> None:
    def dense(*widths: int) -> int:
        return sum((inputs + 1) * outputs for inputs, outputs in pairwise(widths))

    def core(inputs: int, outputs: int) -> int:
        return dense(inputs, 1024, 1024, outputs) + 2 * 1024

    simple = bigan.BiGAN(params.variants["cbigan-simple"], 784)
    assert [count(simple.generator), count(simple.encoder), count(simple.discriminator)] == [core(60, 784), core(784, 50), core(844, 1)]
    extended = bigan.BiGAN(params.variants["cbigan-extended"], 784)
    assert count(extended.generator) == dense(50, 200) + dense(10, 800) + core(1000, 784)
    assert count(extended.encoder) == core(784, 50)
    assert count(extended.discriminator) == dense(784, 1000) + dense(50, 200) + dense(10, 800) + core(2000, 1)


@pytest.mark.parametrize("embedding", [None, {"generator": [3, 2], "discriminator": [4, 3, 2]}])
def test_the_class_reaches_generator_and_discriminator(recipe, embedding: dict[str, list[int]] | None) -> None:
    torch.manual_seed(0)
    gan = bigan.BiGAN(recipe(conditional=True, embedding=embedding, initial_std=0.5, **TINY), 9).eval()
    given = batch(3, [1, 2, 3])
    other = Batch(given.x, torch.tensor([1, 2, 4]))
    z = gan.sample_latent(3, CPU)
    images = [gan.generate(z, each.labels) for each in (given, other)]
    assert (images[0] != images[1]).any(1).tolist() == [False, False, True]
    pairs = [gan.examples(each, z) for each in (given, other)]
    assert torch.equal(pairs[0][0][:, :13], pairs[1][0][:, :13]), "the encoder does not see the class"
    logits = [gan.discriminator(real) for real, _ in pairs]
    assert (logits[0] != logits[1]).squeeze(1).tolist() == [False, False, True]
    assert torch.equal(pairs[0][0][:, 13:], nn.functional.one_hot(given.labels, 10).float())


def test_an_embedding_is_a_layer_for_each_part() -> None:
    layer = bigan.Embedded([2, 1], [2, 3], nn.ReLU)
    with torch.no_grad():
        for part in layer.layers:
            part.weight.fill_(1.0)
            part.bias.fill_(0.5)
    assert layer(torch.tensor([[1.0, 2.0, -1.0]])).tolist() == [[3.5, 3.5, 0.0, 0.0, 0.0]]


def test_a_gan_discriminates_images_and_its_discriminator_has_features(params: Params) -> None:
    gan = bigan.BiGAN(params.variants["gan-features"], 784).eval()
    assert layers(gan.discriminator) == [*layers(gan.encoder)[:-1], "Linear (1, 1024)"]
    given = Batch(torch.rand(3, 1, 28, 28), torch.arange(3))
    real, fake = gan.examples(given, gan.sample_latent(3, CPU))
    assert real.shape == fake.shape == (3, 784)
    features = gan.features(real)
    assert list(features) == ["hidden"]
    assert torch.equal(gan.discriminator[-1](features["hidden"]), gan.discriminator(real))
