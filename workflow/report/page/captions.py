"""What a figure of a budget shows, in a line: what is seen, of which training, where and when."""

from workflow.report.page.budgets import BudgetView
from workflow.report.page.pictures import Picture
from workflow.report.page.trainings import Training

KINDS = {
    "angles": "Principal angles between a linear generator's span and that of as many principal components, by epoch",
    "by_class": "Real images over samples, a column a class",
    "fidelity_by_epoch": "Fréchet distance of samples by epoch",
    "losses": "Losses and the discriminator's accuracy by epoch",
    "map": "t-SNE of the codes, a colour a digit",
    "misclassified": "Images that LeNet gives another class",
    "protocols": "1NN accuracy by features and neighbours",
    "ranks": "Rows of a table by rank: as stated on the left, as measured on the right",
    "snapshots": "Samples from the same z by epoch, under real images",
    "strips": "Samples, test images and their reconstructions",
    "wgan": "Losses of DCGAN and of WGAN-GP by epoch",
}


def caption(picture: Picture, budget: BudgetView, training: Training | None) -> str:
    """Return the caption of a figure.

    Args:
        picture: The figure.
        budget: Whose results it shows.
        training: That it shows, if that is one.
    """
    shows = KINDS.get(picture.kind, picture.kind)
    run = f", {picture.run.variant}, seed {picture.run.seed}" if picture.run else ""
    epochs = f", {training.epochs} of {training.own_epochs} epochs" if training else ""
    where = ", ".join(filter(None, [f"budget {budget.name}", _processor(picture, budget, training), budget.day]))
    return f"{shows}{run}{epochs}; {where}."


def _processor(picture: Picture, budget: BudgetView, training: Training | None) -> str:
    """Return on which processor a figure's run ran, or a budget's runs: committed.yaml names the exceptions after a semicolon."""
    if training and training.processor:
        return training.processor
    return budget.processor.partition(";")[0] if picture.run else budget.processor
