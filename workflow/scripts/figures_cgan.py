"""Plot a conditional GAN's losses, and samples of it that LeNet gives another class than asked for."""

from workflow.io.safetensors import load_arrays
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import arguments, step
from workflow.report.figures import losses, misclassified
from workflow.report.figures.style import run_title, save

item = arguments(__doc__, "variant", "seed")

with step("figures_cgan", **item) as this:
    budget = this.params["budget"]["name"]
    run = RunId(item["variant"], item["seed"])
    wrong = f"misclassified-{run}"
    title = f"{run_title(run)}: samples that LeNet gives another class (class asked for → LeNet's class)"
    save(misclassified.plot(load_arrays(paths.samples(budget, wrong)), title), paths.figure(budget, wrong))
    save(losses.plot(paths.losses(budget, run), "generator", run_title(run)), paths.figure(budget, f"losses-{run}"))
