"""What tests share: the parameters of the project, and the page of made-up results."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.project import ROOT
from workflow.params.bigan import BiganRecipe
from workflow.params.file import Params, check
from workflow.params.model import load, merged
from workflow.training.numerics import PORTABLE

signal.signal(signal.SIGINT, signal.default_int_handler)  # what tests start and interrupt ends, in a shell's background too
os.environ["OMP_NUM_THREADS"] = "1"  # before PyTorch is imported: as in the stages, since sums over two threads are rounded otherwise

LONGEST = (
    *("test_graph.py", "test_slurm.py", "test_faults.py", "test_extend.py", "test_hypothesis.py", "test_snakemake.py"),
    *("test_publish.py", "test_remote.py", "test_bad_params.py", "test_places.py", "test_dvc_patches.py"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have what takes longest begin first."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Take back what importing a stage or a benchmark sets for it, be it at collection or in a test before this one: on a processor
    without AVX-512, this test would compute as stages do.
    """
    for name in PORTABLE:
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def params() -> Params:
    """params.yaml as it is in the project, each variant whole."""
    return check(ROOT / "params.yaml")


@pytest.fixture
def recipe() -> Callable[..., BiganRecipe]:
    """Report A's recipe from params.yaml, with changes."""

    def make(**changes: object) -> BiganRecipe:
        return BiganRecipe.model_validate(merged(load(ROOT / "params.yaml")["recipes"]["bigan"], changes))

    return make


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of made-up results, on disk beside them."""
    from tests.helpers.small_page import small_page

    file = tmp_path_factory.mktemp("page") / "index.html"
    file.write_text(small_page(file.parent), encoding="utf-8")
    return file
