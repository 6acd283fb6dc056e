"""A part of the graph for tests that run it again and again."""

from collections.abc import Collection
from pathlib import Path

from ruamel.yaml import YAML

from tests.helpers.project import Project, write_params
from workflow.params.model import load


def small_project(folder: Path, stages: Collection[str], seeds: list[int]) -> Project:
    """Return a project that has only these stages of dvc.yaml, trains one variant, and writes a checkpoint after each step."""
    project = Project.create(folder)
    graph = load(folder / "dvc.yaml")
    YAML(typ="safe").dump({"stages": {name: graph["stages"][name] for name in stages}}, folder / "dvc.yaml")
    project.train_only("bigan")
    content = load(folder / "params.yaml")
    content["budget"]["seeds"] = seeds
    write_params(folder, content)
    project.edit("workflow/training/train_stage.py", "SECONDS_BETWEEN_CHECKPOINTS = 30", "SECONDS_BETWEEN_CHECKPOINTS = 0")
    project.run("dvc", "config", "--local", "core.site_cache_dir", ".dvc/tmp/site")  # DVC's state lies with the project and goes with it
    project.commit()
    return project
