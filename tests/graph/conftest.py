"""The project after a run of its whole graph: made once, and copied for each file of tests."""

import os
from collections.abc import Iterator

import pytest

from tests.helpers.first_run import FirstRun, run_once
from tests.helpers.project import Project


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    """The whole graph, run once, whatever the number of processes that test."""
    folder = tmp_path_factory.getbasetemp()
    return run_once((folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "first_run")


@pytest.fixture(scope="module")
def project_of_file(first_run: FirstRun, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project that has run, for a file of tests."""
    return first_run.copy_project(tmp_path_factory.mktemp("graph") / "project")


@pytest.fixture
def project(project_of_file: Project) -> Iterator[Project]:
    """The project that has run; what a test leaves in files that Git holds is undone."""
    yield project_of_file
    project_of_file.run("git", "checkout", "-q", ".")
