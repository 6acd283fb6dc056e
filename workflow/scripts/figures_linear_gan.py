"""Plot how a linear generator's span comes to be that of the principal components."""

from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.figures import principal_angles
from workflow.report.figures.style import save

item = arguments(__doc__, "variant", "seed")

with stage(**item) as this:
    budget = this.params["budget"]["name"]
    run = f"{item['variant']}-{item['seed']}"
    save(principal_angles.plot(paths.losses(budget, run)), paths.figure(budget, f"angles-{run}"))
