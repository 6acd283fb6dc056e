"""Report C's convolutional BiGANs: layers, reparametrization, noise, margins, and runs that resume."""

from itertools import pairwise
from pathlib import Path

import pytest
import torch
from test_training import assert_same, interrupted_and_not, run, toy
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy as cross_entropy

from tests.helpers.project import ROOT
from workflow.data.batches import Batch
from workflow.data.dataset import Images
from workflow.evaluation import latents, samples
from workflow.io.errors import UserError
from workflow.networks import families
from workflow.networks.bigan import BiGAN
from workflow.networks.conv_bigan import ConvBiGAN
from workflow.params.conv_bigan import ConvBiganRecipe
from workflow.params.file import Params
from workflow.params.model import load, merged
from workflow.training.families import conv_bigan as conv_bigan_training
from workflow.training.loop import Trainer

CPU = torch.device("cpu")
GREY = (1, 28, 28)
SMALL = {"channels": [2, 3, 2, 3, 4], "latent": 3, "batch_size": 5}
GENERATOR = ["ConvTranspose2d", "BatchNorm2d", "ReLU"]
ENCODER = ["Conv2d", "BatchNorm2d", "LeakyReLU"]


def recipe(**changes: object) -> ConvBiganRecipe:
    """Report C's recipe from params.yaml, with changes."""
    return ConvBiganRecipe.model_validate(merged(load(ROOT / "params.yaml")["recipes"]["conv_bigan"], changes))


def small(*shape: int, **changes: object) -> ConvBiGAN:
    torch.manual_seed(0)
    return ConvBiGAN(recipe(**{**SMALL, **changes}), *(shape or GREY))


def trainer(epochs: int = 3, **changes: object) -> Trainer:
    torch.manual_seed(0)
    return conv_bigan_training.trainer(recipe(**{**SMALL, **changes}), toy(), epochs)


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
    gan = ConvBiGAN(recipe(reparametrized=reparametrized), channels, side, side)
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
    z = gan.prior(2, CPU)
    real, generated = gan.examples(given, z)
    assert real.shape == generated.shape == (2, 1024 * channels + 128)
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
    for layer in ConvBiGAN(recipe(), *GREY).modules():
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
    z = gan.prior(3, CPU)
    real, generated = (each[:, :1024].reshape(3, 1, 32, 32) for each in gan.examples(given, z))
    assert torch.equal(real[..., 2:30, 2:30], given.x)
    margin = torch.ones(32, 32, dtype=torch.bool)
    margin[2:30, 2:30] = False
    assert (real[..., margin] == -1).all()
    assert torch.equal(gan.generate(z, given.labels), generated[..., 2:30, 2:30].flatten(1))
    assert torch.equal(gan.encode(given.x), gan.encoder(real).flatten(1)[:, :3])
    assert torch.equal(gan.reconstruct(given.x, given.labels), gan.generate(gan.encode(given.x), given.labels))


def test_z_is_standard_normal() -> None:
    z = small(latent=100).prior(1000, CPU)
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
    codes = gan.encode(x)
    assert codes.mean(0).tolist() == pytest.approx([1.0, -2.0, 0.0], abs=0.15)
    assert codes.std(0).tolist() == pytest.approx([0.5, 2.0, 3.0], rel=0.05)
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


def test_a_step_draws_noise_four_times_and_different_each_time() -> None:
    seen = disturbances(trainer(noise={"std": 0.3}))
    assert len(seen) == 4
    assert len({tuple(each.flatten().tolist()) for each in seen}) == 4
    assert torch.stack(seen).std().item() == pytest.approx(0.3, rel=0.02)
    assert all(each.shape == (5, 1, 32, 32) for each in seen)


def test_noise_of_size_0_is_none_and_draws_nothing() -> None:
    assert all(not each.any() for each in disturbances(trainer(noise={"std": 0.0})))
    gan, x = small(noise={"std": 0.0}), torch.rand(2, 1, 32, 32)
    state = torch.get_rng_state()
    gan.discriminator.noise(x)
    assert torch.equal(torch.get_rng_state(), state)


def test_there_is_no_noise_in_inference() -> None:
    discriminator = small().eval().discriminator
    examples = torch.rand(3, 1027)
    assert torch.equal(discriminator(examples), discriminator(examples))


@pytest.mark.parametrize(("schedule", "first", "last"), [("constant", 0.4, 0.4), ("linear", 0.4, 0.4 / 12)])
def test_noise_over_a_run(schedule: str, first: float, last: float, tmp_path: Path) -> None:
    made = trainer(noise={"std": 0.4, "schedule": schedule})
    sizes: list[float] = []
    noise = made.update.gan.discriminator.noise
    noise.register_forward_pre_hook(lambda layer, _inputs: sizes.append(layer.std))
    run(made, tmp_path)
    assert len(sizes) == 4 * 12
    assert (sizes[0], sizes[-1]) == (pytest.approx(first), pytest.approx(last))
    steps = sizes[::4]
    assert [later - earlier for earlier, later in pairwise(steps)] == pytest.approx([(last - first) / 11] * 11)


def test_the_loop_does_what_a_plain_one_does(tmp_path: Path) -> None:
    changes = {"noise": {"std": 0.0}, "dropout": {"channels": 0.0, "units": 0.0}, "learning_rate": 1e-3}
    made, plain = trainer(epochs=2, **changes), trainer(epochs=2, **changes).update.gan
    torch.manual_seed(5)
    run(made, tmp_path)

    torch.manual_seed(5)
    judges = torch.optim.Adam(plain.discriminator.parameters(), 1e-3, (0.5, 0.999))
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
            generated = torch.cat([plain.generator(z[:, :, None, None]).flatten(1), z], dim=1)
            for optimizer, targets, given in (
                (judges, (ones, zeros), (real.detach(), generated.detach())),
                (others, (zeros, ones), (real, generated)),
            ):
                loss = sum(cross_entropy(plain.discriminator(each).sigmoid(), target) for each, target in zip(given, targets, strict=True))
                plain.zero_grad()
                loss.backward()
                optimizer.step()
    for name, value in made.update.gan.state_dict().items():
        assert torch.allclose(value, plain.state_dict()[name], atol=2e-4), name


@pytest.mark.parametrize("steps", [1, 4, 10])
def test_interrupted_anywhere_it_ends_with_the_same_bytes(tmp_path: Path, steps: int) -> None:
    assert_same(*interrupted_and_not(lambda: trainer(noise={"schedule": "linear"}), tmp_path, steps))


def test_a_trained_network_is_found_by_its_family(tmp_path: Path, recipe) -> None:
    conv, dense = small().eval(), BiGAN(recipe(hidden=[6, 5], latent=4), 784)
    for name, gan in {"conv": conv, "dense": dense}.items():
        gan.save(tmp_path / name, {"seed": 3})
    found = families.load(tmp_path / "conv", CPU)
    assert isinstance(found, ConvBiGAN)
    assert not found.training
    assert found.recipe == conv.recipe
    x = torch.rand(2, 784)
    assert torch.allclose(found.encode(x), conv.encode(x), atol=1e-6)
    assert isinstance(families.load(tmp_path / "dense", CPU), BiGAN)


@pytest.mark.parametrize("about", [{}, {"recipe": {"recipe": "vae"}}])
def test_weights_of_no_family_are_refused(tmp_path: Path, about: dict[str, object]) -> None:
    from workflow.io import tensors

    tensors.save(tmp_path / "other", {"a": torch.zeros(1)}, about)
    with pytest.raises(UserError, match=r"other: recipe: found .*, allowed: bigan, cgan, conv_bigan"):
        families.load(tmp_path / "other", CPU)


def test_every_family_is_there_by_the_name_of_its_recipe(params: Params) -> None:
    assert {variant.recipe: type(variant) for variant in params.variants.values()} == {
        name: family.Recipe for name, family in families.FAMILIES.items()
    }


@pytest.mark.parametrize(("channels", "side"), [(1, 28), (3, 32)])
def test_its_codes_and_pictures_are_those_of_the_data_set(channels: int, side: int) -> None:
    gan = small(channels, side, side).eval()
    images = Images(torch.randint(0, 256, (6, channels, side, side), dtype=torch.uint8), torch.arange(6))
    found = latents.features(gan, images)
    assert {name: tuple(value.shape) for name, value in found.items()} == {"code": (6, 3), "hidden": (6, 4)}
    strips = samples.strips(gan, images)
    assert all(strips[name].shape == images.pixels.shape for name in ("generated", "real", "reconstructed"))
    x = images.pixels / 127.5 - 1
    expected = (gan.reconstruct(x, images.labels) + 1) * 127.5
    assert (strips["reconstructed"].flatten(1) - expected).abs().max() <= 0.51
