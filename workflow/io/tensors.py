"""Safetensors files as PyTorch tensors: no code in them, and the same content gives the same bytes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from workflow.io.errors import UserError, first_line
from workflow.io.files import replacing


def save(path: Path, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> None:
    """Write tensors by name, with `about` as JSON in the file's header."""
    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with replacing(path) as partial:
        try:
            save_file(whole, partial, metadata={"about": json.dumps(about, sort_keys=True)})
        except SafetensorError as error:
            raise OSError(f"{path}: could not be written ({error})") from error


def load(path: Path) -> dict[str, Tensor]:
    """Read the tensors of a file; raise UserError if it is not a whole safetensors file."""
    try:
        return load_file(path)
    except (SafetensorError, ValueError) as error:
        raise UserError(f"{path}: not a whole safetensors file ({first_line(error)})") from error
