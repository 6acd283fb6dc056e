"""A step of Report E's DCGAN on MNIST, batch 256, against what this machine can compute at most.

    python -m benchmarks.dcgan_step

The bound is the time that the step's floating-point operations take at the rate of the machine's own matrix product, and at that of
one convolution by itself, the second of the discriminator: forward alone, and forward and backward, as two thirds of a training's
operations are backward, where a convolution is slower. One thread.
"""

import statistics
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.timing import compare
from workflow.data.dataset import Images
from workflow.params.compute import Compute
from workflow.params.dcgan import DcganRecipe
from workflow.params.model import load, merged
from workflow.training.device import prepare
from workflow.training.families.dcgan import build
from workflow.training.loop import Trainer

ROUNDS = 3
BATCH = 256
CHANGES: dict[str, dict[str, object]] = {
    "float32": {},
    "bfloat16": {"precision": "bfloat16"},
    "float32, gradient penalty": {"loss": "wasserstein", "gradient_penalty": {"weight": 10.0}},
    "bfloat16, gradient penalty": {"precision": "bfloat16", "loss": "wasserstein", "gradient_penalty": {"weight": 10.0}},
}


def trainer(memory_format: torch.memory_format, changes: dict[str, object]) -> Trainer:
    """Return a run on noise, its weights and its images in a memory format."""
    torch.manual_seed(0)
    recipe = DcganRecipe.model_validate(merged(load()["recipes"]["dcgan"], changes))
    images = Images(torch.randint(0, 256, (4 * BATCH, 1, 28, 28), dtype=torch.uint8), torch.zeros(4 * BATCH, dtype=torch.int64))
    made = build(recipe, images, 100, None)
    made.update.gan.to(memory_format=memory_format)
    return made


class Everywhere(nullcontext[None]):
    """In place of what tells the counter in which module it is, whose hooks don't allow torch.autograd.grad."""

    parents = frozenset({"Global"})


def operations(run: Callable[[], object]) -> int:
    """Return how many floating-point operations matrix products and convolutions take."""
    counter = FlopCounterMode(display=False)
    counter.mod_tracker = Everywhere()  # type: ignore[assignment]  # it has all that the counter asks for
    with counter:
        run()
    return counter.get_total_flops()


def rate(run: Callable[[], object], rounds: int = 5) -> float:
    """Return operations a second, of the median of some rounds after one uncounted."""
    count, seconds = operations(run), []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return count / statistics.median(seconds)


def bounds(dtype: torch.dtype) -> dict[str, float]:
    """Return the machine's rates of a matrix product and of a convolution, that one without and with its gradients."""
    left, right = torch.randn(2, 2048, 2048).to(dtype)
    layer, x = nn.Conv2d(64, 128, 5, 2, 2).to(dtype), torch.randn(BATCH, 64, 14, 14).to(dtype)
    with torch.no_grad():
        forward = {"matrix product": rate(partial(torch.mm, left, right)), "convolution": rate(partial(layer, x))}
    x.requires_grad_()
    return {**forward, "convolution forward and backward": rate(lambda: layer(x).sum().backward())}


def main() -> None:
    """Print seconds a step, and the share of the machine's rates that it reaches."""
    prepare(Compute(device="cpu", threads=1, numerics="portable"))
    formats = {"channels first": torch.contiguous_format, "channels_last": torch.channels_last}
    runs = {f"{name}, {order}": trainer(form, changes) for name, changes in CHANGES.items() for order, form in formats.items()}
    counts = {name: operations(run.advance) for name, run in runs.items()}
    seconds = compare({name: run.advance for name, run in runs.items()}, ROUNDS)
    rates = {dtype: bounds(dtype) for dtype in (torch.float32, torch.bfloat16)}
    for dtype, found in rates.items():
        print(f"{dtype}: " + ", ".join(f"{value / 1e9:.0f} GFLOP/s {name}" for name, value in found.items()))
    for name, value in seconds.items():
        found = rates[torch.bfloat16 if name.startswith("bfloat16") else torch.float32]
        reached = counts[name] / value
        shares = ", ".join(f"{reached / bound:.0%} of {kind}" for kind, bound in found.items())
        print(f"{name:<44} {value:6.2f} s a step, {counts[name] / 1e9:.0f} GFLOP, {reached / 1e9:.0f} GFLOP/s, of the rate: {shares}")


if __name__ == "__main__":
    main()
