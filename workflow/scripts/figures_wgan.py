"""Plot the losses of DCGAN and WGAN-GP on a data set together."""

from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.figures import wgan
from workflow.report.figures.style import save

item = arguments(__doc__, "dataset", "seed")

with stage(**item) as this:
    budget = this.params["budget"]["name"]
    run = f"{item['dataset']}-{item['seed']}"
    tables = {name: paths.losses(budget, f"{kind}-{run}") for name, kind in {"DCGAN": "dcgan", "WGAN-GP": "wgan-gp"}.items()}
    save(wgan.plot(tables), paths.figure(budget, f"wgan-{run}"))
