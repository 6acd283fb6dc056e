"""t-SNE maps of latents (van der Maaten & Hinton 2008), by openTSNE."""

import numpy as np
import openTSNE
import torch
from torch import Tensor

from workflow.params.evaluation import Tsne


def embed(latents: Tensor, settings: Tsne, threads: int) -> Tensor:
    """Return a position for each latent, started from the first two principal components.

    Args:
        latents: (N, dimensions) float32.
        settings: Perplexity and iterations; a perplexity that so few latents cannot have is lowered.
        threads: Of the processor.

    Returns:
        (N, 2) float32.
    """
    mapped = openTSNE.TSNE(
        perplexity=min(settings.perplexity, (len(latents) - 1) / 3),
        early_exaggeration_iter=settings.early_exaggeration_iterations,
        n_iter=settings.iterations,
        neighbors="exact",
        negative_gradient_method="fft",
        initialization="pca",
        n_jobs=threads,
        random_state=0,
    ).fit(latents.numpy())
    return torch.from_numpy(np.asarray(mapped, dtype=np.float32))
