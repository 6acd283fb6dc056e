"""Report C's convolutional BiGANs: layers, reparametrization, noise and margins."""

from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from tests.helpers.runs import CPU, SMALL, recipe_of, small_run
from workflow.data.batches import Batch
from workflow.io.errors import UserError
from workflow.networks.conv_bigan import ConvBiGAN
from workflow.params.file import Params
from workflow.training.loop import Trainer

GREY = (1, 28, 28)
GENERATOR = ["ConvTranspose2d", "BatchNorm2d", "ReLU"]
ENCODER = ["Conv2d", "BatchNorm2d", "LeakyReLU"]


def small(*shape: int, **changes: object) -> ConvBiGAN:
    torch.manual_seed(0)
    return ConvBiGAN(recipe_of("conv_bigan", **{**SMALL["conv_bigan"], **changes}), *(shape or GREY))


def count(network: nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


def kinds(network: nn.Module) -> list[str]:
    return [type(layer).__name__ for layer in network.children()]


def batch(size: int, side: int = 28, channels: int = 1) -> Batch:
    return Batch(2 * torch.rand(size, channels, side, side) - 1, torch.arange(size))


def test_every_layer_is_of_the_kind_that_the_tables_say(params: Params) -> None:
    gan = ConvBiGAN(params.variants["conv-bigan"], *GREY)
    assert kinds(gan.generator) == [*GENERATOR * 5, "Conv2d", "Tanh"]
    assert kinds(gan.encoder) == [*ENCODER * 6, "Conv2d"]
    paths = {name: [type(layer).__name__ for layer in path] for name, path in gan.discriminator.named_children() if name != "noise"}
    normalized = ["Conv2d", "BatchNorm2d", "LeakyReLU", "Dropout2d"]
    assert paths == {
        "image": ["Conv2d", "LeakyReLU", "Dropout2d", *normalized * 4],
        "code": ["Conv2d", "LeakyReLU", "Dropout2d"] * 2,
        "joint": [*["Conv2d", "LeakyReLU", "Dropout"] * 2, "Conv2d"],
    }
    assert {layer.kernel_size for layer in gan.discriminator.joint if isinstance(layer, nn.Conv2d)} == {(1, 1)}


@pytest.mark.parametrize(("channels", "side"), [(1, 28), (1, 32), (3, 32)])
@pytest.mark.parametrize("reparametrized", [True, False])
def test_shapes_and_parameter_counts(channels: int, side: int, reparametrized: bool) -> None:
    gan = ConvBiGAN(recipe_of("conv_bigan", reparametrized=reparametrized), channels, side, side)
    maps, squares = [channels, 32, 64, 128, 256, 512], [25, 16, 16, 16, 16]
    drawn = [128, 256, 128, 64, 32, 32]
    up = sum(inputs * outputs * square + 2 * outputs for (inputs, outputs), square in zip(pairwise(drawn), squares[::-1], strict=True))
    down = sum(inputs * outputs * square for (inputs, outputs), square in zip(pairwise(maps), squares, strict=True))
    outputs = 256 if reparametrized else 128
    assert count(gan.generator) == up + 33 * channels
    assert count(gan.encoder) == down + 2 * sum(maps[1:]) + 512 * 512 + 2 * 512 + 513 * outputs
    image = down + 32 + 2 * sum(maps[2:])
    assert count(gan.discriminator) == image + 129 * 512 + 513 * 512 + 2 * 1025 * 1024 + 1025
    given = batch(2, side, channels)
    z = gan.sample_latent(2, CPU)
    real, fake = gan.examples(given, z)
    assert real.shape == fake.shape == (2, 1024 * channels + 128)
    assert gan.discriminator(real).shape == (2, 1)
    assert gan.generate(z, given.labels).shape == (2, channels * side**2)
    assert {name: tuple(value.shape) for name, value in gan.features(given.x.flatten(1)).items()} == {"code": (2, 128), "hidden": (2, 512)}


def test_latent_256_has_it_at_both_ends(params: Params) -> None:
    gan = ConvBiGAN(params.variants["conv-bigan-latent-256"], *GREY)
    assert gan.generator[0].in_channels == gan.discriminator.code[0].in_channels == 256
    assert gan.encoder[-1].out_channels == 512


@pytest.mark.parametrize("stage", ["generator", "image"])
def test_the_way_between_32_and_1(stage: str) -> None:
    gan = small()
    network, x = (gan.generator, torch.rand(2, 3, 1, 1)) if stage == "generator" else (gan.discriminator.image, torch.rand(2, 1, 32, 32))
    sides = []
    for layer in network:
        x = layer(x)
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            sides.append(x.shape[-1])
    assert sides == ([4, 10, 13, 28, 32, 32] if stage == "generator" else [28, 13, 10, 4, 1])


def test_first_weights_are_drawn_by_the_type_of_the_layer() -> None:
    torch.manual_seed(0)
    for layer in ConvBiGAN(recipe_of("conv_bigan"), *GREY).modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm2d):
            wide = layer.weight.numel() > 1000
            centre = 1.0 if isinstance(layer, nn.BatchNorm2d) else 0.0
            assert layer.weight.mean().item() == pytest.approx(centre, abs=0.002 if wide else 0.02)
            assert layer.weight.std().item() == pytest.approx(0.02, rel=0.1 if wide else 0.4)
            assert layer.bias is None or not layer.bias.any()


@pytest.mark.parametrize("shape", [(1, 27, 27), (1, 34, 34), (3, 28, 32)])
def test_images_that_no_margin_makes_32_wide_are_refused(shape: tuple[int, int, int]) -> None:
    with pytest.raises(UserError, match=f"found images of {shape[1]}×{shape[2]}, allowed: squares of an even side, at most 32"):
        small(*shape)


def test_the_networks_see_a_black_margin_that_nobody_else_does() -> None:
    gan, given = small().eval(), batch(3)
    z = gan.sample_latent(3, CPU)
    real, fake = (each[:, :1024].reshape(3, 1, 32, 32) for each in gan.examples(given, z))
    assert torch.equal(real[..., 2:30, 2:30], given.x)
    margin = torch.ones(32, 32, dtype=torch.bool)
    margin[2:30, 2:30] = False
    assert (real[..., margin] == -1).all()
    assert torch.equal(gan.generate(z, given.labels), fake[..., 2:30, 2:30].flatten(1))
    assert torch.equal(gan.encode(given.x), gan.encoder(real).flatten(1)[:, :3])
    assert torch.equal(gan.reconstruct(given.x, given.labels), gan.generate(gan.encode(given.x), given.labels))


def test_z_is_standard_normal() -> None:
    z = small(latent=100).sample_latent(1000, CPU)
    assert z.mean().item() == pytest.approx(0, abs=0.01)
    assert z.std().item() == pytest.approx(1, abs=0.01)


def test_the_code_is_a_draw_in_training_and_its_mean_in_inference() -> None:
    gan = small()
    with torch.no_grad():
        for weight in (gan.encoder[-1].weight, gan.encoder[-1].bias):
            weight.zero_()
        gan.encoder[-1].bias[:3] = torch.tensor([1.0, -2.0, 0.0])
        gan.encoder[-1].bias[3:] = torch.tensor([0.5, 2.0, 3.0]).log()
    x = torch.rand(4000, 784)
    latents = gan.encode(x)
    assert latents.mean(0).tolist() == pytest.approx([1.0, -2.0, 0.0], abs=0.15)
    assert latents.std(0).tolist() == pytest.approx([0.5, 2.0, 3.0], rel=0.05)
    assert gan.eval().encode(x[:2]).tolist() == [[1.0, -2.0, 0.0]] * 2
    assert gan.features(x[:2])["code"].tolist() == [[1.0, -2.0, 0.0]] * 2


def test_gradients_reach_mean_and_deviation_through_the_draw() -> None:
    gan = small()
    gan.encode(torch.rand(4, 784)).square().sum().backward()
    assert gan.encoder[-1].bias.grad.ne(0).all()


def test_without_reparametrization_the_code_is_what_the_encoder_puts_out() -> None:
    gan, x = small(reparametrized=False), torch.rand(4, 784)
    assert torch.equal(gan.encode(x), gan.encode(x))
    assert gan.encoder[-1].out_channels == 3


def disturbances(made: Trainer) -> list[Tensor]:
    """Make a step; return what the noise added each time that the discriminator looked."""
    seen: list[Tensor] = []
    made.update.gan.discriminator.noise.register_forward_hook(lambda _layer, inputs, output: seen.append(output - inputs[0]))
    made.advance()
    return [each.detach() for each in seen]


def test_noise_of_size_0_is_none_and_draws_nothing() -> None:
    assert all(not each.any() for each in disturbances(small_run("conv_bigan", noise={"std": 0.0})))
    gan, x = small(noise={"std": 0.0}), torch.rand(2, 1, 32, 32)
    state = torch.get_rng_state()
    gan.discriminator.noise(x)
    assert torch.equal(torch.get_rng_state(), state)


def test_there_is_no_noise_in_inference() -> None:
    discriminator = small().eval().discriminator
    examples = torch.rand(3, 1027)
    assert torch.equal(discriminator(examples), discriminator(examples))
