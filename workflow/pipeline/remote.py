"""Share results through a DVC remote: `python -m workflow.pipeline.remote push`, and `pull` in another clone.

All of them, those of older parameters too: of what the run cache names, `dvc push --run-cache` leaves behind all that is in no commit's
dvc.lock, and the files that Git holds. With names of stages, what dvc.lock says of these alone: so that a few trainings can be kept where
there is little room, e.g. `push --remote weights train_bigan@mnist-bigan-0` in the folder weights/, which Git holds.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from dvc.exceptions import DvcException
from dvc.repo import Repo

from workflow.io.errors import UserError
from workflow.params.model import load, parse
from workflow.pipeline import lockfile


def main() -> str | None:
    """Push or pull the run cache and every object that it names; return what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("direction", choices=("push", "pull"))
    parser.add_argument("--remote", help="of .dvc/config; the default one, if none is named")
    parser.add_argument("stages", nargs="*", metavar="STAGE", help="push these alone")
    arguments = parser.parse_intermixed_args()
    if arguments.direction == "pull" and arguments.stages:
        parser.error("pull takes all that a remote has, and no names of stages")
    try:
        with Repo(".", _wait_for_lock=True) as repo, repo.lock:
            if not arguments.remote and "remote" not in repo.config["core"]:
                raise UserError("no default remote: make one by `dvc remote add -d <name> <url>`, or name one with --remote")
            return _share(repo, arguments.direction, arguments.remote, arguments.stages)
    except (DvcException, UserError, OSError) as error:
        return str(error)


def _share(repo: Repo, direction: str, remote: str | None, stages: Sequence[str]) -> str | None:
    if stages:
        with _runs_of(repo, stages) as chosen:
            runs = repo.stage_cache.transfer(chosen, repo.cloud.get_remote_odb(remote, "push", hash_name="md5-dos2unix"))
    else:
        runs = getattr(repo.stage_cache, direction)(remote)
    objects = {name for names in repo.stage_cache.get_used_objs(runs, remote=remote).values() for name in names}
    done = getattr(repo.cloud, direction)(objects, remote=remote)
    print(f"{direction}: {len(runs)} runs, {len(done.transferred)} new objects")
    return f"{direction}: {len(done.failed)} objects failed" if done.failed else None


@contextmanager
def _runs_of(repo: Repo, stages: Sequence[str]) -> Iterator[Any]:
    """Give what looks like a run cache that has only what dvc.lock says of these stages; raise UserError if it says nothing of one."""
    locked = lockfile.read()
    entries = {name: lockfile.entry(locked, name) for name in stages}
    for name, entry in entries.items():
        if not entry:
            raise UserError(f"{lockfile.FILE}: found no {name}, allowed: a stage that has run")
    wanted = [parse(entry, lockfile.FILE)[name] for name, entry in entries.items()]
    cache = Path(repo.cache.legacy.path)
    with TemporaryDirectory() as folder:
        for file in (cache / "runs").glob("*/*/*"):
            if load(file) in wanted:
                copy = Path(folder) / file.relative_to(cache)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, copy)
        yield SimpleNamespace(fs=repo.cache.legacy.fs, path=folder)


if __name__ == "__main__":
    sys.exit(main())
