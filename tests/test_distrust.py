"""Damage to DVC's cache is found before it is a result; faults of other kinds are in test_faults.py."""

from pathlib import Path

import pytest
from dvc.stage.cache import StageCache, _get_cache_hash
from dvc.utils.serialize import load_yaml
from dvc_data.hashfile.db.local import LocalHashFileDB

from workflow.pipeline.verify_cache import distrust_cache

ENTRY = b"""cmd: python -m this
deps:
- path: in
  md5: 0123456789abcdef0123456789abcdef
  size: 3
outs:
- path: out
  md5: 0123456789abcdef0123456789abcdef
  size: 4
- path: other
  md5: 0123456789abcdef0123456789abcdef
  size: 5
"""


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An entry of the run cache, where DVC's own functions are replaced until the test ends."""
    for owner, name in [(LocalHashFileDB, "check"), (StageCache, "_load_cache")]:
        monkeypatch.setattr(owner, name, getattr(owner, name))
    distrust_cache()
    monkeypatch.setattr(StageCache, "_get_cache_path", lambda *_: str(tmp_path / "entry"))
    (tmp_path / "entry").write_bytes(ENTRY)
    return tmp_path / "entry"


def test_a_whole_entry_of_the_run_cache_is_taken(entry: Path) -> None:
    content = load_yaml(entry)
    assert StageCache.__new__(StageCache)._load_cache("key", _get_cache_hash(content)) == content
    assert entry.exists()


@pytest.mark.parametrize(
    "damaged",
    [
        b"cmd: \xe1\n",  # no text
        ENTRY[: ENTRY.index(b"outs")],  # a mapping, but without outputs
        ENTRY[: ENTRY.index(b"- path: other")],  # with one output less
        ENTRY.replace(b"path: out\n  md5: 0", b"path: out\n  md5: 1"),
        b"",
    ],
)
def test_a_damaged_entry_of_the_run_cache_is_none(entry: Path, damaged: bytes) -> None:
    value = _get_cache_hash(load_yaml(entry))
    entry.write_bytes(damaged)
    cache = StageCache.__new__(StageCache)
    assert cache._load_cache("key", value) is None
    assert not entry.exists()
    assert cache._load_cache("key", value) is None
