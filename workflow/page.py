"""The report page: one file that opens from disk, with nothing to load from anywhere."""

import base64
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

PROTOCOLS = {
    "code_test": "code, test",
    "code_train": "code, train",
    "logits_test": "before squashing, test",
    "logits_train": "before squashing, train",
    "hidden_test": "hidden, test",
    "hidden_train": "hidden, train",
}
TEMPLATES = Path(__file__).parent / "templates"


def page(
    budget: dict[str, Any],
    runs: list[str],
    card: pd.DataFrame,
    knn: pd.DataFrame,
    training: pd.DataFrame,
    figures: Path,
    provenance: dict[str, Any],
) -> str:
    """Return the page as HTML.

    Args:
        budget: The budget's keys, as in params.yaml.
        runs: The trained runs, `<variant>-<seed>`.
        card: The scorecard.
        knn: 1NN by variant, features and neighbours.
        training: How each training went.
        figures: The folder of the PNG files that the page shows.
        provenance: What the page was made from.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = _number
    environment.globals["picture"] = lambda name: _data_url(figures / f"{name}.png")
    by_protocol = _by_protocol(knn)
    return environment.get_template("page.html.jinja").render(
        budget=budget,
        runs=runs,
        claims=_records(card),
        verdicts=card["verdict"].value_counts().to_dict(),
        knn=_records(by_protocol),
        protocols={key: name for key, name in PROTOCOLS.items() if key in by_protocol},
        training=_records(training),
        provenance=provenance,
    )


def _by_protocol(knn: pd.DataFrame) -> pd.DataFrame:
    """Return a row a variant and a column a protocol that was measured, such as `code_test`."""
    wide = knn.assign(protocol=knn["features"] + "_" + knn["neighbours"]).pivot(index="variant", columns="protocol", values="accuracy")
    wide = wide[[protocol for protocol in PROTOCOLS if protocol in wide]]
    return wide.sort_values("code_test", ascending=False).reset_index()


def _records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the rows as mappings, with None where a cell is empty."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _data_url(png: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(png.read_bytes()).decode()
