"""Plot what a GAN with an encoder draws, and its losses."""

from workflow.io.safetensors import load_arrays
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.figures import losses, strips
from workflow.report.figures.style import save

item = arguments(__doc__, "variant", "seed")

with stage(**item) as this:
    budget = this.params["budget"]["name"]
    run = f"{item['variant']}-{item['seed']}"
    save(strips.plot(load_arrays(paths.samples(budget, run))), paths.figure(budget, f"strips-{run}"))
    save(losses.plot(paths.losses(budget, run), "generator and encoder"), paths.figure(budget, f"losses-{run}"))
