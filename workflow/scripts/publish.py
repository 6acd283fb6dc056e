"""Write the published page, tables, scorecards and the numbers in prose from the metrics that Git holds: trains nothing, needs no data."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workflow.io.errors import UserError
from workflow.io.files import write_text
from workflow.params.file import check
from workflow.params.groups import GRAPH, training_groups
from workflow.params.model import load, read_text, validate
from workflow.params.training import MeasuredBudget
from workflow.pipeline import command, paths
from workflow.report.claims import Claims, read_claims
from workflow.report.comparisons import comparison_figures, start_figures, variant_figures
from workflow.report.figures.style import WIDTH, save_png
from workflow.report.hypotheses import read_hypotheses
from workflow.report.known import CHECKSUMS, Committed, Source, checksums, gather_sources, judged_source, read_committed
from workflow.report.page.check import check_texts
from workflow.report.page.inputs import gather_published_page
from workflow.report.page.page import PageData, drawn_figures, render_page
from workflow.report.prose import reports_readme, summary_markdown, with_findings
from workflow.report.said_measured import said_measured
from workflow.report.tables.builders import MeasuredRuns, build_tables, measured_in
from workflow.report.tables.formats import write_csv, write_table
from workflow.report.tables.judged import write_judged

PAGE, RESULTS_README, README = Path("docs/index.html"), Path("reports/README.md"), Path("README.md")


def main() -> None:
    """Write all of it; raise UserError if there are no results."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    check()
    params, groups, claims, committed = load(), training_groups(load(GRAPH)["stages"]), read_claims(paths.CLAIMS), read_committed()
    sources = gather_sources(None, params["budgets"], claims)
    if not sources:
        raise UserError(f"reports: found no metrics of {', '.join(committed.shown)}, allowed: those of one of them")
    check_texts(params, claims, sources)  # before anything is written
    _judge_supposed(params["budgets"], claims, committed)
    for source in sources:
        measured = measured_in(params["budgets"][source.budget], groups)
        _write_results(source, measured, build_tables(source.folder, measured, claims, params["retraining"]["real"]))
    page = gather_published_page(params, groups, claims, sources, {"made by": "python -m workflow.scripts.publish"})
    pictures = _pictures(page)
    texts = {
        PAGE: render_page(page),
        CHECKSUMS: checksums(committed.shown, page.hypotheses.hypotheses.budgets, committed.compared),
        RESULTS_README: reports_readme(page.statements, page.precisions),
        README: with_findings(read_text(README), summary_markdown(page, pictures)),
    }
    for path, text in texts.items():  # once all of them are made
        write_text(path, text)
    print(f"{PAGE}: {PAGE.stat().st_size / 1e6:.1f} MB")


def _write_results(source: Source, measured: MeasuredRuns, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write what stages make of a budget's metrics alone: its judged statements, tables, and figures that compare."""
    write_judged(source.budget, source.judged)
    for name, found in tables.items():
        write_table(paths.table(source.budget, name), found)
    for name, figure in comparison_figures(source.judged):
        save_png(figure, paths.figure(source.budget, name))
    for name, figure in start_figures(source.folder / "figures"):
        save_png(figure, paths.figure(source.budget, name))
    for name, figure in variant_figures(source.folder, measured, tables["knn"], tables["knn_protocols"]):
        if paths.figure(source.budget, name).exists():  # one that Git holds is not older than its metrics
            save_png(figure, paths.figure(source.budget, name))


def _judge_supposed(budgets: Mapping[str, Any], claims: Claims, committed: Committed) -> None:
    """Judge anew what Git holds of the budgets that hypotheses suppose, and that are not shown as results of their own."""
    supposed = read_hypotheses(paths.HYPOTHESES, claims, budgets).budgets.difference(committed.shown)
    for name in sorted(supposed):
        if (paths.reports(name) / "metrics").is_dir():
            source = judged_source(validate(MeasuredBudget, budgets[name], f"budgets.{name}"), own=False, claims=claims)
            write_csv(paths.said_measured(name), said_measured(source.judged))


def _pictures(page: PageData) -> dict[str, Path]:
    """Return the files of the figures by name; those that are of several budgets are drawn here."""
    drawn = drawn_figures(page)
    files = {name: PAGE.parent / f"{name}.png" for name in drawn}
    for name, file in files.items():
        save_png(drawn[name](WIDTH), file)
    return {**{name: pictures[0].file for name, pictures in page.pictures.items()}, **files}


if __name__ == "__main__":
    command.run(main)
