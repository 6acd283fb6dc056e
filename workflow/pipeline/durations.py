"""How long stages take: what they took on this machine, or else an estimate from times that were measured elsewhere."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from workflow.params.groups import GRAPH
from workflow.params.model import load
from workflow.pipeline.dvc_yaml import matrix_items
from workflow.pipeline.trainings import PlannedTraining, planned_trainings

TAKEN = Path(".snakemake/durations.tsv")  # a line a stage that has run on this machine: budget, stage, seconds
STEP_TIMES = Path("workflow/report/page/estimates.yaml")
EVALUATION = 10.0  # seconds of a stage that trains nothing: the mean of the budget demo, on two cores of an AMD EPYC, 2026-11-25
LENET = 70.0  # seconds of LeNet's training, likewise
START = 5.0  # seconds before a training's first step and after its last
IMAGES = 60_000  # MNIST's: of a training that takes all of a budget's images
CONVOLUTIONAL = ("dcgan", "conv_bigan")  # families whose step takes as long as its batch is large


class Durations:
    """Seconds by stage, at the budget of params.yaml."""

    def __init__(self) -> None:
        self._params, self._entries = load(), load(GRAPH)["stages"]
        self._trainings = planned_trainings(self._params, self._entries)
        self._step_times = read_step_times()["cpu"]
        self._taken = taken(self._params["budget"]["name"])

    def of_stage(self, stage: str) -> float:
        """Return about how many seconds a stage takes, e.g. `train_bigan@mnist-bigan-0`."""
        if stage in self._taken:
            return self._taken[stage]
        if stage.startswith("train_lenet"):
            return LENET
        return self._steps(self._trainings[stage]) if stage in self._trainings else EVALUATION

    def of_rule(self, name: str) -> float:
        """Return about how many seconds a stage of an entry of dvc.yaml takes, on average over its matrix."""
        stages = matrix_items(name, self._entries.get(name, {}), self._params)
        return self.of_stages(stages) / max(1, len(stages))

    def of_stages(self, stages: Iterable[str]) -> float:
        """Return about how many seconds stages take, one after the other."""
        return sum(map(self.of_stage, stages))

    def _steps(self, training: PlannedTraining) -> float:
        """Return what a training's steps take on a CPU, and what comes before and after them."""
        family, images = training.group.family, self._params["budget"]["images"] or IMAGES
        steps = timed_steps(family, training.epochs, images, training.recipe["batch_size"], self._params["recipes"])
        times, rounded = self._step_times, training.in_bfloat16
        return START + steps * times.get((training.variant, rounded), times[family, rounded]) / 1000


def read_step_times() -> dict[str, dict[tuple[str, bool], float]]:
    """Read the milliseconds a training step takes, by kind of device, then by family and whether in bfloat16.

    Variants of much smaller networks are there by their own names.
    """
    facts = load(STEP_TIMES)
    return {
        device: {(name, False): float(time) for name, time in times.items()}
        | {(name, True): times[name] * ratio for name, ratio in facts["bfloat16"][device].items()}
        for device, times in facts["step"].items()
    }


def timed_steps(family: str, epochs: int, images: int, batch_size: int, recipes: Mapping[str, Any]) -> float:
    """Return how many steps of the batch that its family was timed with take as long as a training.

    Args:
        family: Of its networks.
        epochs: How many it has.
        images: Of an epoch.
        batch_size: Of its steps.
        recipes: Of params.yaml: steps were timed with the batch of the family's.
    """
    steps = epochs * (images // batch_size)
    return steps * batch_size / recipes[family]["batch_size"] if family in CONVOLUTIONAL else steps


def record(stage: str, seconds: float) -> None:
    """Add what a stage took to this machine's list."""
    with suppress(OSError), TAKEN.open("a", encoding="utf-8") as file:  # such as a full disk: then it stays an estimate
        file.write(f"{load()['budget']['name']}\t{stage}\t{seconds:.1f}\n")


def taken(budget: str) -> dict[str, float]:
    """Return the seconds that stages last took on this machine at a budget."""
    lines = TAKEN.read_text(encoding="utf-8").splitlines() if TAKEN.exists() else []
    rows = [line.split("\t") for line in lines]
    return {row[1]: float(row[2]) for row in rows if len(row) == 3 and row[0] == budget and re.fullmatch(r"\d+\.\d", row[2])}


def spoken(seconds: float) -> str:
    """Return a time as people say it: `40 s`, `3 min`, `2.5 h`, `4 days`."""
    for unit, length, below in (("s", 1, 90), ("min", 60, 90), ("h", 3600, 48)):
        if seconds / length < below:
            rounded = max(1, round(seconds / length, 1 if unit == "h" and seconds / length < 10 else None))
            return f"{rounded:g} {unit}"
    return f"{seconds / 86_400:.0f} days"
