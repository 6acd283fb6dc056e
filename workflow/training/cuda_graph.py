"""A training step on a GPU as one CUDA graph: for networks so small that to launch their kernels takes longer than to compute them."""

import torch
from torch import Tensor

from workflow.data.batches import Batch
from workflow.training.updates.base import Update

EAGER_STEPS = 3  # in which optimizers make their state, and libraries their workspaces


class CapturedStep:
    """An update's `step`, launched as one graph after a few steps as usual.

    It may draw random numbers, but must do the same operations every time and never wait for a value. A graph reads learning rates
    anew only from tensors, so they become some.

    Args:
        update: On a GPU.
    """

    def __init__(self, update: Update) -> None:
        self.update = update
        self.eager_steps = 0
        self.graph: torch.cuda.CUDAGraph | None = None
        self.batch: Batch
        self.losses: dict[str, Tensor]
        for group in (group for optimizer in update.optimizers.values() for group in optimizer.param_groups):
            group["lr"] = torch.tensor(group["lr"], device=group["params"][0].device)

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """Make a step; return the losses, which the next step overwrites."""
        if self.eager_steps < EAGER_STEPS:
            self.eager_steps += 1
            return self._beside(batch)
        if self.graph is None:
            self.graph = self._capture(batch)
        for mine, given in zip(_tensors(self.batch), _tensors(batch), strict=True):
            mine.copy_(given)
        self.graph.replay()
        return self.losses

    def _beside(self, batch: Batch) -> dict[str, Tensor]:
        """Make a step on a stream of its own, as the steps before a capture must be."""
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            losses = self.update.step(batch)
        torch.cuda.current_stream().wait_stream(stream)
        return losses

    def _capture(self, batch: Batch) -> torch.cuda.CUDAGraph:
        triplets = None if batch.triplets is None else batch.triplets.clone()
        self.batch = Batch(batch.x.clone(), batch.labels.clone(), triplets)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self.losses = self.update.step(self.batch)
        return graph


def _tensors(batch: Batch) -> list[Tensor]:
    return [tensor for tensor in (batch.x, batch.labels, batch.triplets) if tensor is not None]
