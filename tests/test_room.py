"""A disk without room: DVC's databases end a job instead of waiting for ever."""

from pathlib import Path
from sqlite3 import OperationalError

import pytest
from diskcache import Cache
from dvc.exceptions import DvcException

from workflow.pipeline.disk_full import end_on_full_disk


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    """A database as DVC has them, where its class is as before when the test ends."""
    monkeypatch.setattr(Cache, "_transact", Cache._transact)
    end_on_full_disk()
    return Cache(tmp_path)


def full(statement: str, *_: object) -> None:
    """Answer as SQLite does on a full disk."""
    raise OperationalError(f"database or disk is full: {statement}")


def test_a_write_without_room_ends_with_its_place(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cache, "_sql", property(lambda _: full))
    with pytest.raises(DvcException, match=rf"^{cache.directory}: found no room"):
        cache.set("key", "value", retry=True)


def test_a_write_with_room_is_made_within_another_one_too(cache: Cache) -> None:
    with cache.transact(retry=True):
        cache.set("key", "value", retry=True)
    assert cache["key"] == "value"
