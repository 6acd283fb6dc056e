"""Measured values, read from the files that stages wrote."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workflow.io.errors import UserError


def load(path: Path) -> dict[str, Any]:
    """Read a metrics file."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


def value(metrics: Mapping[Any, Any], key: str, path: Path) -> float:
    """Return the value under a dotted key; raise UserError if the file has none."""
    found: Any = metrics
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if not isinstance(found, int | float):
        raise UserError(f"{path}: {key}: found {found}, allowed: a number that a claim asks for")
    return float(found)
