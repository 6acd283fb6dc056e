"""Plot how a linear generator's span comes to be that of the principal components."""

from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import arguments, step
from workflow.report.figures import principal_angles
from workflow.report.figures.style import run_title, save

item = arguments(__doc__, "variant", "seed")

with step("figures_linear_gan", **item) as this:
    budget = this.params["budget"]["name"]
    run = RunId(item["variant"], item["seed"])
    save(principal_angles.plot(paths.losses(budget, run), run_title(run)), paths.figure(budget, f"angles-{run}"))
