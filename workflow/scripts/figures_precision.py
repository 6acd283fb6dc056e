"""Draw the precision study."""

from workflow.params.precision import PrecisionStudy
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import arguments, stage
from workflow.report.figures import precision
from workflow.report.figures.style import save

item = arguments(__doc__, "seed")

with stage(**item) as this:
    folder = paths.reports(this.budget) / "precision"
    tables = {name: folder / f"{RunId(name, item['seed'])}.tsv" for name in this.read(PrecisionStudy, "precision").compared}
    save(precision.plot(tables), paths.figure(this.budget, f"precision-{item['seed']}"))
