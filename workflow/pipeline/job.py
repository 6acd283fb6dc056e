"""What a job of Snakemake runs: one stage, through DVC, and never twice at the same time."""

import argparse
import fcntl
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from itertools import takewhile
from pathlib import Path
from typing import IO, Any

from dvc.cli import main as dvc

from workflow.io.errors import UserError
from workflow.params.model import parse
from workflow.pipeline import command, durations, dvc_patches, lockfile
from workflow.pipeline.disk_space import check_disk_space

LOCKS = Path(".dvc/tmp/stages")
LOGS = Path(".snakemake/logs")  # a file a stage: what its last job said
AGAIN = 0.2  # seconds until a lock is tried again: to wait in `flock` itself would miss a Ctrl-C that comes just before
FAILED = Path(".snakemake/failed")  # a file a failed job: what it said
FORCED = Path(".snakemake/forced")  # a file a stage that has to compute, whatever DVC's cache holds
RESUMED = "resumed after step"  # what a training says that began before: it has not taken as long as a whole one
DIFFERS = Path(".snakemake/differs")  # a file a stage that was computed anew, with another result


def main() -> int:
    """Run a stage, unless its result is there by now: another job may have made it while this one waited. Return the exit status."""
    parser = argparse.ArgumentParser(prog="workflow.pipeline.job", description=__doc__)
    parser.add_argument("stage")
    parser.add_argument("log", type=Path, help="where everything goes that the stage says")
    parser.add_argument("--remote", action="store_true", help="this is not the machine that Snakemake runs on")
    arguments = parser.parse_args()
    try:
        check_disk_space()
        dvc_patches.apply_patches(arguments.stage)
        stage_locks = dvc_patches.without_stage_locks() if arguments.remote else nullcontext()
        with alone(arguments.stage), stage_locks:
            start = time.monotonic()
            reasons = run(arguments.stage, arguments.log)
            if not reasons and not arguments.remote:  # another machine's times say nothing of this one's
                _record_duration(arguments.stage, arguments.log, time.monotonic() - start)
    except (UserError, OSError) as error:
        reasons = [f"{arguments.stage}: {error}"]
    _say(FAILED, arguments.stage, reasons)
    return int(bool(reasons))


def run(stage: str, log: Path) -> list[str]:
    """Run a stage through DVC, from its cache unless it is forced; return why it has failed, if it has."""
    forced, before = FORCED / stage, recorded(stage)
    options = ["--force"] if forced.exists() else []
    with redirected(log):
        failed = dvc(["--wait-for-lock", "repro", "--single-item", *options, stage]) != 0
    if failed:
        return error_lines(_text(log), stage)
    if options:
        forced.unlink(missing_ok=True)
        _say(DIFFERS, stage, differences(stage, before, recorded(stage)))
    return []


def computed(stage: str, log: Path) -> bool:
    """Return whether DVC ran a stage's command, by its job's log: its result may also have come from the cache, or been there."""
    return log.exists() and f"Running stage '{stage}'" in _text(log)


def _record_duration(stage: str, log: Path, seconds: float) -> None:
    """Note what a stage took, if all of its result was computed now."""
    if computed(stage, log) and RESUMED not in _text(log):
        durations.record(stage, seconds)


def _text(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def recorded(stage: str) -> dict[str, Any]:
    """Return what dvc.lock records of a stage, or nothing."""
    lines = lockfile.entry(lockfile.read(), stage)
    return dict(parse(f"stages:\n{lines}", lockfile.FILE)["stages"][stage]) if lines else {}


def differences(stage: str, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return a line that says which of a stage's results are others than before, if they come from the same command and inputs."""
    made_from = [{key: value for key, value in entry.items() if key != "outs"} for entry in (before, after)]
    if not before or made_from[0] != made_from[1]:
        return []
    digests = {out["path"]: out["md5"] for out in before["outs"]}
    changed = [out["path"] for out in after["outs"] if digests.get(out["path"]) != out["md5"]]
    return [f"{stage}: computed anew from the same inputs, its result differs: {', '.join(changed)}"] if changed else []


@contextmanager
def alone(stage: str) -> Iterator[None]:
    """Wait until no other job is at a stage, then keep others waiting; raise UserError on a file system without locks.

    Others there are if a Snakemake was killed and its jobs go on, or if there are two of them. The lock ends with the
    process that holds it, or with its machine, since the kernel or the shared file system's server keeps it.
    """
    LOCKS.mkdir(parents=True, exist_ok=True)
    path = LOCKS / f"{stage}.lock"
    with path.open("w") as file:
        if not _locked(file):
            print(f"{stage}: another job is at it; waiting for its result", flush=True)
            while not _locked(file):
                time.sleep(AGAIN)
        yield


def _locked(file: IO[str]) -> bool:
    """Lock a file, if nobody else has; return whether that is so. Raise UserError on a file system without locks."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise UserError(f"{file.name}: this file system has no locks ({error.strerror}); use one with flock") from error
    return True


@contextmanager
def redirected(log: Path) -> Iterator[None]:
    """Send what this process and those that it starts say to a file, emptied before."""
    log.parent.mkdir(parents=True, exist_ok=True)
    terminal = [os.dup(stream.fileno()) for stream in (sys.stdout, sys.stderr)]
    with log.open("w") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
        try:
            yield
        finally:
            for stream, descriptor in zip((sys.stdout, sys.stderr), terminal, strict=True):
                with suppress(OSError):  # on a full disk; else what this process says next would go to the log, too
                    stream.flush()
                os.dup2(descriptor, stream.fileno())
                os.close(descriptor)


def error_lines(log: str, stage: str) -> list[str]:
    """Return of a failed job's log the lines that say why: the stage's own, or else the last one before DVC's, or DVC's."""
    lines = [line.rstrip() for line in re.split(r"[\n\r]", log) if line.strip()]
    own = [line for line in lines if line.startswith(f"{stage.partition('@')[0]}: ")]
    if own:
        return own
    starts = [number for number, line in enumerate(lines) if line.startswith("ERROR: ")]
    dvcs = [" ".join([lines[start], *map(str.strip, _indented(lines[start + 1 :]))]) for start in starts]
    before = lines[: starts[0]] if starts else lines
    told = [line for line in before[-1:] if not line.startswith(("> ", "Running stage "))]
    return [f"{stage}: {line}" for line in [*told, *dvcs] or ["failed, and said nothing"]]


def _indented(lines: list[str]) -> Iterator[str]:
    """Yield the indented lines at the start: whom DVC is waiting for, below the line that says so."""
    return takewhile(lambda line: line.startswith(" "), lines)


def _say(folder: Path, stage: str, lines: list[str]) -> None:
    """Print what a user has to know of a job, and leave it to the Snakemake that started it, which prints it again at its end."""
    file = folder / stage
    file.unlink(missing_ok=True)
    if lines:
        over = "\r\033[K" if sys.stderr.isatty() else ""  # there may stand a line that the logger `progress` replaces
        print(over + "\n".join(lines), file=sys.stderr, flush=True)
        with suppress(OSError):  # such as a full disk: then it is said once
            folder.mkdir(parents=True, exist_ok=True)
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    command.run(main)
