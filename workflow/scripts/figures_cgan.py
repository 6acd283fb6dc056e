"""Plot a conditional GAN's losses, and samples of it that LeNet gives another class than asked for."""

from workflow.io.safetensors import load_arrays
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.figures import losses, misclassified
from workflow.report.figures.style import save

item = arguments(__doc__, "variant", "seed")

with stage(**item) as this:
    budget = this.params["budget"]["name"]
    run = f"{item['variant']}-{item['seed']}"
    save(misclassified.plot(load_arrays(paths.samples(budget, f"misclassified-{run}"))), paths.figure(budget, f"misclassified-{run}"))
    save(losses.plot(paths.losses(budget, run), "generator"), paths.figure(budget, f"losses-{run}"))
