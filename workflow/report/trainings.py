"""What metrics files say of trainings: of what, for how long, in which precision, on what."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from workflow.params.model import validate
from workflow.pipeline.run_id import RunId
from workflow.report.metrics import about, load
from workflow.report.names import counted


class MeasuredTraining(BaseModel):
    """A training that was measured."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True, use_attribute_docstrings=True)

    family: str
    """Of its networks and recipe."""
    dataset: str
    """On which it was trained."""
    all_images: bool
    """Whether on all of its training images."""
    start: str | None
    """The variant whose weights it started from."""
    planned_epochs: int = Field(ge=0)
    """How many it was given."""
    own_epochs: int = Field(ge=1)
    """How many its report has."""
    precision: str = "float32"
    """In which it computed."""
    changes: Mapping[str, Any] = {}
    """What its budget changed of its recipe."""
    processor: str = ""
    """On which it ran; empty if the file does not say."""

    @property
    def share(self) -> float:
        """The share of its own epochs that it was given; at most 1."""
        return min(1.0, self.planned_epochs / self.own_epochs)

    @property
    def epochs(self) -> str:
        """How many epochs it was given, of how many."""
        return f"{self.planned_epochs} of {self.own_epochs} epochs"


Trainings = Mapping[str, Mapping[RunId, MeasuredTraining]]  # by budget


def read_trainings(folder: Path) -> dict[RunId, MeasuredTraining]:
    """Return the trainings of a budget's folder; raise UserError where a file does not say what it has to."""
    return {RunId.of(file): _read(file) for file in sorted(folder.glob("metrics/train/*.json"))}


def length(trainings: Mapping[RunId, MeasuredTraining], variant: str) -> str:
    """Return for how many epochs a variant was trained, and how often; empty if it was not trained."""
    runs = [training for run, training in trainings.items() if run.variant == variant]
    return f"{runs[0].epochs}, {counted(len(runs), 'seed')}" if runs else ""


def _read(file: Path) -> MeasuredTraining:
    content = load(file)
    return validate(MeasuredTraining, {**about(content, file), "planned_epochs": content.get("planned_epochs")}, "about", file)
