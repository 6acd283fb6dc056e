"""Small copies of trained networks, which Git can hold: all but the discriminator, matrices in float16."""

from math import nan
from pathlib import Path

import torch
from torch import Tensor

from workflow.io import tensors
from workflow.io.errors import UserError, first_line
from workflow.io.safetensors import read_about
from workflow.networks.registry import MODELS, load_model

LEFT_OUT = "discriminator."


def keep(model: Path, copy: Path) -> None:
    """Write a small copy of trained networks; raise UserError if the file does not hold such, or has weights that float16 cannot hold.

    Vectors stay as they are: biases, and the statistics of batch normalization, which may be large, take little room.
    """
    whole = load_model(model, torch.device("cpu")).state_dict()
    rounded = {name: _rounded(tensor) for name, tensor in whole.items() if not name.startswith(LEFT_OUT)}
    for name, tensor in rounded.items():
        if not bool(tensor.isfinite().all()):
            raise UserError(f"{model}: {name}: found a weight that float16 cannot hold, allowed: up to {torch.finfo(torch.float16).max:g}")
    tensors.save(copy, rounded, read_about(model) | {"rounded_to": "float16"})


def restore(copy: Path, model: Path) -> None:
    """Write networks that an evaluation can load from a small copy of them; raise UserError if the file does not hold one.

    The discriminator, which no evaluation asks for, has NaN for its weights, so that no training goes on from them unnoticed.
    """
    about = read_about(copy)
    if "rounded_to" not in about:
        raise UserError(f"{copy}: found whole networks, allowed: a small copy of them")
    try:
        networks = MODELS[about["family"]]
        gan = networks(networks.Recipe.model_validate(about["recipe"]), *about["shape"])
        unknown = {name: _unknown(tensor) for name, tensor in gan.state_dict().items() if name.startswith(LEFT_OUT)}
        gan.load_state_dict(unknown | tensors.load(copy))
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        raise UserError(f"{copy}: not a small copy of networks: {first_line(error)}") from error
    tensors.save(model, gan.state_dict(), about)


def _rounded(tensor: Tensor) -> Tensor:
    return tensor.half() if tensor.ndim > 1 else tensor


def _unknown(tensor: Tensor) -> Tensor:
    return torch.full_like(tensor, nan) if tensor.is_floating_point() else tensor
