"""A full disk is said before work begins."""

import shutil
from types import SimpleNamespace

import pytest

from workflow.io.errors import UserError
from workflow.pipeline.disk_space import LEAST_FREE, check_disk_space


def test_a_disk_that_is_nearly_full_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=LEAST_FREE))
    check_disk_space()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5 << 20))
    with pytest.raises(UserError, match=r"^the disk is full: 5 MiB are free, and a job needs 64; what is done is kept$"):
        check_disk_space()
