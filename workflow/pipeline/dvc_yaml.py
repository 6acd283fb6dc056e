"""dvc.yaml as DVC resolves it: a stage's variables, its matrix and its `${}` templates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from workflow.io.errors import UserError
from workflow.params.groups import GRAPH, variables
from workflow.params.model import allowed, load, merged, select

TEMPLATE = re.compile(r"\$\{([^}]+)\}")


@dataclass(frozen=True)
class Declared:
    """What dvc.yaml declares for a stage.

    Attributes:
        deps: Its files and folders.
        facts: Its variables, and its item of the matrix over them: data set, variant, seed, family and the like.
        params: The values that its `params` name, nested as in params.yaml.
    """

    deps: list[Path]
    facts: dict[str, Any]
    params: dict[str, Any]


def declared(name: str, item: Mapping[str, Any]) -> Declared:
    """Return what dvc.yaml declares for a stage and an item of its matrix; raise UserError if it has no such stage."""
    stages = load(GRAPH)["stages"]
    if name not in stages:
        raise UserError(f"{GRAPH}: {allowed(name, stages)}")
    entry, content = stages[name], load()
    values = {**content, **variables(entry), "item": item}
    params: dict[str, Any] = {}
    for key in (fill(key, values) for key in entry.get("params", [])):
        part = select(content, key)
        for below in reversed(key.split(".")):
            part = {below: part}
        params = merged(params, part)
    return Declared([Path(fill(dep, values)) for dep in entry.get("deps", [])], {**variables(entry), **item}, params)


def matrix_axes(entry: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the values of each axis of a stage's matrix.

    An axis is a list, whose elements may be `${}`, or a `${}` that names a list, or one that names a mapping: then its keys are taken.
    """
    values = {**params, **variables(entry)}
    return {name: _axis(axis, values) for name, axis in entry.get("matrix", {}).items()}


def matrix_items(name: str, entry: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the items of a stage's matrix, by the names that DVC gives them, e.g. `train_bigan@mnist-bigan-0`."""
    axes = matrix_axes(entry, params)
    items = [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]
    return {stage_name(name, item): item for item in items}


def stage_name(name: str, item: Mapping[str, Any]) -> str:
    """Return what DVC calls an item of a stage's matrix, or a stage without one."""
    return f"{name}@{'-'.join(map(str, item.values()))}" if item else name


def output_templates(entry: Mapping[str, Any]) -> list[str]:
    """Return the paths of a stage's outs, metrics and plots as they stand in dvc.yaml."""
    outs = [out for kind in ("outs", "metrics", "plots") for out in entry.get(kind, [])]
    return [out if isinstance(out, str) else next(iter(out)) for out in outs]


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Replace each `${dotted.key}` of a template by its value; raise UserError if there is none."""
    return TEMPLATE.sub(lambda match: str(select(values, match[1])), template)


def _axis(axis: str | list[Any], values: Mapping[str, Any]) -> list[Any]:
    if isinstance(axis, list):
        return [_value(element, values) for element in axis]
    return list(_value(axis, values))


def _value(element: Any, values: Mapping[str, Any]) -> Any:
    """Return the value that a template names, whatever its type, or the element itself."""
    named = TEMPLATE.fullmatch(element) if isinstance(element, str) else None
    return select(values, named[1]) if named else element
