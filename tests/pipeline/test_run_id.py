"""A run's name, written and read."""

from pathlib import Path

import pytest

from workflow.io.errors import UserError
from workflow.pipeline.run_id import RunId


@pytest.mark.parametrize("run", [RunId("bigan", 0), RunId("bigan-z100", 12), RunId("pca-50", 0)])
def test_a_file_is_named_for_its_run(run: RunId) -> None:
    assert RunId.of(Path(f"reports/demo/{run}.json")) == run


@pytest.mark.parametrize("name", ["bigan", "bigan-x", ""])
def test_a_file_that_is_named_for_no_run_is_none(name: str) -> None:
    with pytest.raises(UserError, match=r"named for no run, allowed: <variant>-<seed>"):
        RunId.of(Path(f"{name}.json"))
