"""The quickest of the random faults; `python -m tests.faults` plays as many rounds of all of them as one likes."""

import random
from pathlib import Path

import pytest

from tests.faults.faults import MOUNTED, QUICK, may_mount
from tests.faults.rounds import FAILURES, play
from tests.faults.states import prepare


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """The states that faults meet a project in, and how long a run takes."""
    folder = tmp_path_factory.mktemp("states")
    return folder, prepare(folder)


@pytest.mark.parametrize("fault", QUICK)
def test_after_a_fault_running_again_gives_the_same_bytes(states: tuple[Path, float], tmp_path: Path, fault: str) -> None:
    if fault in MOUNTED and not may_mount():
        pytest.skip("this user may not mount")
    folder, seconds = states
    outcome = play(folder, tmp_path, seconds, fault, random.Random(fault))
    assert not outcome.ended.startswith(FAILURES), outcome
