"""Draw the precision study."""

from workflow import paths
from workflow.figures import precision
from workflow.figures.style import save
from workflow.params.precision import PrecisionStudy
from workflow.step import arguments, step

item = arguments(__doc__, "seed")

with step("figures_precision", **item) as this:
    budget = this.params["budget"]["name"]
    folder = paths.reports(budget) / "precision"
    tables = {name: folder / f"{name}-{item['seed']}.tsv" for name in this.read(PrecisionStudy, "precision").compared}
    save(precision.plot(tables), paths.figure(budget, f"precision-{item['seed']}"))
