"""A small project, in the states that faults meet it in."""

import shutil
import time
from pathlib import Path

from tests.helpers.project import Project
from tests.helpers.training_graph import training_graph

OUTPUTS = ("data/raw", "data/processed", "data/models", "reports/digits")


def prepare(folder: Path) -> float:
    """Make a project in each state; return how many seconds an undisturbed run took from `fetched` to `done`.

    The states: `fetched` has its data; `interrupted` also two trainings cut short; `done` has everything; `emptied` has everything,
    but only in DVC's cache.
    """
    fetched = _create(folder / "fetched")
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


def _create(folder: Path) -> Project:
    """Return a project that trains one variant twice, and writes a checkpoint after each step."""
    project = training_graph(folder, "bigan", seeds=[0, 1])
    project.edit("workflow/training/train_stage.py", "SECONDS_BETWEEN_CHECKPOINTS = 30", "SECONDS_BETWEEN_CHECKPOINTS = 0")
    project.run("dvc", "config", "--local", "core.site_cache_dir", ".dvc/tmp/site")  # DVC's state lies with the project and goes with it
    project.commit()
    return project


def _interrupt(project: Project) -> None:
    """Kill each training as soon as it has a checkpoint."""
    for seed in (0, 1):
        process = project.start("dvc", "repro", "--single-item", f"train_bigan@digits-bigan-{seed}")
        while not (project.folder / f"data/checkpoints/digits/bigan-{seed}.pt").exists():
            assert process.poll() is None, project.said.read_text()
            time.sleep(0.01)
        project.kill()
        process.wait()
