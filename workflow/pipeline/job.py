"""What a job of Snakemake runs: one stage, through DVC, and never twice at the same time."""

import argparse
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from dvc import rwlock

from workflow.pipeline.lockfile import reproduce

LOCKS = Path(".dvc/tmp/stages")


def main() -> int:
    """Run a stage, unless its result is there by now: another job may have made it while this one waited."""
    parser = argparse.ArgumentParser(prog="workflow.pipeline.job", description=__doc__)
    parser.add_argument("stage")
    parser.add_argument("log", type=Path, help="where everything goes that the stage says")
    parser.add_argument("--remote", action="store_true", help="this is not the machine that Snakemake runs on")
    arguments = parser.parse_args()
    if arguments.remote:
        _distrust_process_ids()
    with alone(arguments.stage):
        _write_to(arguments.log)
        return reproduce(arguments.stage)


@contextmanager
def alone(stage: str) -> Iterator[None]:
    """Wait until no other job is at a stage, then keep others waiting.

    Others there are if a Snakemake was killed and its jobs go on, or if there are two of them. The lock ends with the
    process that holds it, or with its machine, since the kernel or the shared file system's server keeps it.
    """
    LOCKS.mkdir(parents=True, exist_ok=True)
    path = LOCKS / f"{stage}.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"{stage}: another job is at it; waiting for its result", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            sys.exit(f"{path}: found a file system without locks ({error.strerror}), allowed: one with flock")
        yield


def _distrust_process_ids() -> None:
    """Switch off DVC's own lock of a stage, which names its holder by a process id.

    On another machine that number is nobody's, and DVC frees what a living job holds; or it is somebody else's, and DVC
    refuses to run what a dead job has left.
    """
    rwlock.rwlock = lambda *_: nullcontext()


def _write_to(log: Path) -> None:
    """Send what this process and those that it starts will say to a file. It is the holder of the lock that empties it."""
    with log.open("w") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())


if __name__ == "__main__":
    sys.exit(main())
