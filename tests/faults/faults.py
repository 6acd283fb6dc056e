"""What can go wrong: each fault happens to a project before, or while, a command runs in it."""

import os
import random
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.helpers.project import Project

SYS_ADMIN = 21  # Linux's number of the capability to mount
DISK = 1 << 28  # bytes of the disk that a round has for itself
WRITTEN = 1 << 21  # bytes: about what a run writes
DAY = 24 * 60 * 60


@dataclass
class Target:
    """A project that a fault happens to, the command that is run in it, and what decides by chance.

    Attributes:
        seconds: How long a run takes from data to tables.
        limit: How long one may take.
        succeeded: Whether it did in the end.
    """

    project: Project
    command: tuple[str, ...]
    rng: random.Random
    seconds: float
    limit: float
    succeeded: bool = False

    def run(self, *command: str) -> None:
        """Run a command, or the one of this round, to its end."""
        self.end(self.project.start(*(command or self.command)))

    def end(self, process: "subprocess.Popen[bytes]") -> None:
        """Wait until a command that was started ends; raise TimeoutExpired if it does not."""
        self.succeeded = process.wait(self.limit) == 0

    def wait_for_others(self) -> None:
        """Wait until those end that a killed parent has left running; raise TimeoutExpired if one does not."""
        _, running = psutil.wait_procs(self.project.processes(), timeout=self.limit)
        if running:
            raise subprocess.TimeoutExpired(str(running), self.limit)


Fault = Callable[[Target], str]  # runs the command, and returns where the fault was


def killed(part: str) -> Fault:
    """SIGKILL for each process with this part in its command line, at any moment of an undisturbed run."""

    def fault(target: Target) -> str:
        moment = target.rng.uniform(0, target.seconds)
        process = target.project.start(*target.command)
        with suppress(subprocess.TimeoutExpired):
            process.wait(moment)
        return _kill(target, process, part, f"after {moment:.1f} s")

    return fault


def killed_restoring(part: str) -> Fault:
    """The same as soon as the first output is back from DVC's cache."""

    def fault(target: Target) -> str:
        process = target.project.start(*target.command)
        while process.poll() is None and not _files(target.project.folder, DATA):
            time.sleep(0.01)
        return _kill(target, process, part, "at the first output")

    return fault


def _kill(target: Target, process: "subprocess.Popen[bytes]", part: str, when: str) -> str:
    """Kill what has a part in its command line, as soon as there is any, and let the command end; return when that was."""
    was_killed = False
    while process.poll() is None and not was_killed:
        was_killed = target.project.kill(part)
    target.end(process)
    return when if was_killed else f"{NOTHING} {when}"


def damaged(damage: Callable[[Path, random.Random], None], pattern: str) -> Fault:
    """One file in the project is damaged before the command runs."""

    def fault(target: Target) -> str:
        file = target.rng.choice(_files(target.project.folder, pattern))
        damage(file, target.rng)
        target.run()
        return str(file.relative_to(target.project.folder))

    return fault


def truncate(file: Path, rng: random.Random) -> None:
    """Cut off a file's end."""
    os.truncate(file, rng.randrange(file.stat().st_size))


def flip(file: Path, rng: random.Random) -> None:
    """Turn one bit over."""
    content = bytearray(file.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    _overwrite(file, content)


def swap(file: Path, rng: random.Random) -> None:
    """Put a file of the same kind in another's place."""
    folder = file.parents[1] if len(file.parent.name) == 2 else file.parent  # that of the cache, or of the file itself
    others = [other for other in folder.rglob("*") if other.is_file() and other.read_bytes() != file.read_bytes()]
    _overwrite(file, rng.choice(sorted(others)).read_bytes())


def full_disk(target: Target) -> str:
    """The disk fills up at any moment of the run; afterwards, or while DVC waits for it, there is room again."""
    moment, left = target.rng.uniform(0, target.seconds), target.rng.randrange(WRITTEN)
    process = target.project.start(*target.command)
    with suppress(subprocess.TimeoutExpired):
        process.wait(moment)
    space = os.statvfs(target.project.folder)
    _resize(target.project.folder, (space.f_blocks - space.f_bfree) * space.f_frsize + left)
    with suppress(subprocess.TimeoutExpired):  # DVC tries to write to its database of states until it can
        process.wait(target.seconds)
    _resize(target.project.folder, DISK)
    target.end(process)
    return f"after {moment:.1f} s, {left // 1024} KiB left"


def read_only(target: Target) -> str:
    """A folder can't be written to."""
    folder = target.rng.choice(["data", "data/models", "reports/digits", "data/checkpoints", ".dvc/cache", ".snakemake"])
    path = target.project.folder / folder
    path.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "--bind", path, path], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", path], check=True)
    try:
        target.run()
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)
    return folder


def clock_set_back(target: Target) -> str:
    """All files are of tomorrow, and a training has to be run that DVC has forgotten."""
    lock = target.project.folder / "dvc.lock"
    text, count = re.subn(r"^  train_bigan@digits-bigan-0:\n(?:    .*\n)+", "", lock.read_text(), flags=re.M)
    assert count == 1
    lock.write_text(text)
    for file in _files(target.project.folder, "**/*"):
        os.utime(file, (time.time() + DAY,) * 2, follow_symlinks=False)
    shutil.rmtree(target.project.folder / ".dvc/cache/runs")
    target.run()
    return "a day"


def two_at_once(target: Target) -> str:
    """The command is run twice at the same time."""
    command = " ".join(target.command)
    target.run("sh", "-c", f"{command} & {command}; second=$?; wait $! && exit $second")
    return "in one clone"


def may_mount() -> bool:
    """Return whether this process may mount, as the faults in MOUNTED need it."""
    status = Path("/proc/self/status")
    found = re.search(r"^CapEff:\s*(\w+)", status.read_text(), re.M) if status.exists() else None
    return bool(found and int(found[1], 16) >> SYS_ADMIN & 1)


@contextmanager
def disk(folder: Path) -> Iterator[None]:
    """Give a folder a disk of its own."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)  # a process that was killed may not be gone yet


def _resize(folder: Path, size: int) -> None:
    mounted = next(path for path in (folder, *folder.parents) if path.is_mount())
    subprocess.run(["mount", "-o", f"remount,size={size}", mounted], check=True)


def _overwrite(file: Path, content: bytes) -> None:
    """Write over a file in its place, as a failing disk would: whoever it belongs to, protected or not."""
    mode = file.stat().st_mode
    file.chmod(0o644)
    file.write_bytes(content)
    file.chmod(mode)


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(path for path in folder.glob(pattern) if path.is_file() and path.stat().st_size)


ANY = ("snakemake", "dvc")
JOB = "workflow.pipeline.job"
NOTHING = "nothing was there to be killed"
SAFE = ("snakemake",)  # DVC by itself trusts its cache
CHECKPOINT = "data/checkpoints/digits/*.pt"
DATA = "data/[rpm]*/**/*s*"
TWINS = "data/[rm]*/digits/*s*"  # data with others of its kind in the folder
RESULT = "reports/digits/**/*.*"
OBJECT = ".dvc/cache/files/md5/??/*"
RUN_CACHE = ".dvc/cache/runs/??/*/*"
STATE = ".dvc/tmp/site/**/cache.db"

# By name: the state that the project is in, which tools may be at work, and the fault
FAULTS: dict[str, tuple[str, tuple[str, ...], Fault]] = {
    "stage killed": ("fetched", ANY, killed("workflow.scripts")),
    "DVC killed": ("fetched", ("dvc",), killed("dvc")),
    "DVC killed as it restores": ("emptied", ("dvc",), killed_restoring("dvc")),
    "job killed": ("fetched", ("snakemake",), killed(JOB)),
    "job killed as it restores": ("emptied", ("snakemake",), killed_restoring(JOB)),
    "Snakemake killed": ("fetched", ("snakemake",), killed("bin/snakemake")),
    "Snakemake killed as it restores": ("emptied", ("snakemake",), killed_restoring("bin/snakemake")),
    "all killed": ("fetched", ANY, killed("")),
    "all killed as they restore": ("emptied", ANY, killed_restoring("")),
    "two at once": ("fetched", ANY, two_at_once),
    "two at once, restoring": ("emptied", ANY, two_at_once),
    "clock set back": ("done", ANY, clock_set_back),
    "checkpoint truncated": ("interrupted", ANY, damaged(truncate, CHECKPOINT)),
    "checkpoint flipped": ("interrupted", ANY, damaged(flip, CHECKPOINT)),
    "checkpoint swapped": ("interrupted", ANY, damaged(swap, CHECKPOINT)),
    "data truncated": ("done", ANY, damaged(truncate, DATA)),
    "data flipped": ("done", ANY, damaged(flip, DATA)),
    "data swapped": ("done", ANY, damaged(swap, TWINS)),
    "result truncated": ("done", ANY, damaged(truncate, RESULT)),
    "result flipped": ("done", ANY, damaged(flip, RESULT)),
    "object truncated": ("emptied", SAFE, damaged(truncate, OBJECT)),
    "object flipped": ("emptied", SAFE, damaged(flip, OBJECT)),
    "object swapped": ("emptied", SAFE, damaged(swap, OBJECT)),
    "run cache truncated": ("emptied", SAFE, damaged(truncate, RUN_CACHE)),
    "run cache flipped": ("emptied", SAFE, damaged(flip, RUN_CACHE)),
    "dvc.lock truncated": ("done", ANY, damaged(truncate, "dvc.lock")),
    "dvc.lock flipped": ("done", ANY, damaged(flip, "dvc.lock")),
    "DVC's locks truncated": ("emptied", ANY, damaged(truncate, ".dvc/tmp/rwlock")),
    "DVC's state truncated": ("emptied", ANY, damaged(truncate, STATE)),
    "DVC's state flipped": ("emptied", ANY, damaged(flip, STATE)),
}
MOUNTED: dict[str, tuple[str, tuple[str, ...], Fault]] = {
    "full disk": ("fetched", ANY, full_disk),
    "full disk, restoring": ("emptied", ANY, full_disk),
    "read-only folder": ("fetched", ANY, read_only),
    "read-only folder, restoring": ("emptied", ANY, read_only),
}
FAULTS |= MOUNTED
# Of those where everything was made already, and one kind of damage a place: what meets one meets the others
QUICK = (
    *("DVC killed as it restores", "job killed as it restores", "Snakemake killed as it restores", "all killed as they restore"),
    *("two at once, restoring", "full disk, restoring", "read-only folder, restoring", "clock set back"),
    *("data swapped", "result truncated", "object flipped", "run cache flipped"),
    *("dvc.lock truncated", "DVC's locks truncated", "DVC's state flipped"),
)
