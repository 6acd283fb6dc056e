"""t-SNE of 10 000 × 50 against scikit-learn's, with the same perplexity, start and iterations.

python -m benchmarks.tsne
"""

import torch
from sklearn.manifold import TSNE

from benchmarks.timing import compare, show
from workflow.evaluation.tsne import embed
from workflow.params.compute import Compute
from workflow.params.evaluation import Tsne
from workflow.params.model import load
from workflow.training.device import prepare

ROUNDS = 2


def main() -> None:
    """Print seconds and ratios."""
    prepare(Compute(device="cpu", threads=2, numerics="portable"))
    torch.manual_seed(0)
    latents = (3 * torch.randn(10, 1, 50) + torch.randn(10, 1000, 50)).flatten(0, 1)
    settings = Tsne.model_validate(load()["tsne"])
    iterations = settings.early_exaggeration_iterations + settings.iterations
    theirs = TSNE(perplexity=settings.perplexity, max_iter=iterations, init="pca", random_state=0, n_jobs=2)
    runs = {"scikit-learn": lambda: theirs.fit_transform(latents.numpy()), "ours": lambda: embed(latents, settings, 2)}
    show(compare(runs, ROUNDS), "scikit-learn")


if __name__ == "__main__":
    main()
