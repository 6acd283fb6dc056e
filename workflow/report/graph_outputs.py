"""What the graph makes at some budget of params.yaml: no statement, place or finding may name anything else."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from workflow.io.errors import UserError
from workflow.params.groups import variables
from workflow.params.model import allowed
from workflow.pipeline import paths
from workflow.pipeline.dvc_yaml import fill, matrix_items, output_templates
from workflow.pipeline.run_id import RunId
from workflow.report.claims import Claims
from workflow.report.measurements import metric_file

SEED = 0


def graph_outputs(params: Mapping[str, Any], stages: Mapping[str, Any]) -> frozenset[Path]:
    """Return the files that the graph writes into the folder of any budget's results, relative to it, with seed 0 for all seeds.

    Args:
        params: The content of params.yaml.
        stages: Of dvc.yaml.
    """
    one_lenet = {**params, "lenet": {**params["lenet"], "seed": SEED}}
    budgets = [{**budget, "seeds": [SEED]} for budget in params["budgets"].values()]
    return frozenset(file for budget in budgets for file in _results({**one_lenet, "budget": budget}, stages))


def _results(params: Mapping[str, Any], stages: Mapping[str, Any]) -> Iterator[Path]:
    folder = paths.reports(params["budget"]["name"])
    for name, entry in stages.items():
        for item in matrix_items(name, entry, params).values():
            values = {**params, **variables(entry), "item": item}
            files = (Path(fill(template, values)) for template in output_templates(entry))
            yield from (file.relative_to(folder) for file in files if file.is_relative_to(folder))


def check_statements(claims: Claims, outputs: frozenset[Path]) -> None:
    """Raise UserError with a line for each metric or variant that claims name and no budget measures."""
    variants = sorted({RunId.of(file).variant for file in outputs if file.parts[0] == "metrics"})
    lists = {"untrained": claims.untrained, "exact": claims.exact, "same_in_bfloat16": claims.same_in_bfloat16}
    unknown = [(key, name) for key, names in lists.items() for name in names if name not in variants]
    terms = dict.fromkeys((each.id, *term) for each in claims.statements for reading in claims.readings(each) for term in reading.terms)
    files = {(metric, variant): metric_file(Path(), metric, RunId(variant, SEED)) for _, variant, metric in terms}
    mistakes = [f"{paths.CLAIMS}: {key}: {allowed(name, variants)}" for key, name in unknown] + [
        f"{paths.CLAIMS}: {statement}: {metric}: {_measured(files[metric, variant], outputs)}"
        for statement, variant, metric in terms
        if files[metric, variant] not in outputs
    ]
    if mistakes:
        raise UserError("\n".join(mistakes))


def _measured(wanted: Path, outputs: frozenset[Path]) -> str:
    """Say of which variants there is such a file, or else which kinds of metrics there are."""
    runs = [RunId.of(file).variant for file in outputs if (file.parent, file.suffix) == (wanted.parent, wanted.suffix)]
    return allowed(RunId.of(wanted).variant, sorted(runs)) if runs else allowed(wanted.parent.name, sorted(_kinds(outputs)))


def _kinds(outputs: Iterable[Path]) -> set[str]:
    return {file.parent.name for file in outputs if file.parent.parent.name == "metrics" or file.suffix == ".tsv"}


def check_figures(named: Mapping[str, Iterable[str]], outputs: frozenset[Path], others: Iterable[str] = ()) -> None:
    """Raise UserError with a line for each figure that no budget draws.

    Args:
        named: Figures, without their seeds, by what names them.
        outputs: What the graph makes.
        others: Figures that are drawn besides.
    """
    drawn = {*others, *(file.stem.removesuffix(f"-{SEED}") for file in outputs if file.suffix == ".png")}
    mistakes = [
        f"{where}: found {name}, allowed: a figure that a stage of dvc.yaml draws at some budget, without its seed"
        for where, names in named.items()
        for name in names
        if name not in drawn
    ]
    if mistakes:
        raise UserError("\n".join(mistakes))
