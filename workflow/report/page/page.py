"""The report page: one HTML file that opens from disk and loads nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from workflow.report.claims import Unmeasurable
from workflow.report.names import BASELINES, REPORTS
from workflow.report.page.contents import Contents, anchor, figures_elsewhere, sections
from workflow.report.page.estimates import Estimator
from workflow.report.page.evidence import Evidence
from workflow.report.page.images import embed
from workflow.report.page.interactive import Interactive
from workflow.report.page.statements import Reading, shown
from workflow.report.scorecard import VERDICTS, JudgedStatement, summary
from workflow.report.tables.formats import records
from workflow.report.verdicts import Verdict

REPORTED = {"reported_A": "A reports", "reported_B": "B reports", "reported_R": "Donahue et al. report"}
PROTOCOLS = {
    "code_test": "A: code, other test images",
    "code-255_train": "B's code: code of 0–255 pixels, training images",
    "code_train": "B's text: code, training images",
    "logits_train": "code before squashing, training images",
    "hidden_train": "Donahue et al.: layer before the code, training images",
}
TEMPLATES = Path(__file__).parents[1] / "templates/page"
# Figures with a section of their own, or of which the page shows as much in what answers to the reader
OWN_SECTIONS = ("protocols", "precision", "forest-", "map-", "losses-", "snapshots-", "said_measured-")


@dataclass(frozen=True)
class PageBudget:
    """The budget of a page, as its head describes it.

    Attributes:
        name: As in params.yaml.
        seeds: Of the trainings.
        images: The number of training images; None for all.
        dataset: What stands for MNIST.
        precision: Of the convolutional networks.
        epochs: By family of networks, the fraction of the reports' epochs.
    """

    name: str
    seeds: Sequence[int]
    images: int | None
    dataset: str
    precision: str
    epochs: Mapping[str, float]

    @property
    def is_short(self) -> bool:
        """Whether anything is trained for less than in its report."""
        return self.images is not None or min(self.epochs.values()) < 1


@dataclass(frozen=True)
class PageData:
    """Everything that the page shows.

    Attributes:
        budget: Of the page.
        statements: The judged statements of all reports.
        unmeasurable: What the reports state and nothing here measures.
        knn_protocols: 1NN of each variant in each report's protocol, and what the reports state.
        figures: The folder of the PNG files `<figure>-<seed>.png`, of which the first seed's are shown, or `<figure>.png`.
        evidence: All measured values, stage by stage.
        interactive: What answers to the reader.
        contents: What each report has, in its order.
        estimator: Of what would give a statement its verdict.
        provenance: What the page was made from.
    """

    budget: PageBudget
    statements: Sequence[JudgedStatement]
    unmeasurable: Sequence[Unmeasurable]
    knn_protocols: pd.DataFrame
    figures: Path
    evidence: Sequence[Evidence]
    interactive: Interactive
    contents: Contents
    estimator: Estimator
    provenance: Mapping[str, Any]


def render_page(page: PageData) -> str:
    """Return the page as HTML."""
    drawn = _drawn(page.figures, page.budget.seeds[0])
    environment = _environment()
    environment.globals |= {
        "drawn": lambda name: embed(drawn[name]) if name in drawn else None,
        "evidence_of": lambda reading: _evidence_anchor(reading, page.evidence),
        "estimate": lambda reading: page.estimator.estimate(reading) if reading.verdict == Verdict.NOT_RUN else None,
        "place_of": lambda letter, place: anchor(letter, place) if letter in page.contents.reports else None,
    }
    statements = [shown(each) for each in page.statements]
    measured = {statement.report for statement in statements if statement.primary.measured is not None}
    found = {statement.primary.verdict for statement in statements}
    return environment.get_template("page.html.jinja").render(
        budget=page.budget,
        statements=statements,
        summary=records(summary(page.statements)),
        verdicts=[verdict for verdict in VERDICTS if verdict in found],
        unmeasurable=page.unmeasurable,
        names={**REPORTS, **BASELINES},
        stated={reading.id: reading.reported for statement in statements for reading in statement.readings},
        knn={row["variant"]: row for row in records(page.knn_protocols)},
        protocols=_not_empty(PROTOCOLS, page.knn_protocols),
        columns=_not_empty({**REPORTED, **PROTOCOLS}, page.knn_protocols),
        forests={letter: embed(drawn[f"forest-{letter}"]) for letter in REPORTS if f"forest-{letter}" in drawn and letter in measured},
        rebuilt={letter: (report, sections(letter, report, statements)) for letter, report in page.contents.reports.items()},
        precision={file.stem.rpartition("-")[2]: embed(file) for file in sorted(page.figures.glob("precision-*.png"))},
        others=[name for name in figures_elsewhere(page.contents.reports, list(drawn)) if not name.startswith(OWN_SECTIONS)],
        evidence=[(each, records(each.table)) for each in page.evidence],
        sources=_sources(page.evidence),
        gpu_timed=bool(page.estimator.step_times["gpu"]),
        interactive=page.interactive,
        data=page.interactive.data(),
        provenance=page.provenance,
    )


def _drawn(figures: Path, seed: int) -> dict[str, Path]:
    """Return the PNG files of one seed, and those without a seed, by their names without it."""
    files = {}
    for file in sorted(figures.glob("*.png")):
        name, _, last = file.stem.rpartition("-")
        if not last.isdigit():
            files[file.stem] = file
        elif int(last) == seed:
            files[name] = file
    return files


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = _number
    environment.filters["short"] = lambda value: "–" if value is None else f"{value:.4g}"
    environment.filters["time"] = _time
    environment.globals["text"] = lambda name: Markup((TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704  # our own CSS and script
    environment.globals["library"] = Markup(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))  # noqa: S704  # Vega's
    return environment


def _evidence_anchor(reading: Reading, evidence: Sequence[Evidence]) -> str | None:
    """Return the anchor of the table or chart that shows a reading's value; None if there is no such value."""
    if reading.measured is None:
        return None
    if reading.stage == "losses":
        return "losses"
    variant = reading.terms[0][0]
    shown = any(each.stage == reading.stage and variant in each.variants for each in evidence)
    return f"{reading.stage}-{variant}" if shown else None


def _sources(evidence: Sequence[Evidence]) -> dict[str, dict[str, Any]]:
    """Return what the measured values of each variant came from, by stage: its training first, which has most parameters."""
    sources: dict[str, dict[str, Any]] = {}
    for each in sorted(evidence, key=lambda each: each.stage != "train"):
        for variant, source in each.sources.items():
            sources.setdefault(variant, {})[each.stage] = source
    return dict(sorted(sources.items()))


def _not_empty(columns: dict[str, str], table: pd.DataFrame) -> dict[str, str]:
    """Return the columns, by key and heading, that have a value in a table."""
    return {key: heading for key, heading in columns.items() if table[key].notna().any()}


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _time(hours: float) -> str:
    return f"{hours:.0f} hours" if hours >= 1.5 else f"{60 * hours:.0f} minutes"
