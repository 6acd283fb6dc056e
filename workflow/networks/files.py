"""Trained networks as files: their weights, and what such networks are made from."""

from pathlib import Path
from typing import Any, TypeVar

import torch

from workflow.io import tensors
from workflow.io.errors import UserError, first_line
from workflow.io.safetensors import read_about
from workflow.networks.base import AdversarialModel
from workflow.params.training import Training

G = TypeVar("G", bound=AdversarialModel)


def save(path: Path, gan: AdversarialModel, recipe: Training, made_by: dict[str, Any]) -> None:
    """Write the weights, and with them what `load` makes such networks from, and what made these."""
    about = {"family": gan.family, "recipe": recipe.model_dump(), "shape": gan.shape, "made_by": made_by}
    tensors.save(path, gan.state_dict(), about)


def load(model: type[G], path: Path, device: torch.device) -> G:
    """Return trained networks, for inference; raise UserError if the file does not hold such ones."""
    about = read_about(path)
    try:
        gan = model(model.Recipe.model_validate(about["recipe"]), *about["shape"])
        gan.load_state_dict(tensors.load(path))
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        raise UserError(f"{path}: not the weights of a {model.__name__}: {first_line(error)}") from error
    return gan.eval().to(device)


def start_from(gan: AdversarialModel, path: Path) -> None:
    """Take the weights of trained networks, in place; raise UserError if those are not the same networks."""
    try:
        gan.load_state_dict(load(type(gan), path, torch.device("cpu")).state_dict())
    except RuntimeError as error:
        raise UserError(f"{path}: not the networks of this variant: {str(error).splitlines()[-1].strip()}") from error
