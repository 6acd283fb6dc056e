"""Adam, and which weights its L2 penalty is on."""

from collections.abc import Iterable
from typing import Any

from torch import nn, optim

from workflow.params.training import Adam


def adam(networks: Iterable[nn.Module], settings: Adam) -> optim.Adam:
    """Return fused Adam for all weights of some networks, with the L2 penalty where `settings.l2_on` says."""
    layers = [layer for network in networks for layer in network.modules()]
    dense = [layer.weight for layer in layers if isinstance(layer, nn.Linear)]
    known = set(map(id, dense))
    rest = [weight for layer in layers for weight in layer.parameters(recurse=False) if id(weight) not in known]
    groups: list[dict[str, Any]] = [
        {"params": dense, "weight_decay": settings.l2},
        {"params": rest, "weight_decay": settings.l2 if settings.l2_on == "everything" else 0.0},
    ]
    return optim.Adam([group for group in groups if group["params"]], settings.learning_rate, (settings.beta1, settings.beta2), fused=True)
