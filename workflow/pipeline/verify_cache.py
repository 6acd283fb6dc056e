"""What DVC takes from its cache is hashed first: by itself it takes an object for whole if it is read-only."""

from pathlib import Path
from typing import Any

from dvc.stage.cache import StageCache, _get_cache_hash
from dvc.utils.serialize import EncodingError
from dvc_data.hashfile.db import HashFileDB
from dvc_data.hashfile.db.local import LocalHashFileDB
from dvc_objects.errors import ObjectFormatError


def distrust_cache() -> None:
    """Have DVC hash each object of its cache whose stamps are not those that DVC has hashed before.

    One that is damaged is removed, and so is missing: what it was is made anew. So is an entry of the run cache that is not what its
    name, which is its hash, says: DVC goes on with one that still is a mapping, and ends if it has no outputs any more.
    """
    LocalHashFileDB.check = _check
    StageCache._load_cache = _load_run


def _check(cache: LocalHashFileDB, oid: str, *arguments: Any, **options: Any) -> Any:
    try:
        return HashFileDB.check(cache, oid, *arguments, **options)
    except ObjectFormatError:
        print(f"{cache.oid_to_path(oid)}: damaged, and so removed from the cache", flush=True)
        raise


def _load_run(cache: StageCache, key: str, value: str, load: Any = StageCache._load_cache) -> Any:
    try:
        entry = load(cache, key, value)
    except EncodingError:
        entry = {}
    if entry is None or _get_cache_hash(entry) == value:
        return entry
    path = Path(cache._get_cache_path(key, value))
    print(f"{path}: damaged, and so removed from the run cache", flush=True)
    path.unlink()
    return None
