"""Follow the log of the code that Donahue et al. 2017 released: 1NN on both layers at epochs 0, 1 and 25 of 400.

    python -m benchmarks.donahue

The log is of MNIST's first 50 000 training images, with the other 10 000 in the test images' place: the command that
printed it leaves the test set alone. Takes about 15 minutes on one core. Needs data/processed/mnist.safetensors, which
`make demo` makes. Exits with 1 if a value is more than a point away.
"""

import copy
import sys

import torch

from benchmarks.mnist import processed
from workflow.data import dataset as data
from workflow.evaluation.knn import knn
from workflow.params.bigan import BiganRecipe
from workflow.params.compute import Compute
from workflow.params.file import check
from workflow.training.device import prepare
from workflow.training.families.bigan import build
from workflow.training.loop import Trainer
from workflow.training.statistics import average_statistics

# Their log, training images as neighbours: E(x) before squashing, and the hidden layer.
LOG = {0: (91.50, 96.84), 1: (89.94, 92.56), 25: (95.41, 96.28)}
TRAINING_IMAGES = 50_000
TOLERANCE = 1.0


def measure(trainer: Trainer, dataset: data.DataSet) -> tuple[float, float]:
    """Return 1NN of the logits and of the hidden layer, in per cent, and leave the run as it is."""
    gan = trainer.update.gan
    weights, random = copy.deepcopy(gan.state_dict()), torch.get_rng_state()
    average_statistics(gan, trainer.update.forward, trainer.batches)
    gan.eval()
    found = knn(gan, dataset)
    gan.train().load_state_dict(weights)
    torch.set_rng_state(random)
    return found["logits"]["train"], found["hidden"]["train"]


def main() -> None:
    """Print a row an epoch of the log; exit with 1 if one that is checked is too far off."""
    prepare(Compute(device="cpu", threads=1, numerics="portable"))
    recipe = check().variants["bigan-donahue"]
    assert isinstance(recipe, BiganRecipe)
    images = processed().train
    dataset = data.DataSet(images[:TRAINING_IMAGES], images[TRAINING_IMAGES:], 0)
    torch.manual_seed(0)
    trainer = build(recipe, dataset.train, recipe.epochs, None)
    failed = False
    print("epoch  E(x) before squashing    hidden layer             D's loss")
    for epoch, wanted in LOG.items():
        while len(trainer.history) < epoch:
            trainer.advance()
        found = measure(trainer, dataset)
        failed |= any(abs(a - b) > TOLERANCE for a, b in zip(found, wanted, strict=True))
        loss = f"{trainer.history[-1]['discriminator']:.2f}" if trainer.history else ""
        print(
            f"{epoch:5d}  " + "  ".join(f"{a:5.2f} (theirs {b:5.2f})  " for a, b in zip(found, wanted, strict=True)) + f"  {loss}",
            flush=True,
        )
    sys.exit(failed)


if __name__ == "__main__":
    main()
