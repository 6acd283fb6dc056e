"""Every measured value and what it came from, stage by stage: what the scorecard's rows lead to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from workflow.pipeline.run_id import RunId
from workflow.report import metrics


@dataclass(frozen=True)
class Evidence:
    """What one stage measured.

    Attributes:
        stage: Its folder in reports/<budget>/metrics.
        table: A row a variant, a column a value, by its dotted key: means over seeds.
        protocol: How, in words, by value; empty if the files don't say.
        sources: What each variant's first file came from, by variant: `file`, `params` and `versions`.
    """

    stage: str
    table: pd.DataFrame
    protocol: dict[str, str]
    sources: dict[str, dict[str, Any]]

    @property
    def variants(self) -> set[str]:
        """The variants that it measured."""
        return set(self.table["variant"])


def gather_evidence(results: Path, seeds: Collection[int]) -> list[Evidence]:
    """Return what every stage measured with these seeds.

    Args:
        results: The folder of a budget's metrics: `metrics/<stage>/<variant>-<seed>.json`.
        seeds: Files of other seeds are left out.
    """
    found = []
    for folder in sorted(path for path in (results / "metrics").iterdir() if path.is_dir()):
        files = [file for file in sorted(folder.glob("*.json")) if RunId.of(file).seed in seeds]
        if files:
            found.append(_evidence(folder.name, files, results))
    return found


def _evidence(stage: str, files: list[Path], results: Path) -> Evidence:
    rows: list[dict[str, Any]] = []
    sources: dict[str, dict[str, Any]] = {}
    protocol: dict[str, str] = {}
    for file in files:
        content = metrics.load(file)
        about = content.pop("about")[0]
        variant = RunId.of(file).variant
        protocol |= about.get("protocol", {})
        rows.append({"variant": variant, **_flat(content)})
        sources.setdefault(variant, {"file": str(file.relative_to(results)), "params": about["params"], "versions": about["versions"]})
    table = pd.DataFrame(rows).groupby("variant").mean().reset_index()
    return Evidence(stage, table, protocol, sources)


def _flat(content: Mapping[str, Any], above: str = "") -> dict[str, float]:
    """Return the numbers of nested mappings by dotted key."""
    flat: dict[str, float] = {}
    for key, value in content.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{above}{key}.")
        elif isinstance(value, int | float):
            flat[f"{above}{key}"] = float(value)
    return flat
