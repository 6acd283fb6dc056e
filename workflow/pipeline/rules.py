"""The rules that Snakemake has for the stages of dvc.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workflow.params.groups import variables
from workflow.pipeline import dvc_yaml, source_hashes

CAPTIONS = Path("workflow/report/templates/captions")
SHOWN = (".png", ".csv")  # what Snakemake's own report can show


@dataclass(frozen=True)
class Rule:
    """An entry of dvc.yaml; the axes of its matrix that have several values are wildcards."""

    name: str
    stage: str
    files: list[str]
    folders: list[str]  # outputs whose name has no ending
    captions: dict[str, str]  # of the files that Snakemake's own report shows
    constraints: dict[str, str]
    conda: str
    threads: int
    resources: dict[str, Any]


def rules(stages: Mapping[str, Any], params: Mapping[str, Any], gpus: bool) -> list[Rule]:
    """Return a rule for each stage of dvc.yaml that this budget has any items of.

    Args:
        stages: The `stages` of dvc.yaml.
        params: The content of params.yaml.
        gpus: Whether jobs may ask for the resource `gpu`.
    """
    found = []
    for name, entry in stages.items():
        axes = dvc_yaml.matrix_axes(entry, params)
        if name == source_hashes.STAGE or not all(axes.values()):
            continue
        # Snakemake needs each wildcard in each output; not all outputs name an axis with one value, such as the data set
        item = {axis: values[0] if len(values) == 1 else f"{{{axis}}}" for axis, values in axes.items()}
        content = {**params, **variables(entry), "item": item}
        patterns = [dvc_yaml.fill(template, content) for template in dvc_yaml.output_templates(entry)]
        meta = entry["meta"]
        found.append(
            Rule(
                name=name,
                stage=dvc_yaml.stage_name(name, item),
                files=[pattern for pattern in patterns if Path(pattern).suffix],
                folders=[pattern for pattern in patterns if not Path(pattern).suffix],
                captions={file: str(caption) for file in patterns if file.endswith(SHOWN) and (caption := _caption(file)).exists()},
                constraints={axis: "|".join(map(str, values)) for axis, values in axes.items() if len(values) > 1},
                conda=meta["conda"],
                threads=params["compute"]["threads"] if "compute" in entry.get("params", []) else 1,
                resources={kind: amount for kind, amount in meta.get("resources", {}).items() if kind != "gpu" or gpus},
            )
        )
    return found


def _caption(pattern: str) -> Path:
    """Return where the caption of `figures/map-{variant}.png` or `tables/map.csv` would lie: captions/map.rst."""
    return CAPTIONS / f"{Path(pattern).stem.split('-')[0]}.rst"
