"""What dvc.yaml says of its training stages and evaluations: which of a budget's variants each one takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GRAPH = Path("dvc.yaml")


@dataclass(frozen=True)
class Group:
    """The variants that a training stage trains.

    Attributes:
        name: Its key under `groups` and in budgets.
        family: The family of networks, a key of `recipes`.
        dataset: The key of a budget that has its data set.
        start: The variant from whose trained weights it starts, or None for weights that are drawn.
    """

    name: str
    family: str
    dataset: str
    start: str | None


def training_groups(graph: Mapping[str, Any]) -> dict[str, Group]:
    """Return the groups of all training stages of dvc.yaml, by name."""
    groups = [_group(stage) for name, stage in graph["stages"].items() if name.startswith("train_") and "vars" in stage]
    return {group.name: group for group in groups}


def measured_keys(graph: Mapping[str, Any]) -> list[str]:
    """Return the keys of a budget whose variants some stage of dvc.yaml measures: it reads what training leaves."""
    stages = [stage for name, stage in graph["stages"].items() if not name.startswith(("train_", "figures_"))]
    readers = [stage for stage in stages if any(dep.startswith(("data/models/", "data/snapshots/")) for dep in stage.get("deps", []))]
    return list(dict.fromkeys(_budget_key(stage["matrix"]["variant"]) for stage in readers))


def variables(stage: Mapping[str, Any]) -> dict[str, Any]:
    """Return the `vars` of a stage of dvc.yaml: a list of mappings."""
    return {name: value for part in stage.get("vars", []) for name, value in part.items()}


def _group(stage: Mapping[str, Any]) -> Group:
    facts = variables(stage)
    return Group(facts["group"], facts["family"], _budget_key(stage["matrix"]["dataset"]), facts.get("start"))


def _budget_key(axis: str | list[str]) -> str:
    """Return `svhn` of the axis `${budget.svhn}`, or of a list of it alone."""
    return re.sub(r"^\$\{budget\.(\w+)\}$", r"\1", axis if isinstance(axis, str) else axis[0])
