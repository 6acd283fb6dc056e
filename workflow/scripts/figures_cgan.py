"""Plot a conditional GAN's losses, and samples of it that LeNet gives another class than asked for."""

from workflow.io.safetensors import load_arrays
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.figures import losses, misclassified
from workflow.report.figures.style import run_title, save

item = arguments(__doc__, "variant", "seed")

with stage(**item) as this:
    title = f"{run_title(this.run)}: samples that LeNet gives another class (class asked for → LeNet's class)"
    wrong = load_arrays(paths.misclassified(this.budget, this.run))
    save(misclassified.plot(wrong, title), paths.figure(this.budget, f"misclassified-{this.run}"))
    save(
        losses.plot(paths.losses(this.budget, this.run), "generator", run_title(this.run)), paths.figure(this.budget, f"losses-{this.run}")
    )
