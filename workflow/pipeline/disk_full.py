"""What happens where the disk has no room for DVC's databases: `diskcache`, which keeps them, tries again for as long as it takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import OperationalError
from typing import Any

from diskcache import Cache
from dvc.exceptions import DvcException


def end_on_full_disk() -> None:
    """Have DVC end instead, in this process from now on."""
    Cache._transact = _checked(Cache._transact)


def _checked(transact: Any) -> Any:
    @contextmanager
    def checked(cache: Cache, *arguments: Any, **options: Any) -> Iterator[Any]:
        if not cache._con.in_transaction:
            _begin(cache)
        with transact(cache, *arguments, **options) as made:
            yield made

    return checked


def _begin(cache: Cache) -> None:
    """Begin a transaction for nothing; raise DvcException if that fails for want of room."""
    try:
        cache._sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if "full" in str(error):
            raise DvcException(f"{cache.directory}: found no room on the disk, allowed: some; what is done is kept") from error
    else:
        cache._sql("ROLLBACK")
