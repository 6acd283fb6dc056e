"""A part of the graph for tests that run it again and again."""

import re
from collections.abc import Collection
from pathlib import Path

from tests.conftest import Project

DIGITS = {  # what the budget `digits` has less of
    r"baselines: \[.*\]": "baselines: []",
    r"untrained: \[.*\]": "untrained: []",
    r"triplet: \[.*\]": "triplet: []",
    r"cgan: \[.*\]": "cgan: []",
    r"generators: \[.*\]": "generators: []",
    r"bigan: \[bigan, bigan-small, bigan-tiny\]": "bigan: [bigan]",
    r"encoders: \[.*\]": "encoders: [bigan]",
}


def small_project(folder: Path, stages: Collection[str], seeds: str) -> Project:
    """Return a project that has only these stages of dvc.yaml, trains one variant, and writes a checkpoint after each step."""
    project = Project.create(folder)
    graph = folder / "dvc.yaml"
    head, *entries = re.split(r"^(?=  \w+:$)", graph.read_text(), flags=re.M)
    graph.write_text(head + "".join(entry for entry in entries if entry.split(":")[0].strip() in stages))
    for pattern, replacement in {**DIGITS, r"seeds: \[0\]": f"seeds: {seeds}"}.items():
        project.edit("params.yaml", rf"(name: digits[\s\S]*?){pattern}", rf"\g<1>{replacement}")
    project.edit("workflow/run.py", "SECONDS_BETWEEN_CHECKPOINTS = 30", "SECONDS_BETWEEN_CHECKPOINTS = 0")
    project.run("dvc", "config", "--local", "core.site_cache_dir", ".dvc/tmp/site")  # DVC's state lies with the project and goes with it
    project.commit()
    return project
