"""Plot how a linear generator's span comes to be that of the principal components."""

from workflow import paths
from workflow.figures import principal_angles
from workflow.figures.style import save
from workflow.step import arguments, step

item = arguments(__doc__, "variant", "seed")

with step("figures_linear_gan", **item) as this:
    budget = this.params["budget"]["name"]
    run = f"{item['variant']}-{item['seed']}"
    save(principal_angles.plot(paths.losses(budget, run)), paths.figure(budget, f"angles-{run}"))
