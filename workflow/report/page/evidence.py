"""Every measured value and what it came from, kind by kind: what the scorecard's rows lead to."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from workflow.pipeline.run_id import RunId
from workflow.report import metrics
from workflow.report.known import Source


@dataclass(frozen=True)
class KindEvidence:
    """What the metrics files of one kind say.

    Attributes:
        budget: Whose results they are.
        own: Whether that is the page's own.
        kind: Their folder in reports/<budget>/metrics.
        table: A row a variant, a column a value, by its dotted key: means over seeds.
        protocol: How, in words, by value; empty if the files don't say.
        sources: What each variant's first file came from, by variant: `file`, `own`, `params` and `versions`.
    """

    budget: str
    own: bool
    kind: str
    table: pd.DataFrame
    protocol: dict[str, str]
    sources: dict[str, dict[str, Any]]

    @property
    def variants(self) -> set[str]:
        """The variants that it measured."""
        return set(self.table["variant"])

    @property
    def anchor(self) -> str:
        """How the anchors of its rows begin."""
        return self.kind if self.own else f"{self.budget}-{self.kind}"


def gather_evidence(source: Source) -> list[KindEvidence]:
    """Return what was measured at a budget, of its seeds and of what was not trained, by kind: `metrics/<kind>/<variant>-<seed>.json`."""
    trained = {RunId.of(file).variant for file in source.folder.glob("metrics/train/*.json")}
    found = []
    for folder in sorted(path for path in (source.folder / "metrics").iterdir() if path.is_dir()):
        runs = {file: RunId.of(file) for file in sorted(folder.glob("*.json"))}
        files = [file for file, run in runs.items() if run.seed in source.seeds or (run.seed == 0 and run.variant not in trained)]
        if files:
            found.append(_evidence(folder.name, files, source))
    return found


def _evidence(kind: str, files: list[Path], source: Source) -> KindEvidence:
    rows: list[dict[str, Any]] = []
    sources: dict[str, dict[str, Any]] = {}
    protocol: dict[str, str] = {}
    for file in files:
        content = metrics.load(file)
        about = metrics.about(content, file)
        del content["about"]
        variant = RunId.of(file).variant
        protocol |= about.get("protocol", {})
        rows.append({"variant": variant, **dict(metrics.numbers(content))})
        sources.setdefault(
            variant,
            {
                "file": str(file.relative_to(source.folder) if source.own else file),
                "own": source.own,
                "params": about["params"],
                "versions": about["versions"],
            },
        )
    table = pd.DataFrame(rows).groupby("variant").mean().reset_index()
    return KindEvidence(source.budget, source.own, kind, table, protocol, sources)
