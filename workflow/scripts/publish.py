"""Write the published page from the results that Git holds, and bring their checksums up to date: nothing is trained, no data is needed."""

import argparse
from pathlib import Path

from workflow.io.files import write_text
from workflow.params.groups import GRAPH, training_groups
from workflow.params.model import load
from workflow.report.known import CHECKSUMS, checksums, read_committed
from workflow.report.page.inputs import gather_published_page
from workflow.report.page.page import render_page

PAGE = Path("docs/index.html")

argparse.ArgumentParser(description=__doc__).parse_args()

write_text(CHECKSUMS, checksums(each.budget for each in read_committed()))
write_text(PAGE, render_page(gather_published_page(load(), training_groups(load(GRAPH)), {"made by": "python -m workflow.scripts.publish"})))
print(f"{PAGE}: {PAGE.stat().st_size / 1e6:.1f} MB")
