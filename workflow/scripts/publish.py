"""Write the published page and the numbers in prose from the results that Git holds: nothing is trained, no data is needed."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from workflow.io.errors import UserError
from workflow.io.files import write_text
from workflow.params.groups import GRAPH, training_groups
from workflow.params.model import load, read_text
from workflow.pipeline import paths
from workflow.report.claims import read_claims
from workflow.report.figures.style import save
from workflow.report.findings import Finding, findings
from workflow.report.hypotheses import read_hypotheses
from workflow.report.known import CHECKSUMS, checksums, read_committed
from workflow.report.measurements import Budget
from workflow.report.page.inputs import gather_published_page
from workflow.report.page.page import PageData, drawn_figures, render_page
from workflow.report.prose import findings_markdown, reports_readme, verdicts_markdown, with_findings
from workflow.report.said_measured import said_measured
from workflow.report.scorecard import judge, summary, table
from workflow.report.tables.formats import write_csv

PAGE, REPORTS, README = Path("docs/index.html"), Path("reports/README.md"), Path("README.md")


def main() -> str | None:
    """Write all of it; return what went wrong."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    try:
        params = load()
        _judge_supposed(params["budgets"])
        page = gather_published_page(params, training_groups(load(GRAPH)), {"made by": "python -m workflow.scripts.publish"})
        found = findings(page.statements, page.hypotheses.judged)
        write_text(PAGE, render_page(page))
        for source in page.sources:
            write_csv(paths.scorecard(source.budget), table(source.judged, source.budget))
            write_csv(paths.said_measured(source.budget), said_measured(source.judged))
        write_text(CHECKSUMS, checksums([each.budget for each in read_committed()], page.hypotheses.hypotheses.budgets))
        write_text(REPORTS, reports_readme(found, page.precisions))
        counts = summary([each.best for each in page.statements])
        markdown = f"{verdicts_markdown(counts)}\n\n{findings_markdown(found, _pictures(page, found))}"
        write_text(README, with_findings(read_text(README), markdown))
    except (UserError, OSError) as error:
        return str(error)
    print(f"{PAGE}: {PAGE.stat().st_size / 1e6:.1f} MB")
    return None


def _judge_supposed(budgets: Mapping[str, Any]) -> None:
    """Judge anew what Git holds of the budgets that hypotheses suppose, and that are not shown as results of their own."""
    claims = read_claims(paths.CLAIMS)
    supposed = read_hypotheses(paths.HYPOTHESES, claims, budgets).budgets - {each.budget for each in read_committed()}
    for name in sorted(supposed):
        if (paths.reports(name) / "metrics").is_dir():
            judged = judge(claims, paths.reports(name), Budget(name, budgets[name]["dataset"], budgets[name]["seeds"]))
            write_csv(paths.said_measured(name), said_measured(judged))


def _pictures(page: PageData, found: Sequence[Finding]) -> dict[str, Path]:
    """Return the files of the figures by name; those that are of several budgets are drawn here."""
    drawn = drawn_figures(page, found)
    files = {name: PAGE.parent / f"{name}.png" for name in drawn}
    for name, file in files.items():
        save(drawn[name], file)
    return {**{name: pictures[0].file for name, pictures in page.pictures.items()}, **files}


if __name__ == "__main__":
    sys.exit(main())
