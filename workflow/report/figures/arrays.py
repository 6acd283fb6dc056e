"""What figures are drawn from, without the library that computed it."""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from workflow.io.errors import UserError, first_line

Arrays = dict[str, NDArray[Any]]


def load(path: Path) -> Arrays:
    """Read the arrays of a safetensors file by name; raise UserError if it is not a whole one."""
    try:
        return load_file(path)
    except (SafetensorError, ValueError) as error:
        raise UserError(f"{path}: not a whole safetensors file ({first_line(error)})") from error
