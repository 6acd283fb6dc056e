"""How long stages take: what they took on this machine, or else an estimate from times that were measured elsewhere."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from workflow.params.groups import GRAPH
from workflow.params.model import load
from workflow.pipeline.dvc_yaml import matrix_items
from workflow.pipeline.trainings import PlannedTraining, planned_trainings

TAKEN = Path(".snakemake/durations.tsv")  # a line a stage that has run on this machine, not on a cluster's: budget, stage, seconds
STEP_TIMES = Path("workflow/report/page/estimates.yaml")
EVALUATION = 10.0  # seconds of a stage that trains nothing: the mean of the budget demo, on two cores of an AMD EPYC, 2026-11-25
LENET = 70.0  # seconds of LeNet's training, likewise
UNTIMED = 100.0  # milliseconds of a step of a family that nobody has timed: about a BiGAN's
START = 5.0  # seconds before a training's first step and after its last
IMAGES = 60_000  # MNIST's: of a training that takes all of a budget's images
CONVOLUTIONAL = ("dcgan", "conv_bigan")  # families whose step takes as long as its batch is large
StepTimes = Mapping[tuple[str, bool], float]  # milliseconds, by family or variant, and whether in bfloat16


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
        return self._of_training(self._trainings[stage]) if stage in self._trainings else EVALUATION

    def of_rule(self, name: str) -> float:
        """Return about how many seconds a stage of an entry of dvc.yaml takes, on average over its matrix."""
        stages = matrix_items(name, self._entries.get(name, {}), self._params)
        return self.of_stages(stages) / max(1, len(stages))

    def of_stages(self, stages: Iterable[str]) -> float:
        """Return about how many seconds stages take, one after the other."""
        return sum(map(self.of_stage, stages))

    def _of_training(self, training: PlannedTraining) -> float:
        """Return what a training's steps take on a CPU, and what comes before and after them."""
        return START + training_seconds(training, IMAGES, step_time(training, self._step_times) or UNTIMED)


def read_step_times() -> dict[str, StepTimes]:
    """Read the milliseconds a training step takes, by kind of device, then by family and whether in bfloat16.

    Variants of much smaller networks are there by their own names.
    """
    facts = load(STEP_TIMES)
    return {
        device: {(name, False): float(time) for name, time in times.items()}
        | {(name, True): times[name] * ratio for name, ratio in facts["bfloat16"][device].items() if name in times}
        for device, times in facts["step"].items()
    }


def step_time(training: PlannedTraining, times: StepTimes) -> float | None:
    """Return the milliseconds that a step of a training takes, with the batch of its family's recipe; None if it was not timed."""
    family, rounded = training.group.family, training.in_bfloat16
    return times.get((training.variant, rounded), times.get((family, rounded)))


def training_seconds(training: PlannedTraining, images: int, step: float) -> float:
    """Return about how many seconds the steps of a training take.

    Args:
        training: Of one seed.
        images: Of its data set, if its budget takes all of them.
        step: Milliseconds of one, with the batch of its family's recipe.
    """
    batch_size: int = training.recipe["batch_size"]
    steps = training.epochs * ((training.budget.images or images) // batch_size)
    longer: float = batch_size / training.family_recipe["batch_size"] if training.group.family in CONVOLUTIONAL else 1.0
    return steps * longer * step / 1000


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
