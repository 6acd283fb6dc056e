"""Damage to DVC's cache is found before it is a result; faults of other kinds are in test_faults.py."""

from pathlib import Path

import pytest
from dvc.stage.cache import StageCache
from dvc_data.hashfile.db.local import LocalHashFileDB

from workflow.distrust import distrust_cache


def test_an_entry_of_the_run_cache_that_is_no_text_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for owner, name in [(LocalHashFileDB, "check"), (StageCache, "_load_cache")]:
        monkeypatch.setattr(owner, name, getattr(owner, name))  # put back at the end
    distrust_cache()
    entry = tmp_path / "entry"
    entry.write_bytes(b"cmd: \xe1\n")
    cache = StageCache.__new__(StageCache)
    monkeypatch.setattr(cache, "_get_cache_path", lambda *_: str(entry))
    assert cache._load_cache("key", "value") is None
    assert not entry.exists()
    assert cache._load_cache("key", "value") is None
