"""Write the report page."""

from workflow.io.files import write_text
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, step
from workflow.report.page.inputs import gather_page
from workflow.report.page.page import render_page

arguments(__doc__)


with step("report") as this:
    write_text(paths.page(this.params["budget"]["name"]), render_page(gather_page(this.params, this.provenance())))
