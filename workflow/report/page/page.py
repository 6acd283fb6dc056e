"""The report page: one HTML file that opens from disk and loads nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd
import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from workflow.params.training import MeasuredBudget
from workflow.pipeline.durations import spoken
from workflow.report.claims import ReportLetter, Unmeasurable
from workflow.report.comparisons import forest_rows
from workflow.report.equivalence import PRECISIONS, Equivalence, precision_study
from workflow.report.figures import equivalence, forest, said_measured
from workflow.report.figures import tally as tally_figure
from workflow.report.findings import Finding, findings
from workflow.report.hypothesis_panels import before_and_after, panels, readings
from workflow.report.hypothesis_verdicts import JudgedHypotheses, JudgedHypothesis
from workflow.report.known import KnownStatement, Source
from workflow.report.names import BASELINES, KNN_PROTOCOLS, QUANTITIES, REPORTS, counted, with_minus
from workflow.report.page.budgets import BudgetView, linked
from workflow.report.page.captions import caption, shown_by
from workflow.report.page.contents import Contents, anchor, figures_elsewhere, main_statements, rebuild
from workflow.report.page.counts import counts
from workflow.report.page.estimates import Estimator
from workflow.report.page.evidence import KindEvidence
from workflow.report.page.images import Draw, Drawing, drawing, embed
from workflow.report.page.interactive import Interactive
from workflow.report.page.pictures import READINGS_FIGURE, SAID_MEASURED_FIGURE, Picture, shown_pictures
from workflow.report.page.statements import ReadingView, shown
from workflow.report.scorecard import JudgedStatement, summary
from workflow.report.tables.formats import records
from workflow.report.tally import OUTCOMES, followed_indications, in_words, numbers_reached, sentences, tally
from workflow.report.trainings import Trainings, length
from workflow.report.verdicts import Verdict

REPORTED = {"reported_A": "A reports", "reported_B": "B reports", "reported_R": "Donahue et al. report"}
PUBLISHED = "paper"  # the budget that gives what was not run its verdict
TEMPLATES = Path(__file__).parents[1] / "templates/page"
# Figures with a section of their own, or of which the page shows as much in what answers to the reader
OWN_SECTIONS = ("protocols", "forest-", "map-", "losses-", "snapshots-")


@dataclass(frozen=True)
class PageData:
    """Everything that the page shows.

    Attributes:
        budget: Of the page; None for the published one, which has no run of its own.
        sources: The results that it shows, the best first.
        budgets: Those that it cites and that were trained, by name.
        statements: The statements of all reports, each with its best result.
        hypotheses: Why measured values are not the stated ones, judged by the results of every budget.
        precisions: What was measured in one precision and in the other.
        unmeasurable: What the reports state and nothing here measures.
        knn_protocols: 1NN of each variant in each report's protocol, whose result that is, and what the reports state.
        pictures: The figures by name, those of the best results first.
        evidence: All measured values, kind by kind.
        trainings: What the metrics files say of each training, by budget.
        interactive: What answers to the reader.
        contents: What each report has, in its order.
        estimator: Of what would give a statement its verdict.
        provenance: What the page was made from.
    """

    budget: MeasuredBudget | None
    sources: Sequence[Source]
    budgets: Mapping[str, BudgetView]
    statements: Sequence[KnownStatement]
    hypotheses: JudgedHypotheses
    precisions: Sequence[Equivalence]
    unmeasurable: Sequence[Unmeasurable]
    knn_protocols: pd.DataFrame
    pictures: Mapping[str, Sequence[Picture]]
    evidence: Sequence[KindEvidence]
    trainings: Trainings
    interactive: Interactive
    contents: Contents
    estimator: Estimator
    provenance: Mapping[str, Any]

    @cached_property
    def tally(self) -> pd.DataFrame:
        """How much of each report holds."""
        return tally(summary([each.best for each in self.statements]))

    @property
    def tally_sentences(self) -> str:
        """The same in words, what is reproduced, and how far to trust evidence that is no verdict."""
        parts = [sentences(self.tally), numbers_reached(self.statements), followed_indications(self.statements)]
        return " ".join(filter(None, parts))

    @cached_property
    def findings(self) -> dict[ReportLetter, Finding]:
        """The finding of each report."""
        return findings(self.statements, self.hypotheses.judged)


def render_page(page: PageData) -> str:
    """Return the page as HTML."""
    environment = _environment()
    environment.globals |= _functions(page)
    statements = [shown(each) for each in page.statements]
    best = [each.best for each in page.statements]
    measured = {statement.report for statement in statements if statement.primary.measured is not None}
    outcomes = {statement.primary.outcome for statement in statements}
    drawn = drawn_figures(page)
    rebuilt = [rebuild(letter, report, statements, {*page.pictures, *drawn}) for letter, report in page.contents.reports.items()]
    return environment.get_template("page.html.jinja").render(
        budget=page.budget,
        statements=statements,
        published=page.budget is None,
        budgets=page.budgets,
        mains=main_statements(page.contents, statements),
        findings=page.findings,
        hypotheses=hypotheses_by_report(page.hypotheses.judged),
        figures={name: drawing(draw) for name, draw in drawn.items()},
        sentences=page.tally_sentences,
        in_words=in_words(page.tally),
        counts=counts(page.tally, best),
        stated_by={statement.report for statement in statements},
        outcomes=[outcome for outcome in OUTCOMES if outcome in outcomes],
        unmeasurable=page.unmeasurable,
        names={**REPORTS, **BASELINES},
        quantities=QUANTITIES,
        stated={reading.id: reading.reported for statement in statements for reading in statement.readings},
        knn={row["variant"]: row for row in records(page.knn_protocols)},
        protocols=_not_empty(KNN_PROTOCOLS, page.knn_protocols),
        columns=_not_empty({**REPORTED, **KNN_PROTOCOLS}, page.knn_protocols),
        forests={letter: _forest(best, letter) for letter in REPORTS if letter in measured},
        rebuilt=rebuilt,
        shown_reports={each.letter for each in rebuilt if each.sections},
        tested_by=_tested_by(page),
        precisions=precision_study(page.precisions),
        others=[
            name for name in figures_elsewhere(page.contents.reports.values(), list(page.pictures)) if not name.startswith(OWN_SECTIONS)
        ],
        evidence=[(each, records(each.table)) for each in page.evidence],
        sources=_sources(page.evidence),
        gpu_timed=bool(page.estimator.step_times["gpu"]),
        interactive=page.interactive,
        data=page.interactive.data(),
        provenance=page.provenance,
    )


def _functions(page: PageData) -> dict[str, Callable[..., Any]]:
    """Return what templates call."""
    return {
        "drawn": cache(lambda name: [(embed(each.file), each) for each in shown_pictures(page.pictures.get(name, []))]),
        "evidence_of": lambda reading: _evidence_anchor(reading, page.evidence),
        "estimate": lambda reading: page.estimator.estimate(reading) if reading.verdict == Verdict.NOT_RUN else None,
        "linked": lambda text: linked(text, page.budgets),
        "caption": lambda picture: caption(picture, page.budgets[picture.budget], page.trainings[picture.budget].get(picture.run)),
        "shown_by": shown_by,
        "length": lambda budget, variant: length(page.trainings.get(budget, {}), variant),
        "place_of": lambda letter, place: anchor(letter, place) if letter in page.contents.reports else None,
    }


def _tested_by(page: PageData) -> dict[str, list[str]]:
    """Return by budget the hypotheses that it tests."""
    judged = [each.hypothesis for each in page.hypotheses.judged]
    return {name: [each.id for each in judged if each.after == name] for name in page.budgets}


def _forest(judged: Sequence[JudgedStatement], letter: str) -> Drawing:
    """Return a report's statements at a glance: the figure that a budget has, of the best results."""
    return drawing(partial(forest.plot, forest_rows(judged, letter), REPORTS[letter]))


def hypotheses_by_report(judged: Sequence[JudgedHypothesis]) -> dict[str, list[JudgedHypothesis]]:
    """Return the hypotheses of each report that has any, by its letter."""
    found = {letter: [each for each in judged if each.hypothesis.report == letter] for letter in REPORTS}
    return {letter: each for letter, each in found.items() if each}


def drawn_figures(page: PageData) -> dict[str, Draw]:
    """Return by name what draws the figures that are of several budgets.

    They are how much of each report holds, what a report states beside what was measured, if a hypothesis about it has been run, once
    more for a hypothesis that a finding shows, the readings of a set of rows that a finding shows, and what was measured in two precisions.
    """
    hypotheses, results = page.hypotheses.hypotheses, page.hypotheses.results
    run = [each.hypothesis for each in page.hypotheses.judged if any(prediction.after for prediction in each.predictions)]
    told = {name for each in page.findings.values() for name in each.pictures}
    reports: set[str] = {each.report for each in run}
    shown = {letter: (letter, panels(hypotheses, letter, results)) for letter in REPORTS if letter in reports}
    shown |= {
        each.id: (each.report, before_and_after(hypotheses, each, results)) for each in run if f"{SAID_MEASURED_FIGURE}{each.id}" in told
    }
    figures: dict[str, Draw] = {
        f"{SAID_MEASURED_FIGURE}{name}": partial(said_measured.plot, rows, REPORTS[report]) for name, (report, rows) in shown.items()
    }
    measured = {source.budget: results.get(source.budget, {}) for source in page.sources}
    for letter, each in page.findings.items():
        for name in filter(lambda name: name.startswith(READINGS_FIGURE), each.pictures):
            if rows := readings(hypotheses, name.removeprefix(READINGS_FIGURE), measured):
                figures[name] = partial(said_measured.plot, rows, REPORTS[letter])
    figures["tally"] = partial(tally_figure.plot, page.tally)
    return {**figures, "precision": partial(equivalence.plot, page.precisions, PRECISIONS)} if page.precisions else figures


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.policies["json.dumps_kwargs"] = {}  # the order of keys is that of what they name
    environment.filters["number"] = _number
    environment.filters["minus"] = with_minus
    environment.filters["short"] = _short
    environment.filters["time"] = lambda hours: spoken(3600 * hours)
    environment.globals["counted"] = counted
    environment.globals["text"] = lambda name: Markup((TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704  # our own CSS and script
    environment.globals["library"] = Markup(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))  # noqa: S704  # Vega's
    return environment


def _evidence_anchor(reading: ReadingView, evidence: Sequence[KindEvidence]) -> str | None:
    """Return the anchor of the table or chart that shows a reading's value; None if there is no such value."""
    if reading.measured is None:
        return None
    if reading.kind == "losses":
        return "losses"
    variant = reading.terms[0][0]
    shown = [each for each in evidence if (each.budget, each.kind) == (reading.budget, reading.kind) and variant in each.variants]
    return f"{shown[0].anchor}-{variant}" if shown else None


def _sources(evidence: Sequence[KindEvidence]) -> dict[str, dict[str, Any]]:
    """Return what the values of each variant came from, by kind of file: the page's own, else those of the best results that have it.

    Its training comes first: it has most parameters.
    """
    sources: dict[str, dict[str, Any]] = {}
    budgets: dict[str, str] = {}
    for each in sorted(evidence, key=lambda each: (not each.own, each.kind != "train")):
        for variant, source in each.sources.items():
            if budgets.setdefault(variant, each.budget) == each.budget:
                sources.setdefault(variant, {})[each.kind] = source
    return dict(sorted(sources.items()))


def _not_empty(columns: dict[str, str], table: pd.DataFrame) -> dict[str, str]:
    """Return the columns, by key and heading, that have a value in a table."""
    return {key: heading for key, heading in columns.items() if table[key].notna().any()}


def _number(value: float | None) -> str:
    return "–" if value is None else with_minus(f"{value:.2f}")


def _short(value: float | None) -> str:
    """Return a number with four digits, and all of them before its point."""
    return "–" if value is None else with_minus(f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}")
