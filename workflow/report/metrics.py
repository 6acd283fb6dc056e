"""Measured values, read from the files that stages wrote."""

import json
from collections.abc import Iterator, Mapping
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd

from workflow.io.errors import UserError, first_line


class NotMeasuredError(UserError):
    """A metrics file is whole, and has no value under a key."""


def load(path: Path) -> dict[str, Any]:
    """Read a metrics file; raise UserError if it is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"), parse_float=_finite, parse_constant=_finite)
    except ValueError as error:  # of JSON, or of UTF-8
        raise UserError(f"{path}: not a whole metrics file: {error}") from error
    if not isinstance(found, dict):
        raise UserError(f"{path}: found a {type(found).__name__}, allowed: a metrics file, which is a mapping")
    return found


def _finite(text: str) -> float:
    """Return a number; raise ValueError if it is infinite, or none: no stage writes such."""
    if not isfinite(found := float(text)):
        raise ValueError(f"found {text}, allowed: finite numbers")
    return found


def read_by_epoch(path: Path) -> pd.DataFrame:
    """Read a table by epoch; raise UserError if it is none, or has no row."""
    try:
        text = path.read_text(encoding="utf-8")
        found = pd.read_csv(StringIO(text), sep="\t", index_col="epoch")
    except (ValueError, TypeError) as error:  # what pandas says of another file, and of one that ends within its first line
        raise UserError(f"{path}: not a table by epoch: {first_line(error)}") from error
    if not text.endswith("\n"):  # or else a number that was cut is another number
        raise UserError(f"{path}: found a last line without an end, allowed: whole lines")
    if found.empty:
        raise UserError(f"{path}: found no epoch, allowed: a row for each")
    if found.index.dtype.kind != "i" or found.index.has_duplicates:
        raise UserError(f"{path}: epoch: found {', '.join(map(str, found.index[:3]))}, ..., allowed: whole numbers, each once")
    return found


def about(metrics: Mapping[Any, Any], path: Path) -> dict[str, Any]:
    """Return where a file's values come from; raise UserError if it does not say."""
    match metrics.get("about"):
        case [dict() as found]:
            return found
    raise UserError(f"{path}: about: found {metrics.get('about')}, allowed: a list of one mapping, which says where the values come from")


def value(metrics: Mapping[Any, Any], key: str, path: Path) -> float:
    """Return the value under a dotted key; raise NotMeasuredError if the file has none."""
    found: Any = metrics
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if not isinstance(found, int | float):
        raise NotMeasuredError(f"{path}: {key}: found {found}, allowed: a number that a claim asks for")
    return float(found)


def numbers(content: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, float]]:
    """Yield the numbers in nested mappings with their dotted keys."""
    for key, found in content.items():
        if isinstance(found, Mapping):
            yield from numbers(found, f"{above}{key}.")
        elif isinstance(found, int | float):
            yield f"{above}{key}", float(found)
