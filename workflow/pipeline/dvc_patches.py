"""What this project changes in DVC, in its own processes: private functions, so only for the version that they are tested with.

With another version nothing is changed: all goes through plain `dvc repro`, which is slower (see each patch), and what DVC takes from its
cache is not hashed first.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache, reduce
from importlib.metadata import version
from pathlib import Path
from typing import Any

from workflow.io.files import write_text
from workflow.pipeline import lockfile

TESTED = {"dvc": "3.67.1", "snakemake": "9.27.1"}


def is_tested(package: str = "dvc") -> bool:
    """Return whether the installed version of DVC or Snakemake is the one that this project is tested with."""
    return version(package) == TESTED[package]


def warn_of_versions() -> None:
    """Say on stderr in a line each that DVC or Snakemake is another version than the tested one."""
    effects = {"dvc": "running plain `dvc repro`, slower, and without a check of what comes from the cache", "snakemake": "it may differ"}
    for package, effect in effects.items():
        if not is_tested(package):
            name = {"dvc": "DVC", "snakemake": "Snakemake"}[package]
            print(f"{name} {version(package)} is not the tested {TESTED[package]}: {effect}", file=sys.stderr)


def apply_patches(stage: str | None = None) -> None:
    """Patch DVC in this process if it is the tested version.

    Args:
        stage: The one stage that the process runs, or None if it only asks what is stale.
    """
    if is_tested():
        verify_cache()
        cache_params()
        share_params()
        if stage:
            read_and_write_one_stage(stage)


def verify_cache() -> None:
    """Have DVC hash what it takes from its cache, unless it has done so before and the file has not been touched since.

    Why: DVC takes an object for whole if it is read-only, and an entry of the run cache if it is YAML. A damaged one would become a result.
    Here it is removed, and so is missing: what it was is made anew.
    Saves: nothing; it is for correctness.
    Upstream: dvc#5978, closed; since dvc#9572 a checkout does not validate the cache, on purpose.
    """
    from dvc.stage.cache import StageCache, _get_cache_hash
    from dvc.utils.serialize import EncodingError
    from dvc_data.hashfile.db import HashFileDB
    from dvc_data.hashfile.db.local import LocalHashFileDB
    from dvc_objects.errors import ObjectFormatError

    def check(cache: Any, oid: str, *arguments: Any, **options: Any) -> Any:
        try:
            return HashFileDB.check(cache, oid, *arguments, **options)
        except ObjectFormatError:
            print(f"{cache.oid_to_path(oid)}: damaged, and so removed from the cache", flush=True)
            raise

    load_cache = StageCache._load_cache

    def load_run(cache: Any, key: str, value: str) -> Any:
        try:
            run = load_cache(cache, key, value)
        except EncodingError:
            run = {}
        if run is None or _get_cache_hash(run) == value:
            return run
        path = Path(cache._get_cache_path(key, value))
        print(f"{path}: damaged, and so removed from the run cache", flush=True)
        path.unlink(missing_ok=True)  # another job may have found the same
        return None

    LocalHashFileDB.check, StageCache._load_cache = check, load_run


def cache_params() -> None:
    """Have DVC parse params.yaml once for as long as it stays the same, and look each key up directly.

    Why: DVC parses the file anew for each stage, and walks all of it for each key that a stage depends on.
    Saves: three quarters of an empty run's time at 372 stages, and two fifths of a job's.
    Upstream: none filed.
    """
    from dvc.dependency import param

    load_path = param.load_path

    @cache
    def parsed(path: str, fs: Any, _state: tuple[int, ...]) -> Any:
        return load_path(path, fs)

    def load(path: str, fs: Any) -> Any:
        found = Path(path).stat()
        return parsed(path, fs, (found.st_mtime_ns, found.st_size, found.st_ino))

    class Lookup:
        @staticmethod
        def get(content: dict[str, Any], key: str, separator: str) -> Any:
            return reduce(lambda part, name: part[name], key.split(separator), content)

    param.load_path, param.dpath = load, Lookup


def share_params() -> None:
    """Have the stages that say `vars` share all of params.yaml: only its top level is copied, where their variables go.

    Why: DVC copies each value of params.yaml for each such stage.
    Saves: half of an empty run's time at 156 stages.
    Upstream: none filed; a comment in DVC calls the copy a cheap hack.
    """
    from dvc.parsing.context import Context

    def clone(context: Any) -> Any:
        new = Context()
        new.data, new.meta, new.imports = dict(context.data), context.meta, dict(context.imports)
        new._reserved_keys = dict(context._reserved_keys)
        return new

    Context.clone = staticmethod(clone)


def read_and_write_one_stage(name: str) -> None:
    """Have DVC read of dvc.lock only a stage, and replace only its lines, in a file that appears whole; the bytes are DVC's.

    Why: DVC parses and writes the whole file for each stage, in place; a process that is killed meanwhile leaves half of it.
    Saves: nine tenths of a job's time at 372 stages.
    Upstream: dvc#10629; what came of it batches `dvc commit`, not `dvc repro`.
    """
    from dvc.dvcfile import Lockfile
    from dvc.stage.serialize import to_lockfile
    from dvc.utils.serialize import dumps_yaml, parse_yaml

    def load(lock: Any, **_: Any) -> tuple[Any, str]:
        lines = lockfile.entry(lockfile.read(), name)
        return lock.validate(parse_yaml(lockfile.EMPTY + lines, lock.path), lock.path) if lines else {}, lines

    def dump_stages(lock: Any, stages: list[Any], **options: Any) -> None:
        before = text = lockfile.read()
        for stage in stages:
            written_out = copy_without_aliases({"stages": to_lockfile(stage, **options)})
            text = lockfile.replaced(text, dumps_yaml(written_out).removeprefix("stages:\n"))
        if text != before:
            write_text(lockfile.FILE, text)
            lock.repo.scm_context.track_file(lock.relpath)

    Lockfile._load_yaml, Lockfile.dump_stages = load, dump_stages


def copy_without_aliases(content: Any) -> Any:
    """Return nested mappings and lists in which nothing stands twice: each stage's anchors in dvc.lock would begin with the same names."""
    return json.loads(json.dumps(content))


@contextmanager
def without_stage_locks() -> Iterator[None]:
    """Switch off DVC's own lock of a stage, in a job on a cluster and while a process only asks what is stale.

    Why: it names its holder by a process id. On another machine that number is nobody's, and DVC frees what a living job holds; or it is
    somebody else's, and DVC refuses to run what a dead job has left. `workflow.pipeline.job` has a lock of its own.
    Saves: a fifth of an empty run's time at 372 stages; there, each of them would be locked and freed in one file.
    Upstream: dvc#755, parallel `dvc repro`, open; dvc#9805 and dvc#10465, of locks that several processes wait for in vain.
    """
    if not is_tested():
        yield
        return
    from dvc import rwlock

    before = rwlock.rwlock
    rwlock.rwlock = lambda *_: nullcontext()
    try:
        yield
    finally:
        rwlock.rwlock = before
