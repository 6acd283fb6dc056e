"""What DVC takes from its cache is hashed first: by itself it takes an object for whole if it is read-only."""

from typing import Any

from dvc_data.hashfile.db import HashFileDB
from dvc_data.hashfile.db.local import LocalHashFileDB
from dvc_objects.errors import ObjectFormatError


def distrust_cache() -> None:
    """Have DVC hash each object of its cache whose stamps are not those that DVC has hashed before.

    One that is damaged is removed, and so is missing: what it was is made anew.
    """
    LocalHashFileDB.check = _check


def _check(cache: LocalHashFileDB, oid: str, *arguments: Any, **options: Any) -> Any:
    try:
        return HashFileDB.check(cache, oid, *arguments, **options)
    except ObjectFormatError:
        print(f"{cache.oid_to_path(oid)}: damaged, and so removed from the cache", flush=True)
        raise
