"""The training loop: against a loop written plainly, killed, fed nonsense, and stopped by its rules."""

import copy
import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from workflow.data.batches import Batch
from workflow.data.dataset import Images
from workflow.data.triplets import Triplets, hardest
from workflow.io.errors import UserError
from workflow.networks.bigan import BiGAN
from workflow.params.training import Collapse, EarlyStopping
from workflow.training import optimizers, updates
from workflow.training.checkpoint import Checkpoint
from workflow.training.families import bigan as bigan_training
from workflow.training.loop import Trainer, average_statistics, decay_factor, train
from workflow.training.optimizers import adam
from workflow.training.precision import rounded
from workflow.training.stopping import collapsed, plateaued

SMALL = {"hidden": [8, 8], "latent": 3, "batch_size": 5}
SAMPLED = {"weight": 1.0, "margin": 0.3, "mining": "sampled", "pairs": 4, "negatives": 3}
NEVER = 1e9


def toy() -> Images:
    pixels = torch.randint(0, 256, (23, 1, 4, 4), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    return Images(pixels, torch.arange(23) % 3)


@pytest.fixture
def images() -> Images:
    return toy()


def trainer(recipe, images: Images, epochs: int = 3, **changes: object) -> Trainer:
    torch.manual_seed(0)
    made = recipe(**{**SMALL, **changes})
    return bigan_training.trainer(BiGAN(made, images.pixels[0].numel()), images, epochs)


def run(made: Trainer, folder: Path, seconds: float = NEVER, identity: dict[str, str] | None = None) -> list[dict[str, float]]:
    return train(made, Checkpoint(folder / "run.pt", identity or {"seed": "0"}, seconds), lambda row: None)


def weights(made: Trainer) -> dict[str, torch.Tensor]:
    return made.update.gan.state_dict()


def assert_same(first: Trainer, second: Trainer) -> None:
    assert all(torch.equal(value, weights(second)[name]) for name, value in weights(first).items())
    assert first.history == second.history


def interrupted_and_not(begin: Callable[[], Trainer], folder: Path, steps: int) -> tuple[Trainer, Trainer]:
    """A run that was interrupted after some steps and resumed, with other random numbers by then, and an undisturbed one."""
    undisturbed, interrupted = begin(), begin()
    torch.manual_seed(5)
    run(undisturbed, folder)
    advance = interrupted.advance

    def advance_or_die() -> None:
        if interrupted.step == steps:
            raise KeyboardInterrupt
        advance()

    interrupted.advance = advance_or_die
    torch.manual_seed(5)
    with pytest.raises(KeyboardInterrupt):
        run(interrupted, folder, seconds=0)
    resumed = begin()
    torch.manual_seed(9)
    run(resumed, folder)
    return resumed, undisturbed


def test_the_loop_does_what_a_plain_one_does(recipe, images: Images, tmp_path: Path) -> None:
    made = trainer(recipe, images, epochs=2, optimizer={"l2": 0.1}, initial_std=0.5)
    run(made, tmp_path)

    torch.manual_seed(0)
    plain = BiGAN(recipe(**SMALL, initial_std=0.5), 16)
    optimizers = {}
    for name, networks in {"discriminator": [plain.discriminator], "others": [plain.generator, plain.encoder]}.items():
        weights_of = [weight for network in networks for weight in network.parameters()]
        optimizers[name] = torch.optim.Adam(weights_of, 2e-4, (0.5, 0.999), fused=False)
    step, steps = 0, 2 * 4
    for _ in range(2):
        order = torch.randperm(23)
        for start in range(0, 20, 5):
            for optimizer in optimizers.values():
                optimizer.param_groups[0]["lr"] = 2e-4 * 0.01 ** max(0, 2 * step / (steps - 1) - 1)
            x = images.pixels[order[start : start + 5]].flatten(1).float() / 255
            z = torch.rand(5, 3) * 2 - 1
            ones, zeros = torch.ones(5, 1), torch.zeros(5, 1)
            code, image = plain.encoder(x), plain.generator(z)
            pairs = torch.cat([x, code], 1), torch.cat([image, z], 1)
            for name, targets in (("discriminator", (ones, zeros)), ("others", (zeros, ones))):
                plain.zero_grad()
                loss = sum(cross_entropy(plain.discriminator(pair), target) for pair, target in zip(pairs, targets, strict=True))
                loss.backward(retain_graph=True)
                for network in [plain.discriminator] if name == "discriminator" else [plain.generator, plain.encoder]:
                    for layer in network:
                        if isinstance(layer, torch.nn.Linear):
                            layer.weight.grad += 0.1 * layer.weight.detach()
                optimizers[name].step()
            step += 1
    # A bias shifts a whole batch, which batch normalization takes back: its gradient is rounding noise, and Adam
    # makes steps of it. The weights are what can be compared.
    for name, value in weights(made).items():
        if name.endswith(".weight"):
            assert torch.allclose(value, plain.state_dict()[name], atol=2e-5), name


def test_a_simultaneous_step_takes_both_gradients_at_the_same_weights(recipe, images: Images) -> None:
    made = trainer(recipe, images, updates="simultaneous", architecture="donahue", optimizer={"l2": 0.0})
    torch.manual_seed(0)
    plain = BiGAN(recipe(**SMALL, updates="simultaneous", architecture="donahue"), 16)
    torch.manual_seed(1)
    made.advance()
    torch.manual_seed(1)
    order = torch.randperm(23)
    pairs = plain.examples(Batch(images.pixels[order[:5]].float() / 255, images.labels[order[:5]]), plain.prior(5, torch.device("cpu")))
    logits = [plain.discriminator(pair) for pair in pairs]
    targets = torch.ones(5, 1), torch.zeros(5, 1)
    losses = [
        sum(cross_entropy(logit, target) for logit, target in zip(logits, wanted, strict=True)) for wanted in (targets, targets[::-1])
    ]
    sides = [plain.discriminator], [plain.generator, plain.encoder]
    for loss, networks in zip(losses, sides, strict=True):
        for network in networks:
            wanted = torch.autograd.grad(loss, list(network.parameters()), retain_graph=True)
            name = next(name for name, each in plain.named_children() if each is network)
            found = [weight.grad for weight in getattr(made.update.gan, name).parameters()]
            assert all(torch.allclose(a, b, rtol=1e-4, atol=1e-7) for a, b in zip(found, wanted, strict=True)), name


def test_the_discriminators_weights_take_no_gradient_from_the_generators_loss(
    recipe, images: Images, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = trainer(recipe, images)
    discriminator = made.update.gan.discriminator
    kept: list[torch.Tensor] = []

    def step(optimizer: torch.optim.Adam) -> None:
        optimizers.step(optimizer)
        if optimizer is made.update.optimizers["discriminator"]:
            kept.extend(weight.grad.clone() for weight in discriminator.parameters())

    monkeypatch.setattr(updates, "step", step)
    made.advance()
    assert kept
    assert all(torch.equal(weight.grad, old) for weight, old in zip(discriminator.parameters(), kept, strict=True))
    assert all(weight.requires_grad for weight in discriminator.parameters())


def test_report_as_code_steps_the_discriminator_twice_a_batch(recipe, images: Images) -> None:
    coded = {
        "normalization": "after-activation",
        "normalize_discriminator": False,
        "updates": "discriminator-twice",
        "initial_std": 0.5,
    }
    made = trainer(recipe, images, **coded)
    torch.manual_seed(0)
    plain = BiGAN(recipe(**SMALL, **coded), 16)
    made.update.step(made.batches.batch(0))  # statistics that differ from those of a batch
    plain.load_state_dict(made.update.gan.state_dict())
    torch.manual_seed(3)
    batch = made.batches.batch(1)
    before = copy.deepcopy([optimizer.state_dict() for optimizer in made.update.optimizers.values()])
    torch.manual_seed(1)
    made.update.step(batch)
    torch.manual_seed(1)
    x, z = batch.x.flatten(1), plain.prior(5, torch.device("cpu"))
    optimizers = []
    for networks, state in zip(([plain.discriminator], [plain.generator, plain.encoder]), before, strict=True):
        optimizers.append(adam(networks, plain.recipe.learning_rate, plain.recipe.optimizer))
        optimizers[-1].load_state_dict(state)
    plain.eval()
    generated = torch.cat([plain.generator(z), z], 1).detach()
    real = torch.cat([x, plain.encoder(x)], 1).detach()
    plain.train()
    zeros, ones = torch.zeros(5, 1), torch.ones(5, 1)
    for pairs, target in ((generated, zeros), (real, ones)):
        plain.zero_grad()
        cross_entropy(plain.discriminator(pairs), target).backward()
        optimizers[0].step()
    plain.zero_grad()
    pairs = torch.cat([x, plain.encoder(x)], 1), torch.cat([plain.generator(z), z], 1)
    sum(
        cross_entropy(plain.discriminator(pair), target) for pair, target in zip(pairs, (torch.zeros(5, 1), torch.ones(5, 1)), strict=True)
    ).backward()
    optimizers[1].step()
    for name, value in weights(made).items():
        if name.endswith(".weight"):
            assert torch.allclose(value, plain.state_dict()[name], atol=2e-5), name


def test_a_regression_leaves_the_generator_and_an_autoencoder_the_discriminator(recipe, images: Images, tmp_path: Path) -> None:
    trained = {"regression": ["encoder"], "reconstruction": ["encoder", "generator"]}
    for kind, names in trained.items():
        objective = "squared-error" if kind == "reconstruction" else "cross-entropy"
        learn = {"learning_rate": 0.01, "optimizer": {"l2": 0.0}, "architecture": "donahue", "initial_std": 0.3}
        made = trainer(recipe, images, epochs=30, updates=kind, loss=objective, **learn)
        before = {name: value.clone() for name, value in made.update.gan.named_parameters()}
        history = run(made, tmp_path / kind)
        changed = {name.split(".")[0] for name, value in made.update.gan.named_parameters() if not torch.equal(value, before[name])}
        assert sorted(changed) == names
        assert history[-1][kind] < 0.9 * history[0][kind]


def test_terms_join_the_generators_loss(recipe, images: Images) -> None:
    def gradient(**changes: object) -> torch.Tensor:
        made = trainer(recipe, images, updates="simultaneous", **changes)
        torch.manual_seed(1)
        values = made.update.step(Batch(images.pixels[:5] / 255, images.labels[:5], images.pixels[torch.arange(15).reshape(3, 5)] / 255))
        return values, made.update.gan.encoder[0].weight.grad

    _, plain = gradient()
    values, once = gradient(triplets=SAMPLED)
    _, thrice = gradient(triplets={**SAMPLED, "weight": 3.0})
    assert values["triplet"] > 0
    assert (once - plain).norm() > 0
    assert torch.allclose(thrice - plain, 3 * (once - plain), atol=1e-6)
    _, plain = gradient(architecture="donahue")
    values, regressed = gradient(architecture="donahue", regression_weight=0.25)
    assert values["regression"] > 0
    assert not torch.equal(regressed, plain)


def test_triplets_are_drawn_once_and_rightly() -> None:
    torch.manual_seed(0)
    labels = torch.arange(300) % 10
    triplets = Triplets(labels, pairs=7, negatives=5)
    assert len(triplets) == 10 * 7 * 5
    anchors, positives, negatives = triplets.draw(20_000)
    assert torch.equal(labels[anchors], labels[positives])
    assert (anchors != positives).all()
    assert (labels[anchors] != labels[negatives]).all()
    seen = {tuple(each) for each in torch.stack([anchors, positives, negatives], 1).tolist()}
    pairs = {(label, *pair) for label, each in enumerate(triplets.pairs.tolist()) for pair in map(tuple, each)}
    expected = {(first, second, negative) for label, first, second in pairs for negative in triplets.negatives[label].tolist()}
    assert seen == expected, "each one of the set, and no other"


def test_a_million_triplets_are_not_held() -> None:
    triplets = Triplets(torch.arange(3000) % 10, pairs=1000, negatives=100)
    assert len(triplets) == 10**6
    assert triplets.pairs.numel() + triplets.negatives.numel() < 25_000


def test_hard_triplets_by_hand() -> None:
    codes = torch.tensor([[0.0], [1.0], [5.0], [2.0], [9.0]])
    labels = torch.tensor([0, 0, 0, 1, 2])  # the last two are alone in their class
    assert hardest(codes, labels).tolist() == [[0, 1, 2], [2, 2, 0], [3, 3, 3]]


def test_anchors_are_the_real_images_where_a_recipe_says_so(recipe, images: Images) -> None:
    made = trainer(
        recipe, images, batches="anchors", triplets={"weight": 1.0, "margin": 0.3, "mining": "sampled", "pairs": 4, "negatives": 3}
    )
    batch = made.batches.batch(0)
    assert torch.equal(batch.x, batch.triplets[0])


def test_batches_are_shuffled_or_drawn(recipe, images: Images) -> None:
    seen = [
        made.batches.batch(position).labels for made in [trainer(recipe, Images(images.pixels, torch.arange(23)))] for position in range(4)
    ]
    assert len(set(torch.cat(seen).tolist())) == 20, "each once"
    drawn = trainer(recipe, Images(images.pixels, torch.arange(23)), batches="drawn")
    assert len({label for _ in range(99) for label in drawn.batches.batch(0).labels.tolist()}) == 23
    assert len(drawn.batches.order) == 0


def test_a_warm_start_starts_from_those_weights(recipe, images: Images, tmp_path: Path) -> None:
    first = trainer(recipe, images, epochs=1)
    run(first, tmp_path)
    first.update.gan.save(tmp_path / "first.safetensors", {})
    torch.manual_seed(9)
    second = BiGAN(recipe(**SMALL, epochs=50), 16)
    assert not torch.equal(second.encoder[0].weight, first.update.gan.encoder[0].weight)
    second.start(tmp_path / "first.safetensors")
    assert all(torch.equal(value, second.state_dict()[name]) for name, value in weights(first).items())
    with pytest.raises(UserError, match=r"first.safetensors: not the networks of this variant: size mismatch for discriminator"):
        BiGAN(recipe(**{**SMALL, "latent": 9}), 16).start(tmp_path / "first.safetensors")


def test_averaged_statistics_are_plain_averages_over_batches(recipe, images: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.training.loop.AVERAGED_BATCHES", 3)
    made = trainer(recipe, images, architecture="donahue")
    gan = made.update.gan
    before = gan.discriminator.above[0].running_mean.clone()
    torch.manual_seed(4)
    average_statistics(made.update, made.batches)
    torch.manual_seed(4)
    inputs = []
    for _ in range(3):
        inputs.append(gan.encoder[:3](made.batches.at_random().x.flatten(1)))
        gan.prior(5, torch.device("cpu"))
    norm = gan.encoder[3]
    assert torch.allclose(norm.running_mean, torch.stack([each.mean(0) for each in inputs]).mean(0), atol=1e-7)
    assert torch.allclose(norm.running_var, torch.stack([each.var(0) for each in inputs]).mean(0), atol=1e-7)
    assert norm.momentum == 0.1
    assert torch.equal(gan.discriminator.above[0].running_mean, before)


def test_an_observation_joins_its_epochs_row(recipe, images: Images, tmp_path: Path) -> None:
    made = trainer(recipe, images, epochs=2)
    made.observe = lambda: {"seen": float(made.step)}
    assert [row["seen"] for row in run(made, tmp_path)] == [4, 8]


@pytest.mark.parametrize("precision", ["bfloat16-inputs", "bfloat16-activations", "bfloat16-gradients"])
def test_one_kind_of_tensor_is_rounded_in_the_discriminator(recipe, images: Images, precision: str) -> None:
    exact, made = trainer(recipe, images, initial_std=0.5), trainer(recipe, images, initial_std=0.5, precision=precision)
    pairs = torch.rand(5, 19, requires_grad=True)
    logits = [each.update.gan.discriminator(pairs) for each in (exact, made)]
    gradients = [torch.autograd.grad(each.sum(), pairs)[0] for each in logits]
    assert torch.equal(*logits) == (precision == "bfloat16-gradients")
    assert torch.allclose(*logits, atol=0.1)
    assert not torch.equal(*gradients)
    assert torch.allclose(*gradients, atol=0.1)


def test_rounding_is_to_eight_bits_and_passes_the_gradient() -> None:
    x = torch.tensor([1 + 2**-7, 1 + 2**-9], requires_grad=True)
    rounded(x).sum().backward()
    assert rounded(x).tolist() == [1 + 2**-7, 1.0]
    assert x.grad.tolist() == [1, 1]


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(recipe, images: Images, tmp_path: Path) -> None:
    first, second = trainer(recipe, images), trainer(recipe, images)
    torch.manual_seed(5)
    run(first, tmp_path)
    torch.manual_seed(5)
    run(second, tmp_path)
    assert_same(first, second)
    third = trainer(recipe, images)
    torch.manual_seed(6)
    run(third, tmp_path)
    assert not torch.equal(weights(first)["generator.0.weight"], weights(third)["generator.0.weight"])


KILLED = """
import os, signal, sys
from pathlib import Path
import torch
sys.path[:0] = ["tests"]
import test_training
from workflow.params.bigan import BiganRecipe
from workflow.params.model import load, merged

recipe = lambda **changes: BiganRecipe.model_validate(merged(load(Path("params.yaml"))["recipes"]["bigan"], changes))
made = test_training.trainer(recipe, test_training.toy())
count, advance = 0, made.advance
def advance_or_die():
    global count
    advance()
    count += 1
    if count == {count}:
        os.kill(os.getpid(), signal.SIGKILL)
made.advance = advance_or_die
test_training.run(made, Path(sys.argv[1]), seconds=0)
"""


def test_killed_anywhere_it_ends_with_the_same_bytes(recipe, images: Images, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    undisturbed = trainer(recipe, images)
    run(undisturbed, tmp_path)
    root = Path(__file__).parents[1]
    for count in (1, 5, 3):  # within the first epoch, in the second, in the last
        command = [sys.executable, "-c", KILLED.replace("{count}", str(count)), str(tmp_path)]
        killed = subprocess.run(command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
    resumed = trainer(recipe, images)
    run(resumed, tmp_path)
    assert "resumed after step 6 of 12" in capsys.readouterr().out
    assert_same(resumed, undisturbed)


def test_a_checkpoint_of_something_else_is_refused_with_the_difference(
    recipe, images: Images, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(trainer(recipe, images), tmp_path, seconds=0, identity={"rate": "1", "seed": "0"})
    made = trainer(recipe, images)
    run(made, tmp_path, identity={"rate": "2", "seed": "0"})
    said = capsys.readouterr().out
    assert "made from something else (rate: 1 there, 2 here): put aside as run.refused, starting from the beginning" in said
    assert_same(made, _undisturbed(recipe, images, tmp_path / "other"))


def _undisturbed(recipe, images: Images, folder: Path) -> Trainer:
    made = trainer(recipe, images)
    run(made, folder)
    return made


@pytest.mark.parametrize("damage", ["truncated", "empty", "bit-flipped", "foreign", "pickle"])
def test_a_damaged_checkpoint_is_not_used(recipe, images: Images, tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.pt"
    run(trainer(recipe, images), tmp_path, seconds=0)
    match damage:
        case "truncated":
            path.write_bytes(path.read_bytes()[:-100])
        case "empty":
            path.write_bytes(b"")
        case "bit-flipped":
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
        case "foreign":
            torch.save({"seed": 0}, path)
        case "pickle":
            Checkpoint(path, {"seed": "0"}, 0).save({"step": Exploit(tmp_path / "owned")})
    made = trainer(recipe, images)
    run(made, tmp_path)
    assert ("not only tensors and numbers" if damage == "pickle" else "not a whole checkpoint") in capsys.readouterr().out
    assert not (tmp_path / "owned").exists()
    assert_same(made, _undisturbed(recipe, images, tmp_path / "other"))


class Exploit:
    """What a malicious checkpoint holds: code that runs when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.path),)


def test_a_loss_that_is_not_finite_stops_the_run(recipe, images: Images, tmp_path: Path) -> None:
    made = trainer(recipe, images, epochs=9)
    run_until = made.advance

    def advance() -> None:
        if made.step == 6:
            with torch.no_grad():
                made.update.gan.generator[0].weight.fill_(math.nan)
        run_until()

    made.advance = advance
    with pytest.raises(UserError, match=r"epoch 2: not finite any more: discriminator, generator; the last good checkpoint is .*run.pt"):
        run(made, tmp_path, seconds=0)
    state = Checkpoint(tmp_path / "run.pt", {"seed": "0"}, NEVER).load(torch.device("cpu"))
    assert state is not None
    assert state["step"] == 6
    assert all(value.isfinite().all() for value in state["gan"].values())


def test_an_epoch_needs_a_batch(recipe, images: Images) -> None:
    with pytest.raises(UserError, match="batch_size: found 24, allowed: at most the 23 training images"):
        trainer(recipe, images, batch_size=24)


def test_the_rate_is_constant_and_then_falls_to_a_hundredth(recipe) -> None:
    def rates(schedule: str) -> list[float]:
        return [decay_factor(recipe(schedule=schedule), step, 101, 25) for step in (0, 50, 75, 100)]

    assert rates("constant-then-exponential") == pytest.approx([1, 1, 0.1, 0.01])
    assert rates("constant") == [1] * 4


def test_report_as_code_lowers_the_rate_epoch_by_epoch(recipe) -> None:
    by_epoch = recipe(schedule="constant-then-exponential-by-epoch")
    rates = [decay_factor(by_epoch, step, 40, 10) for step in (0, 19, 20, 29, 30, 39)]
    assert rates == pytest.approx([1, 1, 1, 1, 0.01**0.5, 0.01**0.5])


def test_bfloat16_trains_and_differs(recipe, images: Images, tmp_path: Path) -> None:
    single, half = trainer(recipe, images), trainer(recipe, images, precision="bfloat16")
    run(single, tmp_path)
    run(half, tmp_path)
    assert weights(half)["encoder.0.weight"].dtype == torch.float32
    assert not torch.equal(weights(single)["encoder.0.weight"], weights(half)["encoder.0.weight"])


def history(*accuracies: float) -> list[dict[str, float]]:
    return [{"discriminator_accuracy": accuracy} for accuracy in accuracies]


def test_a_collapse_is_several_sure_epochs_on_end() -> None:
    rule = Collapse(accuracy=0.99, epochs=3)
    assert collapsed(history(0.99, 1, 0.9, 1, 0.99, 0.995, 0.5), rule) == 6
    assert collapsed(history(0.99, 1, 0.9, 1, 1), rule) is None


def test_a_run_stops_when_both_losses_have_straightened_out(recipe, images: Images, tmp_path: Path) -> None:
    rows = [{"discriminator": 1 + 0.01 * epoch, "generator": 2 - 0.5 * (epoch < 2)} for epoch in range(5)]
    rule = EarlyStopping(tolerance=0.1, epochs=3)
    assert [plateaued(rows[:count], rule) for count in range(1, 6)] == [False, False, False, False, True]
    assert not plateaued(rows, None)
    made = trainer(recipe, images, epochs=50, early_stopping={"tolerance": 100.0, "epochs": 2})
    assert len(run(made, tmp_path)) == 2
