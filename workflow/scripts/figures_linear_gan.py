"""Plot how a linear generator's span comes to be that of the principal components."""

from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.figures import principal_angles
from workflow.report.figures.style import run_title, save

item = arguments(__doc__, "variant", "seed")

with stage(**item) as this:
    save(principal_angles.plot(paths.losses(this.budget, this.run), run_title(this.run)), paths.figure(this.budget, f"angles-{this.run}"))
