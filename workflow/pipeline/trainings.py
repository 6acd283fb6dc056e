"""What the training stages of the graph train at params.yaml's budget."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workflow.io.errors import UserError
from workflow.params.groups import TRAINING, Group, training_groups, variables
from workflow.params.model import completed
from workflow.params.training import TrainingBudget
from workflow.pipeline.dvc_yaml import matrix_items
from workflow.pipeline.run_id import RunId

CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class PlannedTraining:
    """A training stage.

    Attributes:
        group: Of its variant.
        variant: What is trained.
        recipe: Of the variant, whole, as params.yaml has it.
        family_recipe: Of its family, from which that may differ.
        budget: What it may spend.
    """

    group: Group
    variant: str
    recipe: Mapping[str, Any]
    family_recipe: Mapping[str, Any]
    budget: TrainingBudget

    @property
    def epochs(self) -> int:
        """How many it runs."""
        return self.budget.epochs_of(self.group.family, self.recipe["epochs"])

    @property
    def precision(self) -> str:
        """In which it computes."""
        own = str(self.recipe["precision"])
        return self.budget.precision if own == "budget" else own

    @property
    def in_bfloat16(self) -> bool:
        """Whether its products are computed so, and not only rounded."""
        return self.precision == "bfloat16"


def budget_trainings(budget: Mapping[str, Any], recipes: Mapping[str, Any], groups: Iterable[Group]) -> list[PlannedTraining]:
    """Return what a budget trains, whatever the seed.

    Args:
        budget: Of params.yaml.
        recipes: Of params.yaml, by family.
        groups: Whose variants.
    """
    limits = TrainingBudget.model_validate({name: budget[name] for name in TrainingBudget.model_fields})
    return [
        PlannedTraining(
            group, variant, completed(recipes[group.family], own, budget["changes"][group.family]), recipes[group.family], limits
        )
        for group in groups
        for variant, own in budget[group.name].items()
    ]


def planned_trainings(params: Mapping[str, Any], entries: Mapping[str, Any]) -> dict[str, PlannedTraining]:
    """Return the trainings of the current budget by stage, e.g. `train_bigan@mnist-bigan-0`.

    Args:
        params: The content of params.yaml.
        entries: The `stages` of dvc.yaml.
    """
    trained = budget_trainings(params["budget"], params["recipes"], training_groups(entries).values())
    by_name = {(training.group.name, training.variant): training for training in trained}
    return {stage: by_name[group, item["variant"]] for stage, group, item in _training_items(params, entries)}


def trained_runs(params: Mapping[str, Any], entries: Mapping[str, Any]) -> list[RunId]:
    """Return the runs of variants that the graph trains at the current budget.

    Args:
        params: The content of params.yaml.
        entries: The `stages` of dvc.yaml.
    """
    return [RunId(item["variant"], item["seed"]) for _, _, item in _training_items(params, entries)]


def is_training(stage: str) -> bool:
    """Return whether a stage trains networks, by its name or its rule's."""
    return stage.startswith(TRAINING)


def _training_items(params: Mapping[str, Any], entries: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the stages that train a group of variants, as LeNet's do not, with their groups and their items of the matrix."""
    for name, entry in entries.items():
        group = variables(entry).get("group")
        if is_training(name) and group:
            yield from ((stage, group, item) for stage, item in matrix_items(name, entry, params).items())


def check_precision(trainings: Mapping[str, PlannedTraining]) -> None:
    """Raise UserError if one of these trainings would compute in bfloat16 on a processor without instructions for it."""
    slow = [stage for stage, training in trainings.items() if training.in_bfloat16]
    if slow and not computes_in_bfloat16():
        more = f" and {len(slow) - 1} more" if len(slow) > 1 else ""
        raise UserError(
            f"params.yaml: precision: found bfloat16 for {slow[0]}{more}, but this processor has no AVX-512: a step would take some forty "
            "times as long as in float32; allowed: float32, or a GPU or a processor with AVX-512"
        )


def computes_in_bfloat16() -> bool:
    """Return whether this processor has AVX-512, by what Linux says of it; True if that says nothing of an x86-64's instructions."""
    cpuinfo = CPUINFO.read_text(encoding="utf-8") if CPUINFO.exists() else ""
    flags = next((line.split() for line in cpuinfo.splitlines() if line.startswith("flags")), ["avx512f"])
    return "avx512f" in flags
