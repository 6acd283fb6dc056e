"""The report page: one file that opens from disk, with nothing to load from anywhere."""

import base64
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

REPORTS = {**{letter: f"Report {letter}" for letter in "ABCDE"}, "R": "Donahue et al. 2017", "baseline": "Baselines"}
REPORTED = {"reported_A": "A reports", "reported_B": "B reports", "reported_R": "Donahue et al. report"}
PROTOCOLS = {
    "code_test": "A: code, other test images",
    "code-255_train": "B's code: code of 0–255 pixels, training images",
    "code_train": "B's text: code, training images",
    "logits_train": "code before squashing, training images",
    "hidden_train": "Donahue et al.: layer before the code, training images",
}
TEMPLATES = Path(__file__).parent / "templates"


def page(
    budget: dict[str, Any],
    runs: list[str],
    studies: list[str],
    card: pd.DataFrame,
    gap: pd.DataFrame,
    scores: pd.DataFrame,
    training: pd.DataFrame,
    figures: Path,
    provenance: dict[str, Any],
) -> str:
    """Return the page as HTML.

    Args:
        budget: The budget's keys, as in params.yaml.
        runs: The runs whose figures are shown, `<variant>-<seed>`.
        studies: Figures of the precision study, if it was run.
        card: The scorecard.
        gap: 1NN of each variant in each report's protocol, and what the reports state.
        scores: LeNet's score of each conditional GAN, and what the report states; without rows if there is none.
        training: How each training went.
        figures: The folder of the PNG files that the page shows.
        provenance: What the page was made from.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = _number
    environment.filters["percent"] = _percent
    environment.globals["picture"] = lambda name: _data_url(figures / f"{name}.png")
    return environment.get_template("page.html.jinja").render(
        budget=budget,
        runs=runs,
        studies=studies,
        claims=_records(card),
        verdicts=card["verdict"].value_counts().to_dict(),
        names=REPORTS,
        stated=dict(zip(card["claim"], card["reported"], strict=True)),
        gap={row["variant"]: row for row in _records(gap)},
        protocols=_filled(PROTOCOLS, gap),
        columns=_filled({**REPORTED, **PROTOCOLS}, gap),
        scores=_records(scores),
        training=_records(training),
        provenance=provenance,
    )


def _filled(columns: dict[str, str], table: pd.DataFrame) -> dict[str, str]:
    """Return the columns, by key and heading, that are not empty in a table."""
    return {key: heading for key, heading in columns.items() if table[key].notna().any()}


def _records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the rows as mappings, with None where a cell is empty."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _percent(share: float | None) -> str:
    return _number(None if share is None else 100 * share, 1)


def _data_url(png: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(png.read_bytes()).decode()
