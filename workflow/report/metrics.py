"""Measured values, read from the files that stages wrote."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workflow.io.errors import UserError


def load(path: Path) -> dict[str, Any]:
    """Read a metrics file."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


def measured_value(results: Path, metric: str, run: str, epoch: int | None = None) -> float | None:
    """Return a run's value of a metric, or its loss after an epoch; none if that was not measured.

    Args:
        results: The folder of a budget's metrics and losses.
        metric: `<stage>.<key>...` in a metrics file, or `losses.<column>`.
        run: `<variant>-<seed>`.
        epoch: After which epoch, for a loss; a run may have ended before it.

    Raises:
        UserError: If the file is there, but without such a value.
    """
    stage, key = metric.split(".", 1)
    file = results / (f"metrics/{stage}/{run}.json" if epoch is None else f"losses/{run}.tsv")
    if not file.exists():
        return None
    if epoch is None:
        return value(load(file), key, file)
    losses = pd.read_csv(file, sep="\t", index_col="epoch")
    return value(losses.loc[epoch].to_dict(), key, file) if epoch in losses.index else None


def value(metrics: Mapping[Any, Any], key: str, path: Path) -> float:
    """Return the value under a dotted key; raise UserError if the file has none."""
    found: Any = metrics
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if not isinstance(found, int | float):
        raise UserError(f"{path}: {key}: found {found}, allowed: a number that a claim asks for")
    return float(found)
