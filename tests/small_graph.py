"""A part of the graph for tests that run it again and again."""

import re
from collections.abc import Collection
from pathlib import Path

from tests.conftest import Project


def small_project(folder: Path, stages: Collection[str], seeds: str) -> Project:
    """Return a project that has only these stages of dvc.yaml, trains one variant, and writes a checkpoint after each step."""
    project = Project.create(folder)
    graph = folder / "dvc.yaml"
    head, *entries = re.split(r"^(?=  \w+:$)", graph.read_text(), flags=re.M)
    graph.write_text(head + "".join(entry for entry in entries if entry.split(":")[0].strip() in stages))
    project.train_only("bigan")
    project.edit("params.yaml", r"(name: digits[\s\S]*?seeds): \[0\]", rf"\1: {seeds}")
    project.edit("workflow/training/train_stage.py", "SECONDS_BETWEEN_CHECKPOINTS = 30", "SECONDS_BETWEEN_CHECKPOINTS = 0")
    project.run("dvc", "config", "--local", "core.site_cache_dir", ".dvc/tmp/site")  # DVC's state lies with the project and goes with it
    project.commit()
    return project
