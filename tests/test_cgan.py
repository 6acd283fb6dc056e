"""Report D's conditional GANs: layers, virtual batch normalization, steps, rates, and LeNet's score."""

import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from test_training import assert_same, interrupted_and_not, run, toy
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy
from torch.nn.functional import leaky_relu, one_hot

from tests.helpers.project import ROOT
from workflow.data.batches import Batch
from workflow.evaluation import lenet_score
from workflow.evaluation.classifier import classify
from workflow.evaluation.samples import of_each_class
from workflow.io.errors import UserError
from workflow.networks import bigan
from workflow.networks.cgan import CGAN
from workflow.networks.virtual_batch_norm import VirtualBatchNorm
from workflow.params.cgan import CganRecipe
from workflow.params.file import Params
from workflow.params.model import load, merged
from workflow.training import updates
from workflow.training.families import cgan as cgan_training
from workflow.training.loop import Trainer
from workflow.training.traced import Traced, eager

CPU = torch.device("cpu")
SMALL = {"generator": [8, 7], "discriminator": [6, 5], "latent": 3, "batch_size": 5, "reference_images": 9}
TABLE_1 = {
    "cgan-arch-128-784-128": ([128], [128]),
    "cgan-arch-128-784-128-8": ([128], [128, 8]),
    "cgan-arch-128-512-784-128": ([128, 512], [128]),
    "cgan-arch-128-512-784-128-8": ([128, 512], [128, 8]),
    "cgan-arch-128-256-784-128-8": ([128, 256], [128, 8]),
    "cgan-arch-128-256-784-128-64": ([128, 256], [128, 64]),
    "cgan-arch-128-256-784-128-32": ([128, 256], [128, 32]),
}


def recipe(**changes: object) -> CganRecipe:
    """Table 1's first row from params.yaml, with changes."""
    return CganRecipe.model_validate(merged(load(ROOT / "params.yaml")["recipes"]["cgan"], changes))


def trainer(epochs: int = 3, **changes: object) -> Trainer:
    torch.manual_seed(0)
    return cgan_training.trainer(recipe(**{**SMALL, **changes}), toy(), epochs)


def count(network: nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


@pytest.mark.parametrize(("variant", "hidden"), TABLE_1.items())
@pytest.mark.parametrize("normalization", ["none", "virtual"])
def test_table_1_layer_by_layer(params: Params, variant: str, hidden: tuple[list[int], list[int]], normalization: str) -> None:
    gan = CGAN(params.variants[variant].model_copy(update={"normalization": normalization}), 784)
    widths = [110, *hidden[0], 784], [794, *hidden[1], 1]
    for network, layers in zip((gan.generator, gan.discriminator), map(list, map(pairwise, widths)), strict=True):
        shapes = [tuple(layer.weight.shape) for layer in network.modules() if isinstance(layer, nn.Linear)]
        assert shapes == [(outputs, inputs) for inputs, outputs in layers]
        beside = 2 if normalization == "virtual" else 1  # gain and shift, or a bias
        assert count(network) == sum((inputs + beside) * outputs for inputs, outputs in layers[:-1]) + (layers[-1][0] + 1) * layers[-1][1]


@pytest.mark.parametrize(
    "changes",
    [
        {"normalization": "none"},
        {"normalization": "none", "precision": "bfloat16"},
        {"normalization": "virtual", "discriminator_steps": 2},
        {"normalization": "virtual", "generator_steps": 2},
    ],
)
def test_a_traced_training_has_the_same_bytes_as_an_eager_one(
    changes: dict[str, object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    traced = trainer(**changes)
    assert traced.update.compute is Traced
    torch.manual_seed(1)
    run(traced, tmp_path / "traced")
    monkeypatch.setattr(cgan_training, "Traced", eager)
    wanted = trainer(**changes)
    assert wanted.update.compute is eager
    torch.manual_seed(1)
    run(wanted, tmp_path / "eager")
    assert_same(traced, wanted)


def test_first_weights_are_those_of_glorot_and_bengio() -> None:
    torch.manual_seed(0)
    for layer in CGAN(recipe(), 784).modules():
        if isinstance(layer, nn.Linear) and layer.weight.numel() > 10_000:
            outputs, inputs = layer.weight.shape
            bound = math.sqrt(6 / (inputs + outputs))
            assert layer.weight.abs().max() <= bound
            assert layer.weight.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.02)
            assert layer.bias is None or not layer.bias.any()


def normalized_plainly(norm: VirtualBatchNorm, x: Tensor, reference: Tensor) -> Tensor:
    """Each example normalized by the statistics of the reference and itself, one after the other."""
    rows = []
    over = (0, *range(2, x.dim()))
    gain, shift = (weight.view(-1, *[1] * (x.dim() - 2)) for weight in (norm.gain, norm.shift))
    for example in x:
        values = torch.cat([reference, example[None]])
        mean, variance = (moment.squeeze(0) for moment in (values.mean(over, keepdim=True), values.var(over, correction=0, keepdim=True)))
        rows.append(gain * (example - mean) / (variance + norm.epsilon).sqrt() + shift)
    return torch.stack(rows)


def drawn(norm: VirtualBatchNorm) -> VirtualBatchNorm:
    for weight in norm.parameters():
        nn.init.uniform_(weight, 0.5, 2)
    return norm


@pytest.mark.parametrize("positions", [(), (4, 5)])
def test_virtual_batch_normalization_is_what_salimans_et_al_define(positions: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    norm = drawn(VirtualBatchNorm(3).double())
    x, reference = 5 * torch.randn(6, 3, *positions).double() + 2, 3 * torch.randn(7, 3, *positions).double() - 1
    assert torch.allclose(norm(x, reference), normalized_plainly(norm, x, reference), rtol=1e-12)
    over, (gain, shift) = (0, *range(2, x.dim())), (weight.view(-1, *[1] * len(positions)) for weight in (norm.gain, norm.shift))
    mean, variance = reference.mean(over, keepdim=True), reference.var(over, correction=0, keepdim=True)
    assert torch.allclose(norm.itself(reference), gain * (reference - mean) / (variance + norm.epsilon).sqrt() + shift, rtol=1e-12)


@pytest.mark.parametrize("positions", [(), (2, 2)])
def test_its_gradients_go_through_the_reference_too(positions: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    norm = drawn(VirtualBatchNorm(3).double())
    x, reference = (torch.randn(count, 3, *positions).double().requires_grad_() for count in (4, 5))
    assert torch.autograd.gradcheck(norm, (x, reference))


def test_the_reference_takes_the_way_of_the_examples() -> None:
    network = trainer().update.gan.discriminator.double()
    x, reference = torch.randn(4, 26).double(), network.reference
    expected = x
    for layer, norm in pairwise([*network.below, network.last]):
        if isinstance(norm, VirtualBatchNorm):
            drawn(norm)
            below = reference @ layer.weight.T
            expected = leaky_relu(normalized_plainly(norm, expected @ layer.weight.T, below), 0.2)
            reference = leaky_relu(nn.functional.batch_norm(below, None, None, norm.gain, norm.shift, True, eps=norm.epsilon), 0.2)
    output = network.above[-1]
    assert torch.allclose(network(x), expected @ output.weight.T + output.bias, rtol=1e-10)


def test_an_example_does_not_depend_on_the_others_of_its_batch() -> None:
    gan = trainer().update.gan
    z, labels = gan.prior(6, CPU), torch.arange(6)
    alone = torch.cat([gan.generate(*pair) for pair in zip(z.split(1), labels.split(1), strict=True)])
    assert torch.allclose(gan.generate(z, labels), alone, atol=1e-6)


def test_the_reference_is_training_images_with_their_classes_and_a_z_for_each() -> None:
    gan, images = trainer().update.gan, toy()
    real, classes = gan.discriminator.reference.split([16, 10], dim=1)
    known = {tuple(x): label for x, label in zip((images.pixels.flatten(1) / 127.5 - 1).tolist(), images.labels.tolist(), strict=True)}
    assert [known[tuple(x)] for x in real.tolist()] == classes.argmax(1).tolist()
    assert len(set(map(tuple, real.tolist()))) == 9, "each once"
    assert torch.equal(gan.generator.reference[:, 3:], classes)
    assert gan.generator.reference[:, :3].abs().max() <= 1


def test_the_reference_needs_as_many_images() -> None:
    with pytest.raises(UserError, match="reference_images: found 24, allowed: at most the 23 training images"):
        trainer(reference_images=24)


@pytest.mark.parametrize("normalization", ["none", "virtual"])
def test_the_class_reaches_generator_and_discriminator(normalization: str) -> None:
    gan = trainer(normalization=normalization).update.gan
    given = Batch(torch.rand(3, 1, 4, 4), torch.tensor([1, 2, 3]))
    other = Batch(given.x, torch.tensor([1, 2, 4]))
    z = gan.prior(3, CPU)
    images = [gan.generate(z, each.labels) for each in (given, other)]
    assert (images[0] != images[1]).any(1).tolist() == [False, False, True]
    logits = [gan.discriminator(gan.examples(each, z)[0]) for each in (given, other)]
    assert (logits[0] != logits[1]).squeeze(1).tolist() == [False, False, True]


@pytest.mark.parametrize("normalization", ["none", "virtual"])
def test_both_kinds_at_once_are_what_each_is_alone(normalization: str) -> None:
    gan = trainer(normalization=normalization).update.gan
    batch, z = Batch(torch.rand(3, 1, 4, 4), torch.tensor([1, 2, 3])), gan.prior(3, CPU)
    with torch.no_grad():
        both, apart = gan.both(batch, z), gan.examples(batch, z)
    assert torch.equal(both, torch.cat(apart))
    assert all(torch.allclose(logits, gan.discriminator(each)) for logits, each in zip(gan.judge(both), apart, strict=True))


@pytest.mark.parametrize(("discriminator", "generator"), [(1, 1), (2, 1), (1, 2), (3, 2)])
def test_each_side_steps_as_often_as_it_should_with_a_z_of_its_own(
    discriminator: int, generator: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = trainer(discriminator_steps=discriminator, generator_steps=generator)
    order: list[str] = []
    names = {id(optimizer): name for name, optimizer in made.update.optimizers.items()}
    monkeypatch.setattr(updates, "step", lambda optimizer: order.append(names[id(optimizer)]))
    draws: list[Tensor] = []
    prior = made.update.gan.prior
    made.update.gan.prior = lambda *arguments: draws.append(prior(*arguments)) or draws[-1]
    made.advance()
    assert order == ["discriminator"] * discriminator + ["generator"] * generator
    assert len({tuple(z.flatten().tolist()) for z in draws}) == discriminator + generator


@pytest.mark.parametrize("normalization", ["none", "virtual"])
def test_the_loop_does_what_a_plain_one_does(normalization: str, tmp_path: Path) -> None:
    changes = {"normalization": normalization, "discriminator_steps": 2, "generator_learning_rate": 5e-3}
    made = trainer(epochs=2, **changes)
    torch.manual_seed(0)
    plain = cgan_training.trainer(recipe(**SMALL, **changes), toy(), 2).update.gan
    run(made, tmp_path)

    torch.manual_seed(0)
    cgan_training.trainer(recipe(**SMALL, **changes), toy(), 2)  # draws what the run has drawn before its first step
    optimizers = {
        "discriminator": torch.optim.Adam(plain.discriminator.parameters(), 2e-3, (0.5, 0.999)),
        "generator": torch.optim.Adam(plain.generator.parameters(), 5e-3, (0.5, 0.999)),
    }
    ones, zeros, images = torch.ones(5, 1), torch.zeros(5, 1), toy()
    for _ in range(2):
        order = torch.randperm(23)
        for start in range(0, 20, 5):
            chosen = order[start : start + 5]
            x, c = images.pixels[chosen].flatten(1) / 127.5 - 1, one_hot(images.labels[chosen], 10).float()
            for side in ("discriminator", "discriminator", "generator"):
                z = torch.rand(5, 3) * 2 - 1
                generated = plain.discriminator(torch.cat([torch.tanh(plain.generator(torch.cat([z, c], 1))), c], 1))
                if side == "generator":
                    loss = cross_entropy(generated, ones)
                else:
                    loss = cross_entropy(plain.discriminator(torch.cat([x, c], 1)), ones) + cross_entropy(generated, zeros)
                plain.zero_grad()
                loss.backward()
                optimizers[side].step()
    for name, value in made.update.gan.state_dict().items():
        assert torch.allclose(value, plain.state_dict()[name], atol=1e-4), name


def test_each_side_has_a_rate_of_its_own() -> None:
    made = trainer(discriminator_learning_rate=1e-3, generator_learning_rate=4e-3)
    before = {name: weight.clone() for name, weight in made.update.gan.named_parameters()}
    made.advance()
    moved = {"discriminator": 0.0, "generator": 0.0}
    for name, weight in made.update.gan.named_parameters():
        side = name.split(".")[0]
        moved[side] = max(moved[side], (weight - before[name]).abs().max().item())
    assert moved == {"discriminator": pytest.approx(1e-3, rel=0.01), "generator": pytest.approx(4e-3, rel=0.01)}  # Adam's first step


def test_a_schedule_lowers_both_rates_alike(tmp_path: Path) -> None:
    rates = {"discriminator_learning_rate": 1e-3, "generator_learning_rate": 4e-3}
    made = trainer(schedule="constant-then-exponential", **rates)
    history = run(made, tmp_path)
    last = {name: [group["lr"] for group in optimizer.param_groups] for name, optimizer in made.update.optimizers.items()}
    assert last == {"discriminator": pytest.approx([1e-5]), "generator": pytest.approx([4e-5])}
    assert [row["learning_rate"] for row in history] == pytest.approx([1e-3, 1e-3 * 0.01 ** (2 * 7 / 11 - 1), 1e-5])


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = trainer(), trainer()
    for made in (first, second):
        torch.manual_seed(5)
        run(made, tmp_path)
    assert_same(first, second)


@pytest.mark.parametrize("steps", [1, 4, 10])
def test_interrupted_anywhere_it_ends_with_the_same_bytes(tmp_path: Path, steps: int) -> None:
    assert_same(*interrupted_and_not(lambda: trainer(discriminator_steps=2), tmp_path, steps))


def test_a_trained_cgan_survives_its_file(tmp_path: Path, recipe: Callable[..., object]) -> None:
    gan = trainer().update.gan
    gan.save(tmp_path / "gan.safetensors", {"seed": 3})
    found = CGAN.load(tmp_path / "gan.safetensors", CPU)
    assert not found.training
    assert found.recipe == gan.recipe
    z, labels = gan.prior(4, CPU), torch.arange(4)
    assert torch.equal(found.generate(z, labels), gan.generate(z, labels)), "with its reference"
    bigan.BiGAN(recipe(hidden=[6, 5], latent=4), 16).save(tmp_path / "other.safetensors", {})
    with pytest.raises(UserError, match=r"other.safetensors: not the weights of a CGAN: "):
        CGAN.load(tmp_path / "other.safetensors", CPU)


class Painter:
    """A GAN of 3×3 pixels that paints a class by its brightness: the one asked for, always 7, or any."""

    pixels = 9

    def __init__(self, paints: str) -> None:
        self.recipe = recipe()
        self.paints = paints

    def prior(self, count: int, device: torch.device) -> Tensor:
        return torch.rand(count, 1, device=device)

    def generate(self, z: Tensor, labels: Tensor) -> Tensor:
        painted = {"asked": labels, "seven": torch.full_like(labels, 7), "any": (10 * z[:, 0]).long()}[self.paints]
        return (painted / 9 * 2 - 1)[:, None].expand(-1, 9)


class ByBrightness:
    """Logits by brightness, in LeNet's place."""

    channels = 1

    def __call__(self, x: Tensor) -> Tensor:
        return -(9 * x[:, 0, 1, 1, None] - torch.arange(10)).abs()


def test_lenets_score_of_painters_by_hand() -> None:
    torch.manual_seed(0)
    drawn = [of_each_class(Painter(paints), lenet_score.SAMPLES_A_CLASS, 1, CPU) for paints in ("asked", "seven", "any")]
    perfect, constant, random = (lenet_score.measure(samples, classify(ByBrightness(), samples.pixels)) for samples in drawn)
    assert (perfect.score, perfect.by_class, perfect.class_entropy) == (100, [100] * 10, pytest.approx(math.log2(10)))
    assert (constant.score, constant.by_class, constant.class_entropy) == (10, [0] * 7 + [100, 0, 0], 0)
    assert random.score == pytest.approx(10, abs=1)
    assert random.class_entropy == pytest.approx(math.log2(10), abs=0.01)
