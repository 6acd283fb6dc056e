"""How long Report D's tables 1 and 2 take at the report's own epochs, one seed, with as many runs at once as there are cores.

    python -m benchmarks.cgan_sweeps

Of each kind of run, as many as there are cores make an epoch that counts, after one that does not; runs that differ in rates and
epochs alone are of one kind. Needs data/processed/mnist.safetensors, which `make demo` makes.
"""

import os
from functools import partial

from benchmarks.mnist import processed
from benchmarks.timing import compare
from benchmarks.worker import Worker, compute, ours, together
from workflow.data import dataset as data
from workflow.params.cgan import CganRecipe
from workflow.params.file import check
from workflow.training.families.cgan import FAMILY

OTHER_READINGS = "-norm"  # of what D takes for normalization: not in its tables
TABLES = {"table 1": ("cgan-arch-",), "table 2": ("cgan-batch-", "cgan-epochs-", "cgan-lr-")}


def seconds_an_epoch(recipe: CganRecipe, images: data.Images, cores: int) -> float:
    """Return how long an epoch of a run takes while as many are made as there are cores, divided by their number."""
    steps = len(images) // recipe.batch_size
    workers = [Worker(compute(1, "portable"), steps, ours, FAMILY.build, recipe, images, recipe.epochs) for _ in range(cores)]
    seconds = compare({"epoch": partial(together, workers)}, 1)["epoch"]
    for worker in workers:
        worker.end()
    return seconds / cores


def main() -> None:
    """Print each table's runs and minutes."""
    variants = {name: each for name, each in check().variants.items() if isinstance(each, CganRecipe)}
    images = processed().train
    known: dict[str, float] = {}
    for table, prefixes in TABLES.items():
        recipes = [each for name, each in variants.items() if name.startswith(prefixes) and not name.endswith(OTHER_READINGS)]
        total = 0.0
        for recipe in recipes:
            kind = str((recipe.generator, recipe.discriminator, recipe.batch_size))
            if kind not in known:
                known[kind] = seconds_an_epoch(recipe, images, os.cpu_count() or 1)
                print(f"  {kind}: {known[kind]:.2f} s an epoch and run", flush=True)
            total += recipe.epochs * known[kind]
        print(f"{table}: {len(recipes)} runs, {sum(recipe.epochs for recipe in recipes)} epochs, {total / 60:.0f} min")


if __name__ == "__main__":
    main()
