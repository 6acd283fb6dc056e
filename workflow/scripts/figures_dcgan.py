"""Plot what a convolutional GAN draws as training goes on, and its losses."""

from workflow.io.safetensors import load_arrays, read_about
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.figures import by_class, losses, snapshots
from workflow.report.figures.style import run_title, save

item = arguments(__doc__, "variant", "seed")

with stage(**item) as this:
    title, grid = run_title(this.run), paths.by_class(this.budget, this.run)
    samples = snapshots.first_images(load_arrays(paths.snapshots(this.budget, this.run)))
    save(snapshots.plot(samples, title), paths.figure(this.budget, f"snapshots-{this.run}"))
    save(by_class.plot(load_arrays(grid), read_about(grid)["dataset"], title), paths.figure(this.budget, f"by_class-{this.run}"))
    save(losses.plot(paths.losses(this.budget, this.run), "generator", title), paths.figure(this.budget, f"losses-{this.run}"))
