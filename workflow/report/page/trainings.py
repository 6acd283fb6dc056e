"""What metrics files say of the trainings that a page shows: for how long, in which precision, on what."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workflow.pipeline.run_id import RunId
from workflow.report import metrics


@dataclass(frozen=True)
class Training:
    """A training.

    Attributes:
        family: Of its networks.
        epochs: That it was given.
        own_epochs: That its report has.
        precision: In which it computed.
        processor: On which it ran; empty if the file does not say.
    """

    family: str
    epochs: int
    own_epochs: int
    precision: str
    processor: str


Trainings = Mapping[str, Mapping[RunId, Training]]  # by budget


def read_trainings(folder: Path) -> dict[RunId, Training]:
    """Return the trainings of a budget's folder."""
    return {RunId.of(file): _training(file) for file in sorted(folder.glob("metrics/train/*.json"))}


def length(trainings: Mapping[RunId, Training], variant: str) -> str:
    """Return for how many epochs a variant was trained, and how often; empty if it was not trained."""
    runs = [training for run, training in trainings.items() if run.variant == variant]
    if not runs:
        return ""
    return f"{runs[0].epochs} of {runs[0].own_epochs} epochs, {len(runs)} seed{'s' if len(runs) > 1 else ''}"


def _training(file: Path) -> Training:
    content = metrics.load(file)
    about = metrics.about(content, file)
    return Training(
        family=about["family"],
        epochs=content["planned_epochs"],
        own_epochs=about["own_epochs"],
        precision=about.get("precision") or "float32",
        processor=about.get("processor") or "",
    )
