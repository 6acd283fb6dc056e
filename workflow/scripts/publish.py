"""Write the published page and the numbers in prose from the results that Git holds: nothing is trained, no data is needed."""

import argparse
import sys
from pathlib import Path

from workflow.io.errors import UserError
from workflow.io.files import write_text
from workflow.params.groups import GRAPH, training_groups
from workflow.params.model import load, read_text
from workflow.report.known import CHECKSUMS, checksums, read_committed
from workflow.report.page.inputs import gather_published_page
from workflow.report.page.page import render_page
from workflow.report.prose import reports_readme, with_findings

PAGE, REPORTS, README = Path("docs/index.html"), Path("reports/README.md"), Path("README.md")


def main() -> str | None:
    """Write all of it; return what went wrong."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    try:
        page = gather_published_page(load(), training_groups(load(GRAPH)), {"made by": "python -m workflow.scripts.publish"})
        write_text(PAGE, render_page(page))
        write_text(CHECKSUMS, checksums(each.budget for each in read_committed()))
        write_text(REPORTS, reports_readme(page.statements))
        write_text(README, with_findings(read_text(README), page.statements, page.pictures))
    except (UserError, OSError) as error:
        return str(error)
    print(f"{PAGE}: {PAGE.stat().st_size / 1e6:.1f} MB")
    return None


if __name__ == "__main__":
    sys.exit(main())
