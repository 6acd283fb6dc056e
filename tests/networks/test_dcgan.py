"""The convolutional GANs of Reports D and E: layers, and the class beside their inputs."""

import pytest
import torch
from torch import Tensor, nn

from tests.helpers.runs import CPU, VIRTUAL, recipe_of, small_run
from workflow.data.batches import Batch
from workflow.io.errors import UserError
from workflow.networks.dcgan import DCGAN
from workflow.networks.layers import Dropout
from workflow.networks.virtual_batch_norm import VirtualBatchNorm
from workflow.params.file import Params

# Report E §2.1.1 and §2.1.2, for 28×28×1 and, in the last layer and the first, for §3.1's 32×32×3
SHAPES = {
    (1, 28, 28): (
        [(12_544,), (12_544,), (12_544,), (256, 7, 7), *[(128, 7, 7)] * 3, *[(64, 14, 14)] * 3, (1, 28, 28)],
        [*[(64, 14, 14)] * 3, *[(128, 7, 7)] * 3, *[(256, 4, 4)] * 3, (4096,), (1,)],
    ),
    (3, 32, 32): (
        [(16_384,), (16_384,), (16_384,), (256, 8, 8), *[(128, 8, 8)] * 3, *[(64, 16, 16)] * 3, (3, 32, 32)],
        [*[(64, 16, 16)] * 3, *[(128, 8, 8)] * 3, *[(256, 4, 4)] * 3, (4096,), (1,)],
    ),
}


def count(network: nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


def sizes(network: nn.Sequential, x: Tensor) -> list[tuple[int, ...]]:
    """Return the shape of an example after each layer."""
    found = []
    for layer in network:
        x = layer(x)
        found.append(tuple(x.shape[1:]))
    return found


@pytest.mark.parametrize(("shape", "expected"), SHAPES.items())
def test_report_e_layer_by_layer(params: Params, shape: tuple[int, ...], expected: tuple[list[tuple[int, ...]], ...]) -> None:
    with torch.no_grad():
        gan = DCGAN(params.variants["dcgan-mnist"], *shape)
        found = sizes(gan.generator, torch.zeros(2, 100)), sizes(gan.discriminator, torch.zeros(2, *shape))
    assert found == expected
    channels, _, side = shape
    units = 256 * (side // 4) ** 2
    normalized = 2 * (units + 128 + 64)  # gain and shift
    assert count(gan.generator) == 100 * units + 25 * (256 * 128 + 128 * 64 + 64 * channels) + channels + normalized
    assert count(gan.discriminator) == 25 * (channels * 64 + 64 * 128 + 128 * 256) + 64 + 128 + 256 + 4096 + 1


@pytest.mark.parametrize("variant", ["dcgan-mnist", "dcgan-mnist-as-coded", "dcgan-two-conv", "cgan-conv"])
@pytest.mark.parametrize("shape", [(1, 8, 8), (1, 28, 28), (3, 32, 32)])
def test_every_data_sets_images_fit(params: Params, variant: str, shape: tuple[int, ...]) -> None:
    with torch.no_grad():
        gan = DCGAN(params.variants[variant], *shape)
        labels = torch.arange(2)
        images = gan.generate(gan.sample_latent(2, CPU), labels)
        assert gan.discriminator(gan.discriminator_input(images, labels)).shape == (2, 1)
    assert images.shape == (2, *shape)
    assert images.abs().max() <= 1


def kinds(network: nn.Module, *wanted: type[nn.Module]) -> list[str]:
    return [type(layer).__name__ for layer in network.modules() if isinstance(layer, wanted)]


def test_report_d_has_two_convolutions_each_and_virtual_batch_normalization(params: Params) -> None:
    two, one = (DCGAN(params.variants[name], 1, 28, 28) for name in ("dcgan-two-conv", "dcgan-one-conv"))
    layers = nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm1d, nn.BatchNorm2d, VirtualBatchNorm
    assert sorted(kinds(two.generator, *layers)) == ["ConvTranspose2d"] * 2 + ["VirtualBatchNorm"] * 2
    assert sorted(kinds(two.discriminator, *layers)) == ["Conv2d"] * 2 + ["VirtualBatchNorm"] * 2
    assert sorted(kinds(one.generator, *layers)) == ["ConvTranspose2d", "VirtualBatchNorm"]
    assert kinds(one.discriminator, *layers) == kinds(two.discriminator, *layers)
    assert {layer.negative_slope for layer in two.modules() if isinstance(layer, nn.LeakyReLU)} == {0.2}
    assert two.to_pixels is torch.tanh_


def test_report_es_code_differs_where_it_does(params: Params) -> None:
    variant = params.variants["dcgan-gp-mnist"]
    gan = DCGAN(variant, 1, 28, 28)
    assert kinds(gan.generator, nn.BatchNorm1d, nn.BatchNorm2d) == ["BatchNorm2d"] * 2
    assert [layer.bias for layer in gan.generator if isinstance(layer, nn.Linear | nn.ConvTranspose2d)] == [None] * 4
    order = kinds(gan.discriminator, nn.Conv2d, nn.BatchNorm2d, Dropout)
    assert order == ["Conv2d", "Dropout", "Conv2d", "BatchNorm2d", "Dropout", "Conv2d", "BatchNorm2d", "Dropout"]
    assert variant.gradient_penalty.weight == 1
    assert variant.loss == "cross-entropy"
    assert variant.latents == "per-batch"
    assert params.variants["dcgan-mnist-as-coded-epochs-50"] == variant.model_copy(update={"gradient_penalty": None})


def test_wgan_gp_is_dcgan_but_for_its_loss(params: Params) -> None:
    for same, name in {"dcgan-mnist-epochs-50": "mnist", "dcgan-svhn": "svhn"}.items():
        dcgan, wgan = (params.variants[variant].model_dump() for variant in (same, f"wgan-gp-{name}"))
        assert {key for key in dcgan if dcgan[key] != wgan[key]} == {"loss", "gradient_penalty"}


def test_the_strides_must_divide_the_images_side() -> None:
    with pytest.raises(UserError, match="generator: found strides whose product is 4, allowed: a divisor of the images' 30×30"):
        DCGAN(recipe_of("dcgan"), 1, 30, 30)


def test_a_penalty_is_not_for_a_conditional_discriminator() -> None:
    with pytest.raises(ValueError, match="gradient_penalty: found one, allowed with conditional true: null"):
        recipe_of("dcgan", conditional=True, gradient_penalty={"weight": 1.0})


def test_real_and_generated_images_are_normalized_apart() -> None:
    gan = small_run("dcgan").update.gan
    gan.discriminator = nn.Sequential(nn.BatchNorm2d(1, affine=False), nn.Flatten(), nn.Linear(64, 1))
    real, fake = torch.rand(5, 1, 8, 8), 10 + torch.rand(5, 1, 8, 8)
    logits = gan.discriminate(torch.cat([real, fake]))
    assert torch.allclose(logits[0], gan.discriminator(real))
    assert torch.allclose(logits[1], gan.discriminator(fake))


@pytest.mark.parametrize("changes", [{}, VIRTUAL])
def test_the_class_reaches_generator_and_discriminator(changes: dict[str, object]) -> None:
    gan = small_run("dcgan", **changes, conditional=True).update.gan.eval()
    given, other = (Batch(torch.rand(1, 1, 8, 8).expand(3, -1, -1, -1), torch.tensor(labels)) for labels in ([1, 2, 3], [1, 2, 4]))
    z = gan.sample_latent(3, CPU)
    images = [gan.generate(z, each.labels) for each in (given, other)]
    assert (images[0] != images[1]).flatten(1).any(1).tolist() == [False, False, True]
    shown = gan.discriminator_input(given.x, given.labels)
    assert torch.equal(shown[:, :1], given.x)
    assert shown[:, 1:].flatten(2).mean(2).tolist() == [[float(number == label) for number in range(10)] for label in (1, 2, 3)]
    logits = [gan.discriminator(gan.discriminator_input(given.x, each.labels)) for each in (given, other)]
    assert (logits[0] != logits[1]).squeeze(1).tolist() == [False, False, True]


def test_without_a_condition_the_class_changes_nothing() -> None:
    gan = small_run("dcgan").update.gan.eval()
    z, x = gan.sample_latent(3, CPU), torch.rand(3, 1, 8, 8)
    assert torch.equal(gan.generate(z, torch.tensor([1, 2, 3])), gan.generate(z, torch.tensor([4, 5, 6])))
    assert gan.discriminator_input(x, torch.tensor([1, 2, 3])) is x
