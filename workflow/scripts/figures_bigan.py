"""Plot what a GAN with an encoder draws, and its losses."""

from workflow.io.safetensors import load_arrays
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import arguments, step
from workflow.report.figures import losses, strips
from workflow.report.figures.style import run_title, save

item = arguments(__doc__, "variant", "seed")

with step("figures_bigan", **item) as this:
    budget = this.params["budget"]["name"]
    run = RunId(item["variant"], item["seed"])
    save(strips.plot(load_arrays(paths.samples(budget, run)), run_title(run)), paths.figure(budget, f"strips-{run}"))
    save(losses.plot(paths.losses(budget, run), "generator and encoder", run_title(run)), paths.figure(budget, f"losses-{run}"))
