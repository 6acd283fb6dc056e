"""What portable numerics cost: CPU time of a training step of each family, and of 1NN, over that in fast numerics.

    python -m benchmarks.numerics [NAME ...]

Each kind of numerics has a process of its own, as the environment is part of it, and they take turns. One thread.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

import torch

from benchmarks.timing import repeat
from workflow.data.dataset import Images
from workflow.evaluation.nearest_neighbour import nearest
from workflow.params.compute import Compute
from workflow.params.model import load, merged
from workflow.training.device import computed_on, prepare
from workflow.training.families import bigan, cgan, conv_bigan, dcgan, linear_gan
from workflow.training.numerics import PORTABLE

ROUNDS = 7
FAMILIES = {module.FAMILY.name: module.FAMILY for module in (bigan, cgan, conv_bigan, dcgan, linear_gan)}
STEPS = {"bigan": 10, "cgan": 100, "linear_gan": 20, "dcgan": 1, "conv_bigan": 1, "1nn": 1}  # a turn
CHANNELS_LAST = "dcgan, channels_last"


def turn(name: str) -> Callable[[], object]:
    """Return what is timed: a step on noise, or 1NN of 2000 × 60 000 × 50."""
    torch.manual_seed(0)
    if name == "1nn":
        return partial(nearest, torch.randn(2000, 50), torch.randn(60_000, 50))
    family = FAMILIES[name.partition(",")[0]]
    recipe = family.recipe.model_validate(merged(load()["recipes"][family.name], {"precision": "float32"}))
    images = Images(torch.randint(0, 256, (1024, 1, 28, 28), dtype=torch.uint8), torch.arange(1024) % 10)
    trainer = family.build(recipe, images, 1000, None)
    if name == CHANNELS_LAST:
        trainer.update.gan.to(memory_format=torch.channels_last)
    return trainer.advance


def work(name: str, numerics: str) -> None:
    """Print CPU seconds a step whenever a line comes."""
    device = prepare(Compute.model_validate({"device": "cpu", "threads": 1, "numerics": numerics}))
    step, times = turn(name), STEPS[name.partition(",")[0]]
    step()
    print(json.dumps(computed_on(device)), flush=True)
    for _ in sys.stdin:
        start = time.process_time()
        repeat(step, times)
        print((time.process_time() - start) / times, flush=True)


class Worker:
    """A process that makes steps in one kind of numerics."""

    def __init__(self, name: str, numerics: str) -> None:
        variables = PORTABLE if numerics == "portable" else {}
        code = f"""
import benchmarks, os
for name in {list(PORTABLE)}:
    os.environ.pop(name, None)
os.environ.update({variables}, OMP_NUM_THREADS="1")
from benchmarks.numerics import work
work({name!r}, {numerics!r})
"""
        self.process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.about = json.loads(self._answer())
        assert self.about["numerics"] == numerics, f"found {self.about}"

    def seconds(self) -> float:
        """Return the CPU time of a step, of a turn."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self._answer())

    def _answer(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()


def main() -> None:
    """Print a row a family: milliseconds of a step in both, and the median ratio of a turn."""
    for name in sys.argv[1:] or [*STEPS, CHANNELS_LAST]:
        workers = {numerics: Worker(name, numerics) for numerics in ("fast", "portable")}
        turns = [{numerics: worker.seconds() for numerics, worker in workers.items()} for _ in range(ROUNDS)]
        ratio = statistics.median(each["portable"] / each["fast"] for each in turns)
        shown = ", ".join(f"{numerics} {1000 * statistics.median(each[numerics] for each in turns):.1f} ms" for numerics in workers)
        print(f"{name:<22} {shown}, {ratio:.2f}×; {workers['fast'].about['processor']}", flush=True)
        for worker in workers.values():
            worker.process.terminate()


if __name__ == "__main__":
    main()
