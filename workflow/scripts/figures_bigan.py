"""Plot what a GAN with an encoder draws, and its losses."""

from workflow.io.safetensors import load_arrays
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.figures import losses, strips
from workflow.report.figures.style import run_title, save

item = arguments(__doc__, "variant", "seed")

with stage(**item) as this:
    title = run_title(this.run)
    samples, table = load_arrays(paths.samples(this.budget, this.run)), paths.losses(this.budget, this.run)
    save(strips.plot(samples, title), paths.figure(this.budget, f"strips-{this.run}"))
    save(losses.plot(table, "generator and encoder", title), paths.figure(this.budget, f"losses-{this.run}"))
