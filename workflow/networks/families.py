"""Trained networks of any family, read from their file."""

from pathlib import Path

import torch

from workflow.io.errors import UserError
from workflow.io.safetensors import read_about
from workflow.networks.base import AdversarialModel
from workflow.networks.bigan import BiGAN
from workflow.networks.cgan import CGAN
from workflow.networks.conv_bigan import ConvBiGAN
from workflow.networks.dcgan import DCGAN
from workflow.networks.linear_gan import LinearGAN

# By a recipe's `recipe`
FAMILIES: dict[str, type[AdversarialModel]] = {
    "bigan": BiGAN,
    "cgan": CGAN,
    "conv_bigan": ConvBiGAN,
    "dcgan": DCGAN,
    "linear_gan": LinearGAN,
}


def load(path: Path, device: torch.device) -> AdversarialModel:
    """Return trained networks of the family that the file names, for inference; raise UserError if it holds none."""
    about = read_about(path).get("recipe")
    recipe = about.get("recipe") if isinstance(about, dict) else None
    if recipe not in list(FAMILIES):  # it may be anything, a list that has no hash included
        raise UserError(f"{path}: recipe: found {recipe!r}, allowed: {', '.join(FAMILIES)}")
    return FAMILIES[recipe].load(path, device)
