"""The training loop: against a loop written plainly, killed, fed nonsense, and stopped by its rules."""

import math
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from workflow.checkpoint import Checkpoint
from workflow.errors import UserError
from workflow.networks.bigan import BiGAN
from workflow.params.training import Collapse, EarlyStopping
from workflow.stopping import collapsed, straightened
from workflow.training import Trainer, learning_rate, train

SMALL = {"hidden": [8, 8], "latent": 3, "batch_size": 5}
NEVER = 1e9


@pytest.fixture
def pixels() -> torch.Tensor:
    return torch.randint(0, 256, (23, 1, 4, 4), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def trainer(recipe, pixels: torch.Tensor, epochs: int = 3, **changes: object) -> Trainer:
    torch.manual_seed(0)
    made = recipe(**{**SMALL, **changes})
    return Trainer(BiGAN(made, pixels[0].numel()), pixels, made, epochs)


def run(made: Trainer, folder: Path, seconds: float = NEVER, identity: dict[str, str] | None = None) -> list[dict[str, float]]:
    return train(made, Checkpoint(folder / "run.pt", identity or {"seed": "0"}, seconds), lambda row: None)


def weights(made: Trainer) -> dict[str, torch.Tensor]:
    return made.players.gan.state_dict()


def assert_same(first: Trainer, second: Trainer) -> None:
    assert all(torch.equal(value, weights(second)[name]) for name, value in weights(first).items())
    assert first.history == second.history


def test_the_loop_does_what_a_plain_one_does(recipe, pixels: torch.Tensor, tmp_path: Path) -> None:
    made = trainer(recipe, pixels, epochs=2, optimizer={"l2": 0.1}, initial_deviation=0.5)
    run(made, tmp_path)

    torch.manual_seed(0)
    plain = BiGAN(recipe(**SMALL, initial_deviation=0.5), 16)
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
            x = pixels[order[start : start + 5]].flatten(1).float() / 255
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


def test_a_simultaneous_step_takes_both_gradients_at_the_same_weights(recipe, pixels: torch.Tensor) -> None:
    made = trainer(recipe, pixels, updates="simultaneous", architecture="donahue", optimizer={"l2": 0.0})
    torch.manual_seed(0)
    plain = BiGAN(recipe(**SMALL, updates="simultaneous", architecture="donahue"), 16)
    torch.manual_seed(1)
    made.advance()
    torch.manual_seed(1)
    order = torch.randperm(23)
    pairs = plain.pairs(pixels[order[:5]].flatten(1).float() / 255)
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
            found = [weight.grad for weight in getattr(made.players.gan, name).parameters()]
            assert all(torch.allclose(a, b, rtol=1e-4, atol=1e-7) for a, b in zip(found, wanted, strict=True)), name


def test_the_discriminators_weights_take_no_gradient_from_the_generators_loss(recipe, pixels: torch.Tensor) -> None:
    made = trainer(recipe, pixels)
    gradients = []
    original = made.players.generator.step
    discriminator = made.players.gan.discriminator
    made.players.discriminator.zero_grad()
    made.players.generator.step = lambda: gradients.append([weight.requires_grad for weight in discriminator.parameters()]) or original()
    before = None

    def remember() -> None:
        nonlocal before
        before = [weight.grad.clone() for weight in discriminator.parameters()]

    made.players.discriminator.register_step_post_hook(lambda *_: remember())
    made.advance()
    assert before is not None
    assert all(torch.equal(weight.grad, old) for weight, old in zip(discriminator.parameters(), before, strict=True))
    assert all(weight.requires_grad for weight in discriminator.parameters())


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(recipe, pixels: torch.Tensor, tmp_path: Path) -> None:
    first, second = trainer(recipe, pixels), trainer(recipe, pixels)
    torch.manual_seed(5)
    run(first, tmp_path)
    torch.manual_seed(5)
    run(second, tmp_path)
    assert_same(first, second)
    third = trainer(recipe, pixels)
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
pixels = torch.randint(0, 256, (23, 1, 4, 4), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
made = test_training.trainer(recipe, pixels)
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


def test_killed_anywhere_it_ends_with_the_same_bytes(
    recipe, pixels: torch.Tensor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    undisturbed = trainer(recipe, pixels)
    run(undisturbed, tmp_path)
    root = Path(__file__).parents[1]
    for count in (1, 5, 3):  # within the first epoch, in the second, in the last
        command = [sys.executable, "-c", KILLED.replace("{count}", str(count)), str(tmp_path)]
        killed = subprocess.run(command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
    resumed = trainer(recipe, pixels)
    run(resumed, tmp_path)
    assert "resumed after step 6 of 12" in capsys.readouterr().out
    assert_same(resumed, undisturbed)


def test_a_checkpoint_of_something_else_is_refused_with_the_difference(
    recipe, pixels: torch.Tensor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(trainer(recipe, pixels), tmp_path, seconds=0, identity={"rate": "1", "seed": "0"})
    made = trainer(recipe, pixels)
    run(made, tmp_path, identity={"rate": "2", "seed": "0"})
    said = capsys.readouterr().out
    assert "made from something else (rate: 1 there, 2 here): put aside as run.refused, starting from the beginning" in said
    assert_same(made, _undisturbed(recipe, pixels, tmp_path / "other"))


def _undisturbed(recipe, pixels: torch.Tensor, folder: Path) -> Trainer:
    made = trainer(recipe, pixels)
    run(made, folder)
    return made


@pytest.mark.parametrize("damage", ["truncated", "empty", "bit-flipped", "foreign", "pickle"])
def test_a_damaged_checkpoint_is_not_used(
    recipe, pixels: torch.Tensor, tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.pt"
    run(trainer(recipe, pixels), tmp_path, seconds=0)
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
    made = trainer(recipe, pixels)
    run(made, tmp_path)
    assert ("not only tensors and numbers" if damage == "pickle" else "not a whole checkpoint") in capsys.readouterr().out
    assert not (tmp_path / "owned").exists()
    assert_same(made, _undisturbed(recipe, pixels, tmp_path / "other"))


class Exploit:
    """What a malicious checkpoint holds: code that runs when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.path),)


def test_a_loss_that_is_not_finite_stops_the_run(recipe, pixels: torch.Tensor, tmp_path: Path) -> None:
    made = trainer(recipe, pixels, epochs=9)
    run_until = made.advance

    def advance() -> None:
        if made.step == 6:
            with torch.no_grad():
                made.players.gan.generator[0].weight.fill_(math.nan)
        run_until()

    made.advance = advance
    with pytest.raises(UserError, match=r"epoch 2: not finite any more: discriminator, generator; the last good checkpoint is .*run.pt"):
        run(made, tmp_path, seconds=0)
    state = Checkpoint(tmp_path / "run.pt", {"seed": "0"}, NEVER).load(torch.device("cpu"))
    assert state is not None
    assert state["step"] == 6
    assert all(value.isfinite().all() for value in state["gan"].values())


def test_an_epoch_needs_a_batch(recipe, pixels: torch.Tensor) -> None:
    with pytest.raises(UserError, match="batch_size: found 24, allowed: at most the 23 training images"):
        trainer(recipe, pixels, batch_size=24)


def test_the_rate_is_constant_and_then_falls_to_a_hundredth(recipe) -> None:
    decaying, constant = recipe(), recipe(schedule="constant")
    assert [learning_rate(decaying, at) for at in (0, 0.5, 0.75, 1)] == pytest.approx([2e-4, 2e-4, 2e-5, 2e-6])
    assert learning_rate(constant, 1) == 2e-4


def test_bfloat16_trains_and_differs(recipe, pixels: torch.Tensor, tmp_path: Path) -> None:
    single, half = trainer(recipe, pixels), trainer(recipe, pixels, precision="bfloat16")
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


def test_a_run_stops_when_both_losses_have_straightened_out(recipe, pixels: torch.Tensor, tmp_path: Path) -> None:
    rows = [{"discriminator": 1 + 0.01 * epoch, "generator": 2 - 0.5 * (epoch < 2)} for epoch in range(5)]
    rule = EarlyStopping(tolerance=0.1, epochs=3)
    assert [straightened(rows[:count], rule) for count in range(1, 6)] == [False, False, False, False, True]
    assert not straightened(rows, None)
    made = trainer(recipe, pixels, epochs=50, early_stopping={"tolerance": 100.0, "epochs": 2})
    assert len(run(made, tmp_path)) == 2
