"""The states of a small project that faults meet it in."""

import shutil
import time
from pathlib import Path

from tests.conftest import Project
from tests.small_graph import small_project

STAGES = ("code", "download", "preprocess", "train_bigan", "knn_bigan", "tables")
OUTPUTS = ("data/raw", "data/processed", "data/models", "reports/digits")


def prepare(folder: Path) -> float:
    """Make a project in each state; return how many seconds an undisturbed run took from `fetched` to `done`.

    The states: `fetched` has its data; `interrupted` also two trainings cut short; `done` has everything; `emptied` has everything,
    but only in DVC's cache.
    """
    fetched = small_project(folder / "fetched", STAGES, seeds="[0, 1]")
    fetched.run("snakemake", "--cores", "2", "--until", "preprocess")
    _interrupt(copy(folder / "fetched", folder / "interrupted"))
    done = copy(folder / "fetched", folder / "done")
    began = time.monotonic()
    done.run("snakemake", "--cores", "2")
    seconds = time.monotonic() - began
    emptied = copy(folder / "done", folder / "emptied")
    for made in OUTPUTS:
        shutil.rmtree(emptied.folder / made)
    return seconds


def copy(old: Path, new: Path) -> Project:
    """Return a copy of a project."""
    shutil.copytree(old, new, symlinks=True, dirs_exist_ok=True)
    return Project(new)


def _interrupt(project: Project) -> None:
    """Kill each training as soon as it has a checkpoint."""
    for seed in (0, 1):
        process = project.start("dvc", "repro", "--single-item", f"train_bigan@bigan-{seed}")
        while not (project.folder / f"data/checkpoints/digits/bigan-{seed}.pt").exists():
            assert process.poll() is None, project.said.read_text()
            time.sleep(0.01)
        project.kill()
        process.wait()
