"""The training loop: against a loop written plainly, killed, fed nonsense, and stopped by its rules."""

import math
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from tests.helpers.project import ROOT
from tests.helpers.runs import NEVER, SMALL, assert_same, run, small_run, toy, weights
from workflow.data.dataset import Images
from workflow.io.errors import UserError
from workflow.networks.bigan import BiGAN
from workflow.training.callbacks import Observation
from workflow.training.checkpoint import Checkpoint

RUNS = """
import json, os, signal, sys
from pathlib import Path
from safetensors.torch import save_file
from tests.helpers.runs import run, small_run, weights

def train(folder, steps):
    folder.mkdir(exist_ok=True)
    made = small_run("bigan")
    advance = made.advance
    def advance_or_die():
        nonlocal steps
        advance()
        steps -= 1
        if steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    made.advance = advance_or_die
    run(made, folder, seconds=0)
    save_file(weights(made), folder / "weights.safetensors")
    (folder / "history.json").write_text(json.dumps(made.history))

train(Path("undisturbed"), -1)  # first, so that what PyTorch compiles is there for all others
for folder, steps in [("killed", 1), ("killed", 5), ("killed", 3), ("killed", -1)]:
    process = os.fork()
    if process == 0:
        train(Path(folder), steps)
        sys.exit()
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
"""


@pytest.fixture
def images() -> Images:
    return toy()


def test_the_loop_does_what_a_plain_one_does(recipe, images: Images, tmp_path: Path) -> None:
    made = small_run("bigan", images, epochs=2, optimizer={"l2": 0.1}, initial_std=0.5)
    run(made, tmp_path)

    torch.manual_seed(0)
    plain = BiGAN(recipe(**SMALL["bigan"], initial_std=0.5), 16)
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


def test_an_observation_joins_its_epochs_row(images: Images, tmp_path: Path) -> None:
    made = small_run("bigan", images, epochs=2)

    def look(epoch: int) -> Observation:
        return Observation(values={"step": float(made.step)}, tensors={str(epoch): torch.tensor(epoch), "last": torch.tensor(epoch)})

    assert [row["step"] for row in run(made, tmp_path, callbacks=[look])] == [4, 8]
    assert {name: value.item() for name, value in made.kept.items()} == {"1": 1, "2": 2, "last": 2}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(images: Images, tmp_path: Path) -> None:
    first, second = small_run("bigan", images), small_run("bigan", images)
    torch.manual_seed(5)
    run(first, tmp_path)
    torch.manual_seed(5)
    run(second, tmp_path)
    assert_same(first, second)
    third = small_run("bigan", images)
    torch.manual_seed(6)
    run(third, tmp_path)
    assert not torch.equal(weights(first)["generator.0.weight"], weights(third)["generator.0.weight"])


def test_killed_anywhere_it_ends_with_the_same_bytes(tmp_path: Path) -> None:
    """Within the first epoch, in the second and in the last; in processes that no other test has set anything in."""
    command = [sys.executable, "-c", RUNS]
    done = subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    killed = str(-signal.SIGKILL)
    assert re.findall(r"^-?\d+$", done.stdout, re.M) == [killed, killed, killed, "0"], done.stderr
    assert "resumed after step 6 of 12" in done.stdout
    for name in ("weights.safetensors", "history.json"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "undisturbed" / name).read_bytes()


def test_a_loss_that_is_not_finite_stops_the_run(images: Images, tmp_path: Path) -> None:
    made = small_run("bigan", images, epochs=9)
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
