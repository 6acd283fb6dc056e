"""Plot what a convolutional GAN draws as training goes on, and its losses."""

from workflow import paths
from workflow.figures import losses, samples_by_epoch
from workflow.figures.arrays import load
from workflow.figures.style import save
from workflow.step import arguments, step

item = arguments(__doc__, "variant", "seed")

with step("figures_dcgan", **item) as this:
    budget = this.params["budget"]["name"]
    run = f"{item['variant']}-{item['seed']}"
    save(
        samples_by_epoch.plot(samples_by_epoch.shown(load(paths.samples_by_epoch(budget, run)))),
        paths.figure(budget, f"samples_by_epoch-{run}"),
    )
    save(losses.plot(paths.losses(budget, run), "generator"), paths.figure(budget, f"losses-{run}"))
