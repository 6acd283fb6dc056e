"""What a figure of a budget shows, in a line: what is seen, of which training, where and when."""

from pathlib import Path

from workflow.params.model import read_text
from workflow.report.page.budgets import BudgetView
from workflow.report.page.pictures import Picture
from workflow.report.trainings import MeasuredTraining

CAPTIONS = Path(__file__).parents[1] / "templates/captions"


def shown_by(kind: str) -> str:
    """Return what a kind of figure shows, in a sentence or more."""
    return " ".join(read_text(CAPTIONS / f"{kind}.rst").split())


def caption(picture: Picture, budget: BudgetView, training: MeasuredTraining | None) -> str:
    """Return the caption of a figure.

    Args:
        picture: The figure.
        budget: Whose results it shows.
        training: That it shows, if that is one.
    """
    shows = shown_by(picture.kind)
    run = [picture.run.variant, f"seed {picture.run.seed}"] if picture.run else []
    epochs = [training.epochs] if training else []
    where = filter(None, [f"budget {budget.name}", _processor(picture, budget, training), budget.day])
    return f"{shows} Here: {', '.join([*run, *epochs, *where])}."


def _processor(picture: Picture, budget: BudgetView, training: MeasuredTraining | None) -> str:
    """Return on which processor a figure's run ran, or a budget's runs: committed.yaml names the exceptions after a semicolon."""
    if training and training.processor:
        return training.processor
    return budget.processor.partition(";")[0] if picture.run else budget.processor
