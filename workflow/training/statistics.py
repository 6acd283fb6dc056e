"""The statistics that batch normalization uses in inference."""

from collections.abc import Callable

import torch
from torch import nn

from workflow.data.batches import Batch, Batches

AVERAGED_BATCHES = 1000  # as in the code released by Donahue et al. 2017


@torch.no_grad()
def average_statistics(network: nn.Module, forward: Callable[[Batch], object], batches: Batches) -> None:
    """Replace batch normalization's running averages by plain ones over random batches, in place.

    Args:
        network: In training mode.
        forward: Sends a batch through it. A layer that this does not reach keeps its averages.
        batches: Where the batches come from.
    """
    layers = [layer for layer in network.modules() if isinstance(layer, nn.modules.batchnorm._BatchNorm)]
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.get_buffer("num_batches_tracked").zero_()  # so that the first batch replaces what was there
        layer.momentum = None  # PyTorch's word for a cumulative average
    for _ in range(AVERAGED_BATCHES):
        forward(batches.at_random())
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum
