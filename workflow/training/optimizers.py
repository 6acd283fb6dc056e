"""Adam, and which weights its L2 penalty is on."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn, optim

from workflow.params.training import Adam


def adam(networks: Iterable[nn.Module], learning_rate: float, settings: Adam) -> optim.Adam:
    """Return fused Adam for all weights of some networks, with the L2 penalty where `settings.l2_on` says."""
    layers = [layer for network in networks for layer in network.modules()]
    dense = [layer.weight for layer in layers if isinstance(layer, nn.Linear)]
    known = set(map(id, dense))
    rest = [weight for layer in layers for weight in layer.parameters(recurse=False) if id(weight) not in known]
    groups: dict[float, list[Tensor]] = {}  # one, where it can be: each is a call of its own
    for weights, decay in ((dense, settings.l2), (rest, settings.l2 if settings.l2_on == "everything" else 0.0)):
        groups.setdefault(decay, []).extend(weights)
    made = [{"params": weights, "weight_decay": decay} for decay, weights in groups.items() if weights]
    return optim.Adam(made, learning_rate, (settings.beta1, settings.beta2), fused=True)


@torch.no_grad()
def step(optimizer: optim.Adam) -> None:
    """Step as `optimizer.step` of fused Adam does, to the bit, without what that looks up again at every step: as much again, where
    networks are small. Every weight must have its gradient.
    """
    for group in optimizer.param_groups:
        weights = group["params"]
        if weights[0] not in optimizer.state:
            optimizer._init_group(group, [], [], [], [], [], [])
        states = [optimizer.state[weight] for weight in weights]
        steps = [state["step"] for state in states]
        torch._foreach_add_(steps, 1)
        torch._fused_adam_(
            weights,
            [weight.grad for weight in weights],
            [state["exp_avg"] for state in states],
            [state["exp_avg_sq"] for state in states],
            [],
            steps,
            lr=group["lr"],
            beta1=group["betas"][0],
            beta2=group["betas"][1],
            weight_decay=group["weight_decay"],
            eps=group["eps"],
            amsgrad=False,
            maximize=False,
        )


def minimize(optimizer: optim.Adam, loss: Tensor) -> None:
    """Make a step against a loss's gradients."""
    apply_gradients(optimizer, gradients(optimizer, loss))


def gradients(optimizer: optim.Adam, loss: Tensor, retain_graph: bool = False) -> Sequence[Tensor]:
    """Return the gradients of one optimiser's weights; no other weight takes one, though it may pass through.

    Each is laid out in memory as its weight is, since fused Adam goes through both as they lie.
    """
    weights = _weights(optimizer)
    found = zip(weights, torch.autograd.grad(loss, weights, retain_graph=retain_graph), strict=True)
    return [gradient if gradient.stride() == weight.stride() else torch.empty_like(weight).copy_(gradient) for weight, gradient in found]


def apply_gradients(optimizer: optim.Adam, found: Sequence[Tensor]) -> None:
    """Make a step against these gradients, one a weight."""
    for weight, gradient in zip(_weights(optimizer), found, strict=True):
        weight.grad = gradient
    step(optimizer)


def _weights(optimizer: optim.Adam) -> list[Tensor]:
    return [weight for group in optimizer.param_groups for weight in group["params"]]
