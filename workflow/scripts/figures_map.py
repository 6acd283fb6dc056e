"""Plot an encoder's codes on a map."""

from workflow.io.safetensors import load_arrays
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import arguments, step
from workflow.report.figures import latent_map
from workflow.report.figures.style import run_title, save

item = arguments(__doc__, "variant", "seed")

with step("figures_map", **item) as this:
    budget = this.params["budget"]["name"]
    run = RunId(item["variant"], item["seed"])
    save(latent_map.plot(load_arrays(paths.maps(budget, run)), run_title(run)), paths.figure(budget, f"map-{run}"))
