"""Every measured value and what it came from, stage by stage: what the scorecard's rows lead to."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from workflow.report import metrics


@dataclass(frozen=True)
class Stage:
    """What one stage measured.

    Attributes:
        name: Its folder in reports/<budget>/metrics.
        table: A row a variant, a column a value, by its dotted key: means over seeds.
        protocol: How, in words, by value; empty if the files don't say.
        made: What each variant's first file came from, by variant: `file`, `params` and `versions`.
    """

    name: str
    table: pd.DataFrame
    protocol: dict[str, str]
    made: dict[str, dict[str, Any]]


def stages(results: Path, seeds: list[int]) -> list[Stage]:
    """Return what every stage measured with these seeds.

    Args:
        results: The folder of a budget's metrics: `metrics/<stage>/<variant>-<seed>.json`.
        seeds: A file of another seed is not looked at.
    """
    found = []
    for folder in sorted(path for path in (results / "metrics").iterdir() if path.is_dir()):
        files = [file for file in sorted(folder.glob("*.json")) if file.stem.rpartition("-")[2] in map(str, seeds)]
        if files:
            found.append(_stage(folder.name, files, results))
    return found


def _stage(name: str, files: list[Path], results: Path) -> Stage:
    rows: list[dict[str, Any]] = []
    made: dict[str, dict[str, Any]] = {}
    protocol: dict[str, str] = {}
    for file in files:
        content = metrics.load(file)
        about = content.pop("about")[0]
        variant = file.stem.rpartition("-")[0]
        protocol |= about.get("protocol", {})
        rows.append({"variant": variant, **_flat(content)})
        made.setdefault(variant, {"file": str(file.relative_to(results)), "params": about["params"], "versions": about["versions"]})
    table = pd.DataFrame(rows).groupby("variant").mean().reset_index()
    return Stage(name, table, protocol, made)


def _flat(content: Mapping[str, Any], above: str = "") -> dict[str, float]:
    """Return the numbers of nested mappings by dotted key."""
    flat: dict[str, float] = {}
    for key, value in content.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{above}{key}.")
        elif isinstance(value, int | float):
            flat[f"{above}{key}"] = float(value)
    return flat
