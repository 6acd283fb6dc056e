"""What a safetensors file says about itself, without the library that computed it."""

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from workflow.io.errors import UserError, first_line


def about(path: Path) -> dict[str, Any]:
    """Read what `tensors.save` was told about a file."""
    try:
        with safe_open(path, framework="numpy") as file:
            found = json.loads((file.metadata() or {})["about"])
    except (SafetensorError, ValueError) as error:
        raise UserError(f"{path}: not a whole safetensors file ({first_line(error)})") from error
    except KeyError as error:
        raise UserError(f"{path}: found nothing about its tensors, allowed: a file that a stage has written") from error
    return found if isinstance(found, dict) else {}
