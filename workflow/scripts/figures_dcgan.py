"""Plot what a convolutional GAN draws as training goes on, and its losses."""

from workflow.io.safetensors import load_arrays, read_about
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.figures import by_class, losses, samples_by_epoch
from workflow.report.figures.style import save

item = arguments(__doc__, "variant", "seed")

with stage(**item) as this:
    budget = this.params["budget"]["name"]
    run = f"{item['variant']}-{item['seed']}"
    samples, grid = samples_by_epoch.shown(load_arrays(paths.samples_by_epoch(budget, run))), paths.by_class(budget, run)
    save(samples_by_epoch.plot(samples), paths.figure(budget, f"samples_by_epoch-{run}"))
    save(by_class.plot(load_arrays(grid), read_about(grid)["dataset"]), paths.figure(budget, f"by_class-{run}"))
    save(losses.plot(paths.losses(budget, run), "generator"), paths.figure(budget, f"losses-{run}"))
