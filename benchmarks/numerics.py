"""What numerics and precision cost: CPU time of a training step of each family, and of 1NN, over that in portable numerics.

    python -m benchmarks.numerics [NAME ...]

Each kind has a process of its own, and they take turns. One thread; bfloat16 only where the
processor has AVX-512. Its ratios stand in workflow/report/page/estimates.yaml.
"""

import statistics
import sys
from collections.abc import Iterator

import torch

from benchmarks.worker import Worker, compute, ours
from workflow.data.dataset import Images
from workflow.evaluation.nearest_neighbour import nearest
from workflow.params.model import load, merged
from workflow.pipeline.trainings import computes_in_bfloat16
from workflow.training.registry import FAMILIES

ROUNDS = 7
EPOCHS = 1000  # more than a benchmark makes
STEPS = {"bigan": 10, "cgan": 100, "linear_gan": 20, "dcgan": 1, "conv_bigan": 1, "1nn": 1}  # of a turn
KINDS = {"portable": ("portable", "float32"), "fast": ("fast", "float32"), "bfloat16": ("fast", "bfloat16")}
MEASURED = [kind for kind in KINDS if kind != "bfloat16" or computes_in_bfloat16()]


def neighbours() -> Iterator[None]:
    """Yield after each 1NN of 2000 × 60 000 × 50."""
    torch.manual_seed(0)
    queries, references = torch.randn(2000, 50), torch.randn(60_000, 50)
    while True:
        nearest(queries, references)
        yield


def worker(name: str, kind: str) -> Worker:
    """Return a process that makes training steps of a family on noise, or 1NN."""
    numerics, precision = KINDS[kind]
    how = compute(1, numerics)
    if name == "1nn":
        return Worker(how, STEPS[name], neighbours)
    family = FAMILIES[name]
    recipe = family.recipe.model_validate(merged(load()["recipes"][family.name], {"precision": precision}))
    images = Images(torch.randint(0, 256, (1024, 1, 28, 28), dtype=torch.uint8), torch.arange(1024) % 10)
    return Worker(how, STEPS[name], ours, family.build, recipe, images, EPOCHS)


def main() -> None:
    """Print a row a family: milliseconds of a step of each kind, and its median ratio of a turn."""
    for name in sys.argv[1:] or STEPS:
        workers = {kind: worker(name, kind) for kind in MEASURED if (name, kind) != ("1nn", "bfloat16")}
        turns = [{kind: each.turn() / STEPS[name] for kind, each in workers.items()} for _ in range(ROUNDS + 1)][1:]
        shown = [
            f"{kind} {1000 * statistics.median(turn[kind] for turn in turns):.1f} ms "
            f"({statistics.median(turn[kind] / turn['portable'] for turn in turns):.2f})"
            for kind in workers
        ]
        print(f"{name:<10} {', '.join(shown)}; {workers['fast'].about['processor']}", flush=True)
        for each in workers.values():
            each.end()


if __name__ == "__main__":
    main()
