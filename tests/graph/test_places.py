"""The graph runs wherever the project lies, and whatever the user's environment lacks."""

import shutil
from pathlib import Path

import pytest

from tests.helpers.project import Project
from tests.helpers.tiny_graph import tiny_graph

FILE = "out/a.txt"
RUN = ("snakemake", "--cores", "1", FILE)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has not run, committed in a Git repository of its own."""
    project = tiny_graph(tmp_path_factory.mktemp("places") / "project")
    project.commit()
    return project.folder


def copy(original: Path, folder: Path, git: bool = True) -> Project:
    shutil.copytree(original, folder, ignore=None if git else shutil.ignore_patterns(".git"))
    return Project(folder)


def made(project: Project, said: str) -> bool:
    """Return whether a job has truly run, and DVC has recorded it."""
    assert "Nothing to be done" not in said
    return "make@digits-a:" in (project.folder / "dvc.lock").read_text() and (project.folder / FILE).read_text().startswith("hello a")


def test_a_zip_file_without_git(original: Path, tmp_path: Path) -> None:
    project = copy(original, tmp_path / "project", git=False)
    assert "not a git repository" in project.run("dvc", "status", ok=False)
    said = project.run(*RUN)
    assert said.count("Git repository: none found: DVC does without it; after `git init`, the next run uses it") == 1
    assert made(project, said)
    assert "up to date" in project.run("dvc", "status", "make@digits-a")
    project.run("git", "init", "-q")
    assert "Git repository: found: DVC uses it again" in project.run("snakemake", "-n", FILE)
    assert "Git repository" not in project.run("snakemake", "-n", FILE)
    project.commit()
    project.run("dvc", "exp", "list")


def test_a_path_of_project_and_python_with_spaces_an_apostrophe_and_an_umlaut(original: Path, tmp_path: Path) -> None:
    project = copy(original, tmp_path / "it's ünï here/project")
    python = tmp_path / "it's my python"
    python.write_text('#!/bin/sh\nexec python "$@"\n')
    python.chmod(0o755)
    project.edit("Snakefile", r"quote\(sys.executable\)", f"quote({str(python)!r})")
    assert made(project, project.run(*RUN))


def test_a_worktree_of_git(original: Path, tmp_path: Path) -> None:
    Project(original).run("git", "worktree", "add", "-q", str(tmp_path / "tree"))
    project = Project(tmp_path / "tree")
    assert made(project, project.run(*RUN))


def test_a_folder_in_another_repository(original: Path, tmp_path: Path) -> None:
    Project(tmp_path).run("git", "init", "-q")
    project = copy(original, tmp_path / "below/project", git=False)
    said = project.run(*RUN)
    assert "Git repository" not in said
    assert made(project, said)


def test_no_home_and_a_c_locale(original: Path, tmp_path: Path) -> None:
    project = copy(original, tmp_path / "project")
    assert made(project, project.run("env", "-u", "HOME", "LC_ALL=C", "LANG=C", "PYTHONUTF8=0", "PYTHONCOERCECLOCALE=0", *RUN))
