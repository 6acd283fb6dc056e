"""Trained networks of any family, read from their file."""

from pathlib import Path

import torch

from workflow.io.errors import UserError
from workflow.io.safetensors import read_about
from workflow.networks import files
from workflow.networks.base import AdversarialModel
from workflow.networks.bigan import BiGAN
from workflow.networks.cgan import CGAN
from workflow.networks.conv_bigan import ConvBiGAN
from workflow.networks.dcgan import DCGAN
from workflow.networks.linear_gan import LinearGAN

MODELS: dict[str, type[AdversarialModel]] = {model.family: model for model in (BiGAN, CGAN, ConvBiGAN, DCGAN, LinearGAN)}


def load_model(path: Path, device: torch.device) -> AdversarialModel:
    """Return trained networks of the family that the file names, for inference; raise UserError if it names none."""
    family = read_about(path).get("family")
    if family not in list(MODELS):  # it may be anything, a list that has no hash included
        raise UserError(f"{path}: family: found {family!r}, allowed: {', '.join(MODELS)}")
    return files.load(MODELS[family], path, device)
