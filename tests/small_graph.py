"""A graph of eight jobs for tests that run it again and again: two trainings that differ in their seed, from data to tables."""

import re
from pathlib import Path

from tests.conftest import Project

STAGES = {"code", "download", "preprocess", "train_bigan", "knn_bigan", "tables"}
DIGITS = {  # what the budget `digits` has less of
    r"baselines: \[.*\]": "baselines: []",
    r"untrained: \[.*\]": "untrained: []",
    r"triplet: \[.*\]": "triplet: []",
    r"cgan: \[.*\]": "cgan: []",
    r"generators: \[.*\]": "generators: []",
    r"bigan: \[bigan, bigan-small, bigan-tiny\]": "bigan: [bigan]",
    r"encoders: \[.*\]": "encoders: [bigan]",
    r"seeds: \[0\]": "seeds: [0, 1]",
}


def small_project(folder: Path) -> Project:
    """Return a project with that graph. Its trainings write a checkpoint after each step."""
    project = Project.create(folder)
    graph = folder / "dvc.yaml"
    head, *stages = re.split(r"^(?=  \w+:$)", graph.read_text(), flags=re.M)
    graph.write_text(head + "".join(stage for stage in stages if stage.split(":")[0].strip() in STAGES))
    for pattern, replacement in DIGITS.items():
        project.edit("params.yaml", rf"(name: digits[\s\S]*?){pattern}", rf"\g<1>{replacement}")
    project.edit("workflow/run.py", "SECONDS_BETWEEN_CHECKPOINTS = 30", "SECONDS_BETWEEN_CHECKPOINTS = 0")
    project.run("dvc", "config", "--local", "core.site_cache_dir", ".dvc/tmp/site")  # DVC's state lies with the project and goes with it
    project.commit()
    return project
