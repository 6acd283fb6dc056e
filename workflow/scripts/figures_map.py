"""Plot an encoder's codes on a map."""

from workflow.io.safetensors import load_arrays
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.figures import latent_map
from workflow.report.figures.style import run_title, save

item = arguments(__doc__, "variant", "seed")

with stage(**item) as this:
    save(latent_map.plot(load_arrays(paths.maps(this.budget, this.run)), run_title(this.run)), paths.figure(this.budget, f"map-{this.run}"))
