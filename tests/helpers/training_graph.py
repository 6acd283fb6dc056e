"""A project with a graph of one kind of training, and as few other stages as there are kinds of them."""

from pathlib import Path
from typing import Any

from dvc.utils.serialize import dumps_yaml

from tests.helpers.project import Project, emptied, small_params, write_params
from workflow.params.model import load

STAGES = ("source_hashes", "download", "preprocess", "train_bigan", "knn", "tables")  # on CPU and on GPU, by matrix, and gathering


def training_graph(folder: Path, *variants: str, **budget: object) -> Project:
    """Return a project whose budget trains these BiGANs, with changes, and measures the first one's encoder."""
    project = Project.create(folder)
    stages = load(folder / "dvc.yaml")["stages"]
    (folder / "dvc.yaml").write_text(dumps_yaml({"stages": {name: stages[name] for name in STAGES}}))
    content = small_params()
    trained: dict[str, dict[str, Any]] = {name: {} for name in variants}
    kept = {key: value for key, value in emptied(content["budget"]).items() if key == "bigan" or key not in content["groups"]}
    kept |= {"bigan": trained, "encoders": {variants[0]: {}}, "generators": trained, **budget}
    write_params(folder, {**content, "groups": {"bigan": {}}, "budgets": {"digits": kept}, "budget": kept})
    project.commit()
    return project
