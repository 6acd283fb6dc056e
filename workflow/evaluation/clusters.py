"""How well latents separate the classes: Report A §2.3 and §3.1, Report B §4 and §5, in numbers."""

import torch
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from threadpoolctl import threadpool_limits
from torch import Tensor

from workflow.data.dataset import CLASSES
from workflow.evaluation.nearest_neighbour import nearest

PROTOCOL = {
    "codes": "E(x) of the first 10 000 training images, and of the test images",
    "silhouette": "mean silhouette of the true classes, Euclidean, from -1 to 1",
    "purity": "per cent of the codes whose class is the most frequent of their cluster: k-means of 10 clusters, the best of 10 starts",
    "errors_4_9": "per cent of the errors of leave-one-out 1NN that take a 4 for a 9 or the reverse; 0 if there are no errors",
}
IMAGES = 10_000


def measure(latents: Tensor, labels: Tensor) -> dict[str, float]:
    """Return what `PROTOCOL` says of latents, (N, d) float32, and their labels, (N,) int64 in 0..9, both on the CPU.

    Source: Rousseeuw 1987 for the silhouette, Manning et al. 2008, §16.3 for purity.
    """
    return {
        "silhouette": float(silhouette_score(latents.numpy(), labels.numpy())),
        "purity": purity(clustered(latents), labels),
        "errors_4_9": errors_between(4, 9, labels[nearest(latents, None)], labels),
    }


def clustered(latents: Tensor) -> Tensor:
    """Return the cluster, (N,) int64 in 0..9, of each latent, (N, d) float32."""
    with threadpool_limits(1):  # threads would add up a cluster's latents in whatever order they end
        found = KMeans(CLASSES, n_init=10, random_state=0).fit_predict(latents.double().numpy())
    return torch.from_numpy(found).long()


def purity(clusters: Tensor, labels: Tensor) -> float:
    """Return the per cent of labels, (N,) int64 in 0..9, that are the most frequent of their cluster, (N,) int64 in 0..9."""
    counts = torch.bincount(clusters * CLASSES + labels, minlength=CLASSES**2).reshape(CLASSES, CLASSES)
    return 100 * counts.amax(1).sum().item() / len(labels)


def errors_between(one: int, other: int, predicted: Tensor, labels: Tensor) -> float:
    """Return the per cent of the errors that take class `one` for the `other` or the reverse; 0 if there are no errors."""
    wrong = predicted != labels
    pairs = torch.stack([predicted, labels])[:, wrong]
    between = (pairs.amin(0) == min(one, other)) & (pairs.amax(0) == max(one, other))
    return 100 * int(between.sum()) / max(1, int(wrong.sum()))
