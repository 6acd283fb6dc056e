"""The convolutional GANs of Reports D and E: layers, gradient penalty, virtual batch normalization, samples by epoch."""

from functools import partial
from pathlib import Path

import pytest
import torch
from conftest import ROOT
from test_training import assert_same, interrupted_and_not, run
from torch import Tensor, nn

from workflow.data.batches import Batch
from workflow.data.dataset import Images
from workflow.evaluation import by_class
from workflow.io.errors import UserError
from workflow.networks.dcgan import DCGAN
from workflow.networks.layers import Dropout
from workflow.networks.virtual_batch_norm import Referring, VirtualBatchNorm
from workflow.params.dcgan import DcganRecipe
from workflow.params.evaluation import SamplesByEpoch
from workflow.params.file import Params
from workflow.params.model import load, merged
from workflow.params.training import TrainingBudget
from workflow.training.families import dcgan as dcgan_training
from workflow.training.loop import Trainer
from workflow.training.losses import ADVERSARIAL_LOSSES, gradient_penalty

CPU = torch.device("cpu")
SHOWN = SamplesByEpoch(images=4, epochs=[1, 3])
SMALL = {
    "latent": 3,
    "batch_size": 5,
    "kernel": 3,
    "reference_images": 6,
    "generator": {
        "projection": {"filters": 4, "normalization": "batch"},
        "hidden": [{"filters": 3, "stride": 2, "normalization": "batch", "dropout": 0.0}],
    },
    "discriminator": [
        {"filters": 4, "stride": 2, "normalization": "none", "dropout": 0.3},
        {"filters": 5, "stride": 2, "normalization": "batch", "dropout": 0.3},
    ],
}
VIRTUAL = {
    "generator": {
        "projection": {"filters": 4, "normalization": "virtual"},
        "hidden": [{"filters": 3, "stride": 2, "normalization": "virtual", "dropout": 0.0}],
    },
    "discriminator": [{"filters": 4, "stride": 2, "normalization": "virtual", "dropout": 0.0}] * 2,
}
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


def toy(count: int = 13, side: int = 8) -> Images:
    pixels = torch.randint(0, 256, (count, 1, side, side), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    return Images(pixels, torch.arange(count) % 3)


def recipe(**changes: object) -> DcganRecipe:
    """Report E's recipe from params.yaml, with changes."""
    return DcganRecipe.model_validate(merged(load(ROOT / "params.yaml")["recipes"]["dcgan"], changes))


def trainer(epochs: int = 3, start: Path | None = None, **changes: object) -> Trainer:
    torch.manual_seed(0)
    return dcgan_training.begin(recipe(**merged(SMALL, changes)), toy(), epochs, SHOWN, start)


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
        images = gan.generate(gan.prior(2, CPU), labels)
        assert gan.discriminator(gan.shown(images, labels)).shape == (2, 1)
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
    gan = DCGAN(params.variants["dcgan-gp-mnist"], 1, 28, 28)
    assert kinds(gan.generator, nn.BatchNorm1d, nn.BatchNorm2d) == ["BatchNorm2d"] * 2
    assert [layer.bias for layer in gan.generator if isinstance(layer, nn.Linear | nn.ConvTranspose2d)] == [None] * 4
    order = kinds(gan.discriminator, nn.Conv2d, nn.BatchNorm2d, Dropout)
    assert order == ["Conv2d", "Dropout", "Conv2d", "BatchNorm2d", "Dropout", "Conv2d", "BatchNorm2d", "Dropout"]
    assert gan.recipe.gradient_penalty.weight == 1
    assert gan.recipe.loss == "cross-entropy"
    assert params.variants["dcgan-mnist-as-coded"] == gan.recipe.model_copy(update={"gradient_penalty": None})


def test_wgan_gp_is_dcgan_but_for_its_loss(params: Params) -> None:
    for name in ("mnist", "svhn", "svhn-10k"):
        dcgan, wgan = (params.variants[f"{kind}-{name}"].model_dump() for kind in ("dcgan", "wgan-gp"))
        assert {key for key in dcgan if dcgan[key] != wgan[key]} == {"loss", "gradient_penalty"}


def test_the_strides_must_divide_the_images_side() -> None:
    with pytest.raises(UserError, match="generator: found strides whose product is 4, allowed: a divisor of the images' 30×30"):
        DCGAN(recipe(), 1, 30, 30)


@pytest.mark.parametrize("channels", [1, 3])
def test_the_penalty_of_a_linear_discriminator_is_that_of_its_slope(channels: int) -> None:
    torch.manual_seed(0)
    slope = torch.randn(channels, 4, 4, requires_grad=True)
    penalty = gradient_penalty(lambda x: (x * slope).sum((1, 2, 3))[:, None] + 3, *torch.randn(2, 6, channels, 4, 4))
    assert penalty.item() == pytest.approx((slope.norm().item() - 1) ** 2, rel=1e-5)
    (gradient,) = torch.autograd.grad(penalty, slope)
    assert torch.allclose(gradient, 2 * (slope.norm() - 1) * slope.detach() / slope.norm().detach(), rtol=1e-4)


def test_the_penalty_is_taken_between_each_pair_at_a_share_of_its_own() -> None:
    torch.manual_seed(0)
    real, generated = torch.full((500, 1, 2, 2), 3.0), torch.full((500, 1, 2, 2), -1.0)
    points: list[Tensor] = []
    weight = torch.ones((), requires_grad=True)
    # D(x) = ½||x||² has the gradient x, so the penalty is the mean of (||x|| - 1)²
    penalty = gradient_penalty(lambda x: points.append(x.detach()) or weight * x.square().sum((1, 2, 3))[:, None] / 2, real, generated)
    (x,) = points
    assert torch.equal(x, x[:, :, :1, :1].expand_as(x)), "one share an example"
    assert len(x[:, 0, 0, 0].unique()) == 500
    assert (x >= -1).all()
    assert (x <= 3).all()
    assert x.mean().item() == pytest.approx(1, abs=0.15), "uniform between the two"
    assert penalty.item() == pytest.approx((x.flatten(1).norm(dim=1) - 1).square().mean().item(), rel=1e-5)


def test_a_gradient_of_zero_makes_nothing_infinite() -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.LeakyReLU(0.2), nn.Linear(3, 1))
    for weight in network.parameters():
        nn.init.zeros_(weight)
    penalty = gradient_penalty(network, torch.rand(5, 1, 2, 2), torch.rand(5, 1, 2, 2))
    assert penalty.item() == 1
    gradients = torch.autograd.grad(penalty, list(network.parameters()), allow_unused=True)
    assert all(gradient is None or gradient.isfinite().all() for gradient in gradients)


def test_the_wasserstein_objective_by_hand() -> None:
    real, generated = torch.tensor([[1.0], [4.0]]), torch.tensor([[-3.0], [1.0]])
    objective = ADVERSARIAL_LOSSES["wasserstein"]
    assert objective.discriminator(real, generated).item() == -2.5 - 1
    assert objective.real(generated).item() == 1, "what the generator minimises"
    assert objective.accuracy(real, generated) == {}
    assert ADVERSARIAL_LOSSES["cross-entropy"].accuracy(real, generated)["discriminator_accuracy"].item() == 0.75


def test_the_penalty_joins_the_discriminators_loss_with_its_weight() -> None:
    changes = {"gradient_penalty": {"weight": 7.0}, "loss": "wasserstein"}
    update, batch = trainer(**changes).update, Batch(torch.rand(5, 1, 8, 8), torch.zeros(5, dtype=torch.int64))
    weights = list(update.gan.discriminator.parameters())
    torch.manual_seed(1)
    losses = update.step(batch)

    gan = trainer(**changes).update.gan
    torch.manual_seed(1)
    real, generated = (examples.detach() for examples in gan.examples(batch, gan.prior(5, CPU)))
    loss = -gan.discriminator(real).mean() + gan.discriminator(generated).mean()
    gan.discriminator.eval()
    penalty = gradient_penalty(gan.discriminator, real, generated)
    assert losses.keys() == {"discriminator", "generator", "gradient_penalty"}
    assert [losses[name].item() for name in ("discriminator", "gradient_penalty")] == pytest.approx([loss.item(), penalty.item()], rel=1e-4)
    wanted = torch.autograd.grad(loss + 7 * penalty, list(gan.discriminator.parameters()))
    assert all(
        torch.allclose(one, other, rtol=1e-3, atol=1e-6) for one, other in zip([weight.grad for weight in weights], wanted, strict=True)
    )
    assert all(weight.grad.stride() == weight.stride() for weight in weights)  # fused Adam goes through both as they lie


def test_a_penalty_is_not_for_a_conditional_discriminator() -> None:
    with pytest.raises(ValueError, match="gradient_penalty: found one, allowed with conditional true: null"):
        recipe(conditional=True, gradient_penalty={"weight": 1.0})


def test_real_and_generated_images_are_normalized_apart() -> None:
    gan = trainer().update.gan
    gan.discriminator = nn.Sequential(nn.BatchNorm2d(1, affine=False), nn.Flatten(), nn.Linear(64, 1))
    real, generated = torch.rand(5, 1, 8, 8), 10 + torch.rand(5, 1, 8, 8)
    logits = gan.judge(torch.cat([real, generated]))
    assert torch.allclose(logits[0], gan.discriminator(real))
    assert torch.allclose(logits[1], gan.discriminator(generated))


@pytest.mark.parametrize("changes", [{}, VIRTUAL])
def test_the_class_reaches_generator_and_discriminator(changes: dict[str, object]) -> None:
    gan = trainer(**changes, conditional=True).update.gan.eval()
    given, other = (Batch(torch.rand(1, 1, 8, 8).expand(3, -1, -1, -1), torch.tensor(labels)) for labels in ([1, 2, 3], [1, 2, 4]))
    z = gan.prior(3, CPU)
    images = [gan.generate(z, each.labels) for each in (given, other)]
    assert (images[0] != images[1]).flatten(1).any(1).tolist() == [False, False, True]
    shown = gan.shown(given.x, given.labels)
    assert torch.equal(shown[:, :1], given.x)
    assert shown[:, 1:].flatten(2).mean(2).tolist() == [[float(number == label) for number in range(10)] for label in (1, 2, 3)]
    logits = [gan.discriminator(gan.shown(given.x, each.labels)) for each in (given, other)]
    assert (logits[0] != logits[1]).squeeze(1).tolist() == [False, False, True]


def test_without_a_condition_the_class_changes_nothing() -> None:
    gan = trainer().update.gan.eval()
    z, x = gan.prior(3, CPU), torch.rand(3, 1, 8, 8)
    assert torch.equal(gan.generate(z, torch.tensor([1, 2, 3])), gan.generate(z, torch.tensor([4, 5, 6])))
    assert gan.shown(x, torch.tensor([1, 2, 3])) is x


def test_virtual_batch_normalization_refers_to_training_images_and_leaves_examples_alone() -> None:
    gan = trainer(**VIRTUAL, conditional=True).update.gan
    assert all(isinstance(network, Referring) for network in (gan.generator, gan.discriminator))
    known = [tuple(x) for x in (toy().pixels.flatten(1) / 127.5 - 1).tolist()]
    assert all(tuple(x) in known for x in gan.discriminator.reference[:, :1].flatten(1).tolist())
    assert torch.equal(gan.discriminator.reference[:, 1:, 0, 0], gan.generator.reference[:, 3:]), "the same classes"
    x, labels = torch.rand(4, 1, 8, 8), torch.arange(4)
    z = gan.prior(4, CPU)
    alone = torch.cat([gan.generate(*pair) for pair in zip(z.split(1), labels.split(1), strict=True)])
    assert torch.allclose(gan.generate(z, labels), alone, atol=1e-6)
    shown = gan.shown(x, labels)
    assert torch.allclose(gan.discriminator(shown), torch.cat([gan.discriminator(each) for each in shown.split(1)]), atol=1e-5)


def test_a_warm_start_starts_from_those_weights(tmp_path: Path) -> None:
    first = trainer(epochs=1)
    run(first, tmp_path)
    first.update.gan.save(tmp_path / "first.safetensors", {})
    drawn, second = trainer().update.gan, trainer(start=tmp_path / "first.safetensors").update.gan
    assert not torch.equal(drawn.generator[0].weight, second.generator[0].weight)
    assert all(torch.equal(value, second.state_dict()[name]) for name, value in first.update.gan.state_dict().items())
    with pytest.raises(UserError, match=r"first.safetensors: not the networks of this variant: size mismatch for "):
        trainer(start=tmp_path / "first.safetensors", latent=4)


@pytest.mark.parametrize("changes", [{}, {"gradient_penalty": {"weight": 10.0}, "loss": "wasserstein"}, VIRTUAL])
@pytest.mark.parametrize("steps", [1, 2, 5])
def test_interrupted_anywhere_it_ends_with_the_same_bytes(tmp_path: Path, changes: dict[str, object], steps: int) -> None:
    resumed, undisturbed = interrupted_and_not(lambda: trainer(**changes), tmp_path, steps)
    assert_same(resumed, undisturbed)
    assert resumed.kept.keys() == undisturbed.kept.keys() == {"real", "1", "3"}
    assert all(torch.equal(images, undisturbed.kept[epoch]) for epoch, images in resumed.kept.items())


def test_keeping_samples_leaves_the_run_as_it_is(tmp_path: Path) -> None:
    watched, alone = trainer(), trainer()
    alone.keep = lambda epoch: {}
    for made in (watched, alone):
        torch.manual_seed(5)
        run(made, tmp_path)
    assert_same(watched, alone)


def test_samples_are_of_the_same_z_whatever_the_seed(tmp_path: Path) -> None:
    made = trainer(epochs=1)
    run(made, tmp_path)
    gan = made.update.gan.eval()
    torch.manual_seed(0)
    z = gan.prior(4, CPU)
    expected = ((gan.generate(z, torch.zeros(4)) + 1) * 127.5).round().to(torch.uint8)
    assert torch.equal(made.kept["1"], expected)
    assert torch.equal(made.kept["real"], toy().pixels[:4])


def test_a_trained_dcgan_survives_its_file(tmp_path: Path) -> None:
    gan = trainer(**VIRTUAL).update.gan
    gan.save(tmp_path / "gan.safetensors", {"seed": 3})
    found = DCGAN.load(tmp_path / "gan.safetensors", CPU)
    assert found.recipe == gan.recipe
    z = gan.prior(4, CPU)
    assert torch.equal(found.generate(z, torch.zeros(4)), gan.generate(z, torch.zeros(4))), "with its reference"


def test_the_budget_may_give_a_slow_family_a_fraction_of_its_own() -> None:
    budget = partial(TrainingBudget, name="cpu", mnist="mnist", epochs=0.1, least_epochs=40, images=None)
    assert budget(families={"dcgan": 0.06}).epochs_of("dcgan", 100) == 6
    assert budget(families={"dcgan": 0.001}).epochs_of("dcgan", 100) == 1
    assert budget(families={"bigan": 0.06}).epochs_of("dcgan", 100) == 40
    assert budget().epochs_of("dcgan", 30) == 30
    assert budget().epochs_of("dcgan", 500) == 50


def test_precision_that_is_left_to_the_budget_is_the_budgets(params: Params) -> None:
    budget = TrainingBudget(name="cpu", mnist="mnist", epochs=0.1, least_epochs=40, images=None, precision="bfloat16")
    assert budget.with_precision(recipe()).precision == "bfloat16"
    assert budget.with_precision(recipe(precision="float32")).precision == "float32"
    assert {name for name, variant in params.variants.items() if variant.precision == "budget"} == {
        name for name, variant in params.variants.items() if variant.recipe in {"dcgan", "conv_bigan"}
    } - {"dcgan-mnist-float32"}


def test_the_first_samples_of_each_class_lie_under_the_first_real_images(monkeypatch: pytest.MonkeyPatch) -> None:
    given = torch.tensor([3, 1, 3, 1, 1, 1, 1, 1, 1, 1])
    monkeypatch.setattr(by_class, "classify", lambda _lenet, _samples: given)
    samples = torch.arange(10, dtype=torch.uint8)[:, None, None, None].expand(10, 1, 2, 2) + 1
    real = Images(100 + samples, torch.tensor([0, 0, 3, 0, 0, 0, 0, 0, 0, 0]))
    found = by_class.side_by_side(None, samples, real)
    assert found["generated"][1, :, 0, 0, 0].tolist() == [2, 4, 5, 6, 7, 8, 9]
    assert found["generated"][3, :, 0, 0, 0].tolist() == [1, 3, 0, 0, 0, 0, 0]
    assert found["real"][0, :, 0, 0, 0].tolist() == [101, 102, 104]
    assert found["real"][3, :, 0, 0, 0].tolist() == [103, 0, 0]
    assert found["counts"].tolist() == [0, 8, 0, 2, 0, 0, 0, 0, 0, 0]
