"""Time a training step of each family of networks on this machine, and write it where the report page's estimates come from.

    python -m benchmarks.step_times          # on the GPU, if there is one
    python -m benchmarks.step_times --cpu

A family's own recipe from params.yaml, on noise of MNIST's size, and with that recipe's batch the demo's DCGAN, which is much smaller. On a
CPU, one thread.
"""

import argparse
import io
import statistics
import time

import torch
from ruamel.yaml import YAML

from workflow.data.dataset import Images
from workflow.io.files import write_text
from workflow.params.compute import Compute
from workflow.params.model import completed, load
from workflow.pipeline.durations import STEP_TIMES
from workflow.training.device import prepare
from workflow.training.loop import Trainer
from workflow.training.registry import FAMILIES

STEPS = 7  # the median of which counts, after one that doesn't
IMAGES = 2000
SMALL = "dcgan-small"


def milliseconds(trainer: Trainer, device: torch.device) -> float:
    """Return the median time of a step."""
    times = []
    for _ in range(STEPS + 1):
        start = time.perf_counter()
        trainer.advance()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[1:])


def main() -> None:
    """Print each family's time, and write all of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cpu", action="store_true", help="even if there is a GPU")
    device = prepare(Compute(device="cpu" if parser.parse_args().cpu else "auto", threads=1, numerics="portable"))
    params = load()
    recipes = params["recipes"]
    small = params["budgets"]["demo"]["dcgan"][SMALL] | {"batch_size": recipes["dcgan"]["batch_size"]}
    timed = {family.name: (family, recipes[family.name]) for family in FAMILIES.values()}
    timed[SMALL] = (FAMILIES["dcgan"], completed(recipes["dcgan"], small))
    pixels = torch.randint(0, 256, (IMAGES, 1, 28, 28), dtype=torch.uint8, device=device)
    images = Images(pixels, torch.arange(IMAGES, device=device) % 10)
    yaml = YAML()
    yaml.width = 160
    facts = yaml.load(STEP_TIMES)
    for name, (family, values) in timed.items():
        torch.manual_seed(0)
        recipe = family.recipe.model_validate(values)
        found = milliseconds(family.build(recipe, images, recipe.epochs, None), device)
        facts["step"]["cpu" if device.type == "cpu" else "gpu"][name] = float(f"{found:.3g}")
        print(f"{name:<12} {found:8.1f} ms a step", flush=True)
    text = io.StringIO()
    yaml.dump(facts, text)
    write_text(STEP_TIMES, text.getvalue())


if __name__ == "__main__":
    main()
