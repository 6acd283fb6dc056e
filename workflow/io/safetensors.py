"""Safetensors files as NumPy arrays, and what their headers say: for stages whose environment has no PyTorch."""

import json
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file

from workflow.io.errors import UserError, first_line

Arrays = dict[str, NDArray[Any]]


def load_arrays(path: Path) -> Arrays:
    """Read the arrays of a file by name; raise UserError if it is not a whole safetensors file."""
    try:
        return load_file(path)
    except (SafetensorError, ValueError) as error:
        raise UserError(f"{path}: not a whole safetensors file ({first_line(error)})") from error


def read_about(path: Path) -> dict[str, Any]:
    """Read what `tensors.save` was told about a file; raise UserError if it is not one that a stage has written."""
    try:
        with safe_open(path, framework="numpy") as file:
            found = json.loads((file.metadata() or {})["about"])
    except (SafetensorError, ValueError) as error:
        raise UserError(f"{path}: not a whole safetensors file ({first_line(error)})") from error
    except KeyError as error:
        raise UserError(f"{path}: not written by a stage of this project: its header says nothing about its tensors") from error
    return found if isinstance(found, dict) else {}
