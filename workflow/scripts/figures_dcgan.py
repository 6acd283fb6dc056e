"""Plot what a convolutional GAN draws as training goes on, and its losses."""

from workflow.io.safetensors import load_arrays, read_about
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import arguments, step
from workflow.report.figures import by_class, losses, snapshots
from workflow.report.figures.style import run_title, save

item = arguments(__doc__, "variant", "seed")

with step("figures_dcgan", **item) as this:
    budget = this.params["budget"]["name"]
    run = RunId(item["variant"], item["seed"])
    title, grid = run_title(run), paths.by_class(budget, run)
    samples = snapshots.first_images(load_arrays(paths.samples_by_epoch(budget, run)))
    save(snapshots.plot(samples, title), paths.figure(budget, f"snapshots-{run}"))
    save(by_class.plot(load_arrays(grid), read_about(grid)["dataset"], title), paths.figure(budget, f"by_class-{run}"))
    save(losses.plot(paths.losses(budget, run), "generator", title), paths.figure(budget, f"losses-{run}"))
