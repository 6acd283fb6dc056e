"""What is rounded to bfloat16 in training: everything, or one kind of tensor in the discriminator."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import torch
from torch import Tensor, nn


def rounded(x: Tensor) -> Tensor:
    """Return a float32 tensor's values to bfloat16's eight bits; the gradient passes as if nothing had been rounded."""
    return x + (x.bfloat16().float() - x).detach()


def autocast(device: torch.device, precision: str) -> Callable[[], AbstractContextManager[object]]:
    """Return the context that matrix products are computed in."""
    return partial(torch.autocast, device.type, torch.bfloat16) if precision == "bfloat16" else nullcontext


def round_discriminator(discriminator: nn.Module, precision: str) -> None:
    """Have one kind of the discriminator's tensors rounded from now on, in place; all else stays float32.

    `bfloat16-inputs`: the pairs it is given. `bfloat16-activations`: what each layer puts out.
    `bfloat16-gradients`: what flows back through each layer. Any other precision rounds nothing here.
    """
    layers = [layer for layer in discriminator.modules() if not list(layer.children())]
    match precision:
        case "bfloat16-inputs":
            discriminator.register_forward_pre_hook(lambda _layer, inputs: (rounded(inputs[0]),))
        case "bfloat16-activations":
            for layer in layers:
                layer.register_forward_hook(lambda _layer, _inputs, output: rounded(output))
        case "bfloat16-gradients":
            for layer in layers:
                layer.register_forward_hook(_round_gradient)


def _round_gradient(_layer: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
    if output.requires_grad:
        output.register_hook(rounded)
