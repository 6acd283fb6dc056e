"""Plot the losses of DCGAN and WGAN-GP on a data set together."""

from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import arguments, stage
from workflow.report.figures import wgan
from workflow.report.figures.style import save

item = arguments(__doc__, "dataset", "seed")

with stage(**item) as this:
    runs = {name: RunId(f"{kind}-{item['dataset']}", item["seed"]) for name, kind in {"DCGAN": "dcgan", "WGAN-GP": "wgan-gp"}.items()}
    tables = {name: paths.losses(this.budget, run) for name, run in runs.items()}
    save(wgan.plot(tables), paths.figure(this.budget, f"wgan-{RunId(item['dataset'], item['seed'])}"))
