"""Networks and losses against the reports' text and closed forms."""

import math
from pathlib import Path

import pytest
import torch
from torch import nn

from workflow.errors import UserError
from workflow.networks import bigan
from workflow.objectives import OBJECTIVES


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


def test_pairs_and_features(recipe) -> None:
    gan = bigan.BiGAN(recipe(hidden=[6, 5], latent=4), 9).eval()
    x = torch.rand(3, 9)
    torch.manual_seed(1)
    real, generated = gan.pairs(x)
    assert torch.equal(real[:, :9], x)
    assert torch.equal(real[:, 9:], gan.encoder(x))
    z = generated[:, 9:]
    assert z.min() >= -1
    assert z.max() <= 1
    assert torch.equal(generated[:, :9], gan.generator(z))
    features = gan.features(x)
    assert features["hidden"].shape == (3, 5)
    assert torch.equal(features["code"], gan.encoder(x))
    assert gan.prior(100_000, torch.device("cpu")).var().item() == pytest.approx(1 / 3, rel=0.01)


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


def test_donahues_code_is_squashed_into_the_range_of_z(recipe) -> None:
    gan = bigan.BiGAN(recipe(architecture="donahue", hidden=[6, 5], latent=4), 9).eval()
    x = 50 * torch.rand(7, 9)
    features = gan.features(x)
    assert torch.equal(features["logits"], gan.encoder(x))
    assert torch.allclose(features["code"], 2 * torch.sigmoid(features["logits"]) - 1, atol=1e-6)
    assert torch.equal(gan.encode(x), features["code"])


def test_donahues_discriminator_takes_z_as_a_linear_term(recipe) -> None:
    discriminator = bigan.BiGAN(recipe(architecture="donahue", hidden=[6, 5], latent=4), 9).eval().discriminator
    x, z = torch.rand(3, 9), torch.rand(3, 4)
    hidden = nn.functional.leaky_relu(x @ discriminator.below[0].weight.T, 0.2) @ discriminator.middle.weight.T
    normalized = (hidden + z @ discriminator.code.weight.T) / (1 + 1e-5) ** 0.5
    expected = nn.functional.leaky_relu(normalized, 0.2) @ discriminator.above[2].weight.T
    assert torch.allclose(discriminator(torch.cat([x, z], 1)), expected, atol=1e-6)


def test_averaged_statistics_are_plain_averages_over_batches(recipe) -> None:
    gan = bigan.BiGAN(recipe(architecture="donahue", hidden=[6, 5], latent=4), 9)
    batches = [torch.rand(20, 9) for _ in range(3)]
    before = gan.discriminator.above[0].running_mean.clone()
    gan.average_statistics(batches)
    inputs = [gan.encoder[:3](x) for x in batches]
    norm = gan.encoder[3]
    assert torch.allclose(norm.running_mean, torch.stack([each.mean(0) for each in inputs]).mean(0), atol=1e-7)
    assert torch.allclose(norm.running_var, torch.stack([each.var(0) for each in inputs]).mean(0), atol=1e-7)
    assert norm.momentum == 0.1
    assert torch.equal(gan.discriminator.above[0].running_mean, before)


def test_a_trained_bigan_survives_its_file(recipe, tmp_path: Path) -> None:
    gan = bigan.BiGAN(recipe(hidden=[6, 5], latent=4), 9)
    gan.pairs(torch.rand(8, 9))
    bigan.save(tmp_path / "gan.safetensors", gan, {"seed": 3})
    found = bigan.load(tmp_path / "gan.safetensors", torch.device("cpu"))
    assert not found.training
    assert found.recipe == gan.recipe
    assert all(torch.equal(value, found.state_dict()[name]) for name, value in gan.state_dict().items())


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    from workflow import tensors

    tensors.save(tmp_path / "other.safetensors", {"a": torch.zeros(1)}, {"validation_size": 3})
    with pytest.raises(UserError, match="not the weights of a BiGAN"):
        bigan.load(tmp_path / "other.safetensors", torch.device("cpu"))


def test_cross_entropy_by_hand() -> None:
    objective = OBJECTIVES["cross-entropy"]
    real, generated = torch.logit(torch.tensor([[0.9], [0.6]])), torch.logit(torch.tensor([[0.2], [0.3]]))
    discriminator = -(math.log(0.9) + math.log(0.6)) / 2 - (math.log(0.8) + math.log(0.7)) / 2
    generator = -(math.log(0.2) + math.log(0.3)) / 2 - (math.log(0.1) + math.log(0.4)) / 2
    assert objective.discriminator(real, generated).item() == pytest.approx(discriminator, rel=1e-5)
    assert objective.generator(real, generated).item() == pytest.approx(generator, rel=1e-5)


def test_the_mean_of_both_terms_is_half_their_sum() -> None:
    real, generated = torch.randn(4, 1), torch.randn(4, 1)
    for side in ("discriminator", "generator"):
        halved, whole = (getattr(OBJECTIVES[name], side)(real, generated) for name in ("mean-cross-entropy", "cross-entropy"))
        assert halved.item() == pytest.approx(whole.item() / 2)


def test_cross_entropy_stays_finite_where_a_sigmoid_would_not() -> None:
    sure = torch.tensor([[200.0]])
    assert OBJECTIVES["cross-entropy"].discriminator(-sure, sure).item() == 400
