"""dvc.lock is read and written a stage at a time."""

from pathlib import Path

import pytest

from workflow.io.errors import UserError
from workflow.pipeline.lockfile import EMPTY, check_whole, entry, outputs, replaced

FIRST, SECOND = "  train@a-0:\n    deps:\n    - path: x\n", "  train@a:\n    cmd: y\n    outs:\n    - path: data/y\n      md5: '0'\n"
LOCK = f"{EMPTY}{FIRST}{SECOND}"


@pytest.fixture(autouse=True)
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of a dvc.lock in the current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "dvc.lock"


def test_a_stage_has_its_own_lines() -> None:
    assert entry(LOCK, "train@a-0") == FIRST
    assert entry(LOCK, "train@a") == SECOND
    assert entry(LOCK, "train") == ""
    assert entry(LOCK[:-3], "train@a") == SECOND[:-3], "its last line is cut off"


def test_a_stage_is_recorded_in_the_place_of_its_old_lines_or_at_the_end() -> None:
    assert replaced(LOCK, "  train@a-0:\n    cmd: z\n") == f"{EMPTY}  train@a-0:\n    cmd: z\n{SECOND}"
    assert replaced(LOCK, "  train@a:\n    cmd: z\n") == f"{EMPTY}{FIRST}  train@a:\n    cmd: z\n"
    assert replaced(LOCK, "  train:\n    cmd: z\n") == LOCK + "  train:\n    cmd: z\n"


def test_a_file_or_a_folder_has_the_outputs_that_are_recorded_for_it(lock: Path) -> None:
    assert outputs([Path("data")]) == [], "there is no dvc.lock"
    lock.write_text(LOCK)
    assert outputs([Path("data")]) == outputs([Path("other"), Path("data/y")]) == [{"path": "data/y", "md5": "0"}]
    assert outputs([Path("x")]) == [], "it is an input"
    assert outputs([Path("data/yy")]) == []


def test_a_lock_that_is_cut_off_is_one_clear_line(lock: Path) -> None:
    check_whole()
    lock.write_text(LOCK)
    check_whole()
    lock.write_text(LOCK[:-3])
    with pytest.raises(UserError, match=r"^unable to read: 'dvc.lock': its end is missing; delete it"):
        check_whole()
