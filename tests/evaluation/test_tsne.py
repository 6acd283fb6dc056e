"""t-SNE maps."""

import torch

from workflow.evaluation import tsne
from workflow.evaluation.nearest_neighbour import nearest
from workflow.params.evaluation import Tsne


def test_a_map_keeps_neighbours_and_its_bytes() -> None:
    torch.manual_seed(0)
    centres = 20 * torch.randn(4, 10)
    latents = (centres[:, None] + torch.randn(4, 50, 10)).flatten(0, 1)
    settings = Tsne(images=200, perplexity=15, early_exaggeration_iterations=100, iterations=100)
    found = tsne.embed(latents, settings, 2)
    assert torch.equal(found, tsne.embed(latents, settings, 2))
    groups = torch.arange(4).repeat_interleave(50)
    assert (groups[nearest(found, None)] == groups).double().mean() == 1
