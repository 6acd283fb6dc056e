"""The project after a run of its whole graph: made once, for the tests of several files, which tests/conftest.py keeps in one process."""

from collections.abc import Iterator

import pytest

from tests.helpers.first_run import FirstRun, run_first
from tests.helpers.project import Project


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    """The whole graph, run once."""
    return run_first(tmp_path_factory.mktemp("graph"))


@pytest.fixture
def project(first_run: FirstRun) -> Iterator[Project]:
    """The project that has run; what a test leaves in files that Git holds is undone."""
    yield first_run.project
    first_run.project.run("git", "checkout", "-q", ".")
