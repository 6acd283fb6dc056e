"""What dvc.yaml says of its training stages and evaluations: which of a budget's variants each one takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from workflow.io.errors import UserError
from workflow.params.model import Model, Name, allowed, validate
from workflow.params.yaml_limits import load_checked

GRAPH = Path("dvc.yaml")
TRAINING = "train_"  # how the names of training stages begin
NEEDED = "family and group in vars; dataset in matrix, as a key of budgets: ${budget.dataset}"
OF_BUDGET = re.compile(r"^\$\{budget\.(\w+)\}$")


def _axis(found: Any) -> Any:
    if isinstance(found, str) or (isinstance(found, list) and all(isinstance(each, str | int) for each in found)):
        return found
    raise ValueError(f"found {found}, allowed: a list of texts and whole numbers, or a text that names one")


def _amount(found: Any) -> Any:
    if isinstance(found, int | str):
        return found
    raise ValueError(f"found {found}, allowed: a whole number or a text")


class Resources(Model, extra="allow"):
    """What a stage needs at most: any that Snakemake knows."""

    __pydantic_extra__: dict[str, Annotated[Any, AfterValidator(_amount)]] = Field(init=False)

    runtime: Annotated[int, Field(ge=0)] = 0
    """Minutes."""


class Meta(Model):
    """What Snakemake has to know of a stage, and DVC does not."""

    conda: Name
    """Its environment: a file in envs/, without its ending."""

    resources: Resources = Resources()
    """What it needs at most."""


class Stage(BaseModel):
    """What this project reads of an entry of dvc.yaml; DVC checks the rest."""

    model_config = ConfigDict(extra="ignore", strict=True, use_attribute_docstrings=True)

    meta: Meta
    """Its environment and resources."""

    deps: list[str] = []
    """Its files and folders."""

    params: list[str] = []
    """The keys of params.yaml that it reads."""

    vars: list[dict[str, str]] = []
    """Its variables."""

    matrix: dict[str, Annotated[Any, AfterValidator(_axis)]] = {}
    """By axis its values, or what names them."""

    @property
    def lacking(self) -> list[str]:
        """What a training stage needs, and this one does not have."""
        facts = {name for part in self.vars for name in part}
        of_budget = OF_BUDGET.fullmatch(_first(self.matrix.get("dataset", "")))
        return [*sorted({"family", "group"} - facts), *([] if of_budget else ["dataset"])]


class Graph(BaseModel):
    """dvc.yaml."""

    model_config = ConfigDict(extra="ignore", strict=True, use_attribute_docstrings=True)

    stages: dict[str, Stage]
    """By name."""


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


def read_graph(path: Path = GRAPH) -> dict[str, Any]:
    """Return the content of dvc.yaml; raise UserError with a line for each mistake in what this project reads of it."""
    content = load_checked(path)
    environments = sorted(file.stem for file in (path.parent / "envs").glob("*.yaml"))
    for name, stage in validate(Graph, content, file=path).stages.items():
        if stage.meta.conda not in environments:
            raise UserError(f"{path}: stages.{name}.meta.conda: {allowed(stage.meta.conda, environments)}")
        if name.startswith(TRAINING) and stage.vars and stage.lacking:
            lacking = " and no ".join(stage.lacking)
            raise UserError(f"{path}: stages.{name}: found no {lacking}, allowed: {NEEDED}")
    return content


def training_groups(stages: Mapping[str, Any]) -> dict[str, Group]:
    """Return the groups of all training stages among those of dvc.yaml, by name."""
    groups = [_group(stage) for name, stage in stages.items() if name.startswith(TRAINING) and stage.get("vars")]
    return {group.name: group for group in groups}


def measured_keys(stages: Mapping[str, Any]) -> list[str]:
    """Return the keys of a budget whose variants some stage of dvc.yaml measures: it reads what training leaves."""
    measuring = [
        stage for name, stage in stages.items() if not name.startswith((TRAINING, "figures_")) and "variant" in stage.get("matrix", {})
    ]
    readers = [stage for stage in measuring if any(dep.startswith(("data/models/", "data/snapshots/")) for dep in stage.get("deps", []))]
    return list(dict.fromkeys(_budget_key(stage["matrix"]["variant"]) for stage in readers))


def variables(stage: Mapping[str, Any]) -> dict[str, Any]:
    """Return the `vars` of a stage of dvc.yaml: a list of mappings."""
    return {name: value for part in stage.get("vars", []) for name, value in part.items()}


def _group(stage: Mapping[str, Any]) -> Group:
    facts = variables(stage)
    return Group(facts["group"], facts["family"], _budget_key(stage["matrix"]["dataset"]), facts.get("start"))


def _budget_key(axis: str | list[str | int]) -> str:
    """Return `svhn` of the axis `${budget.svhn}`, or of a list of it alone."""
    return OF_BUDGET.sub(r"\1", _first(axis))


def _first(axis: str | list[str | int]) -> str:
    """Return an axis that is a text, or else the first of its values; empty if it has none."""
    return axis if isinstance(axis, str) else next(map(str, axis), "")
