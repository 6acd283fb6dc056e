"""Write the report page."""

from workflow.io.files import write_text
from workflow.params.groups import GRAPH, training_groups
from workflow.params.model import load
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.page.inputs import gather_page
from workflow.report.page.page import render_page

arguments(__doc__)


with stage() as this:
    write_text(paths.page(this.budget), render_page(gather_page(load(), training_groups(load(GRAPH)["stages"]), this.provenance())))
