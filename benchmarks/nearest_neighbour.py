"""1NN of 10 000 test images among 60 000 against scikit-learn's brute force and faiss: of 50 random dimensions, and of MNIST's 784 pixels.

python -m benchmarks.nearest_neighbour
"""

import sys

import torch
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from benchmarks.mnist import processed
from benchmarks.timing import compare, show
from workflow.evaluation.nearest_neighbour import nearest
from workflow.params.compute import Compute
from workflow.training.device import prepare

try:
    import faiss
except ImportError:
    sys.exit("faiss is not installed: it comes with the tests' packages, `make .venv/tests`")

ROUNDS = 7


def measure(train: Tensor, test: Tensor) -> None:
    """Print seconds and ratios, and how far all three agree.

    Args:
        train: (60000, d) float32.
        test: (10000, d) float32.
    """
    found = {}

    def scikit_learn() -> None:
        brute = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(train.numpy())
        found["scikit-learn"] = torch.from_numpy(brute.kneighbors(test.numpy(), return_distance=False)[:, 0])

    def flat_index() -> None:
        index = faiss.IndexFlatL2(train.shape[1])
        index.add(train.numpy())
        found["faiss"] = torch.from_numpy(index.search(test.numpy(), 1)[1][:, 0])

    def ours() -> None:
        found["ours"] = nearest(test, train)

    seconds = compare({"scikit-learn": scikit_learn, "faiss": flat_index, "ours": ours}, ROUNDS)
    show(seconds, min("scikit-learn", "faiss", key=seconds.__getitem__))
    for name, indices in found.items():
        print(f"{name}: {(indices != found['scikit-learn']).sum()} of 10000 neighbours differ from scikit-learn's")


def main() -> None:
    """Measure random vectors, which nothing shortens, and images; data/processed is what `make demo` makes."""
    prepare(Compute(device="cpu", threads=2, numerics="portable"))
    faiss.omp_set_num_threads(2)
    torch.manual_seed(0)
    measure(torch.randn(60_000, 50), torch.randn(10_000, 50))
    mnist = processed()
    measure(*(images.pixels.flatten(1) / 255 for images in (mnist.train, mnist.test)))


if __name__ == "__main__":
    main()
