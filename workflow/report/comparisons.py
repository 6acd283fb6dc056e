"""Figures that compare: statements with what was measured, and variants with one another."""

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isinf
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from workflow.report.figures import fidelity_by_epoch, forest, protocols, ranks, stacked
from workflow.report.figures.forest import ForestRow
from workflow.report.figures.ranks import RankRow
from workflow.report.names import REPORTS, in_short
from workflow.report.scorecard import Judged, JudgedStatement
from workflow.report.tables.builders import MeasuredRuns
from workflow.report.verdicts import Count, CountDirection, Difference, Direction, Range, Ranking, Rule, Value

SHARE = 0.5  # of the runs: what counts as a margin where collapses are counted
AS_MEASURED = re.compile(r"; (?:measured|shown) as\b.*")  # too long for a label
STARTS_FIGURE = "starts"
STARTS = {"dcgan-fashion": "from random weights", "dcgan-fashion-pretrained": "from the weights of the GAN of MNIST"}  # of Report E §2.3


def comparison_figures(judged: Sequence[JudgedStatement]) -> Iterator[tuple[str, Figure]]:
    """Yield what each report states beside what was measured, with a name: its statements at a glance, and each of its tables by rank."""
    for letter, name in REPORTS.items():
        yield f"forest-{letter}", forest.plot(forest_rows(judged, letter), name)
    for name, title, rows in rank_tables(judged):
        yield name, ranks.plot(rows, title)


def variant_figures(folder: Path, measured: MeasuredRuns, knn: pd.DataFrame, by_report: pd.DataFrame) -> Iterator[tuple[str, Figure]]:
    """Yield the name and figure of what is compared between a budget's variants.

    Args:
        folder: Of the budget's tables by epoch.
        measured: What the budget measures; the folder may have tables of what it once did.
        knn: 1NN's table.
        by_report: The table of 1NN's protocols.
    """
    yield "protocols", protocols.plot(by_report, knn)
    runs = sorted(f"{variant}-{seed}" for variant in measured.trained for seed in measured.seeds)
    tables = {run: folder / f"fidelity_by_epoch/{run}.tsv" for run in runs}
    yield "fidelity_by_epoch", fidelity_by_epoch.plot({run: table for run, table in tables.items() if table.exists()})


def start_figures(figures: Path) -> Iterator[tuple[str, Figure]]:
    """Yield the name and figure of what a GAN draws from one start and from another, for each seed with which a folder has both."""
    seeds = [{file.stem.rpartition("-")[2] for file in figures.glob(f"snapshots-{variant}-[0-9]*.png")} for variant in STARTS]
    for seed in sorted(set.intersection(*seeds), key=int):
        pictures = {f"{variant}, seed {seed}, {start}": figures / f"snapshots-{variant}-{seed}.png" for variant, start in STARTS.items()}
        yield f"{STARTS_FIGURE}-{seed}", stacked.plot(pictures)


def forest_rows(judged: Sequence[JudgedStatement], report: str) -> list[ForestRow]:
    """Return a report's readings that were measured and have a rule, those of a statement one after the other."""
    return [row for each in judged if each.statement.report == report for row in _readings(each)]


def rank_tables(judged: Sequence[JudgedStatement]) -> Iterator[tuple[str, str, list[RankRow]]]:
    """Yield the name, the title and the measured rows of the figure of each table, a row called by what is stated of it alone."""
    by_others = {tuple(other.reading.terms): in_short(each.statement.says) for each in reversed(judged) for other in each.others}
    called = by_others | {tuple(each.primary.reading.terms): in_short(each.statement.says) for each in reversed(judged)}
    for each in judged:
        reading = each.primary.reading
        if reading.kind == "ranking" and isinstance(reading.stated, Mapping):
            stated = list(reading.stated.items())
            names = [called.get((term,), name) for term, (name, _) in zip(reading.rows, stated, strict=True)]
            rows = [RankRow(names[number], stated[number][1], value) for number, value in each.primary.measurement.rows.items()]
            yield f"ranks-{each.statement.id}", f"{REPORTS[each.statement.report]}, {each.statement.place}: {reading.protocol.text}", rows


def _readings(judged: JudgedStatement) -> Iterator[ForestRow]:
    """Yield the rows of a statement's line, then those of readings with which another band agrees, a line each."""
    label = f"{judged.statement.place}: {in_label(judged.statement.says)}"
    stated = "the order" if isinstance(judged.primary.reading.stated, Mapping) else judged.primary.reading.text or ""
    apart = [each for each in judged.others if _band(each.reading.rule) != _band(judged.primary.reading.rule)]
    for each in (judged.primary, *(other for other in judged.others if other not in apart), *apart):
        rule, measured = each.reading.rule, each.measurement.centre
        if rule is not None and measured is not None:
            said = (f"{label}: {each.reading.name}", each.reading.text or "") if each in apart else (label, stated)
            primary = each is judged.primary
            yield _row(*said, each, rule, measured, primary=primary, named=primary or each in apart)


def in_label(says: str) -> str:
    """Return what is stated, without how it is measured."""
    return AS_MEASURED.sub("", says)


def _band(rule: Rule | None) -> str:
    """Return on which side of what is stated a value agrees."""
    return "none" if rule is None else "one" if scale_of(rule)[2] else "both"


def _row(label: str, stated: str, judged: Judged, rule: Rule, measured: float, *, primary: bool, named: bool) -> ForestRow:
    origin, unit, direction = scale_of(rule)
    low, high = judged.judgement.interval or (None, None)
    return ForestRow(
        label=label,
        stated=stated,
        origin=origin,
        unit=unit,
        direction=direction,
        measured=measured,
        low=low,
        high=high,
        primary=primary,
        named=named,
        verdict=judged.judgement.indication or str(judged.judgement.verdict),
    )


def scale_of(rule: Rule) -> tuple[float, float, int]:
    """Return what a rule measures from, in which unit, and in which direction it agrees: 0 if to both sides."""
    match rule:
        case Value() | Difference():
            return rule.stated, rule.margin, 0
        case Range():
            return _range(*rule.ends, rule.margin)
        case Count():
            return _range(rule.low, rule.high, SHARE)
        case Direction():
            return 0.0, rule.margin, rule.sign
        case CountDirection():
            return 0.0, SHARE, rule.sign
        case Ranking():
            return rule.least, 1 - rule.least, 1
        case _:
            raise TypeError(f"no scale for {rule}")


def _range(low: float, high: float, margin: float) -> tuple[float, float, int]:
    """Return the scale of a range, which may be open to one side."""
    if isinf(low) or isinf(high):
        end, direction = (low, 1) if isinf(high) else (high, -1)
        return end, margin or abs(end), direction
    return (low + high) / 2, (high - low) / 2, 0
