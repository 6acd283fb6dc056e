"""What metrics files say of the trainings that a page shows: for how long, in which precision, on what."""

from collections.abc import Mapping, Sequence
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
        all_images: Whether it had all training images.
        processor: On which it ran; empty if the file does not say.
    """

    family: str
    epochs: int
    own_epochs: int
    precision: str
    all_images: bool
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


def conditions(trainings: Sequence[Training]) -> str:
    """Return in words how trainings for all epochs still differ from their report's; empty if in nothing that a file says."""
    unlike = [f"in {each.precision}" for each in trainings if each.precision != "float32"]
    unlike += ["on fewer images" for each in trainings if not each.all_images]
    return " and ".join(dict.fromkeys(unlike))


def _training(file: Path) -> Training:
    content = metrics.load(file)
    about = content["about"][0]
    return Training(
        family=about["family"],
        epochs=content["planned_epochs"],
        own_epochs=about["own_epochs"],
        precision=about.get("precision") or "float32",
        all_images=about["all_images"],
        processor=about.get("processor") or "",
    )
