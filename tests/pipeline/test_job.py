"""What a job of Snakemake runs: a stage, never twice at the same time."""

import errno
import fcntl
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.helpers.project import Project, ran
from tests.helpers.tiny_graph import MAKE, tiny_graph, write_stages
from workflow.io.errors import UserError
from workflow.pipeline import durations
from workflow.pipeline.job import FAILED, LOCKS, alone, error_lines

STAGE, LOG = "make@digits-a", Path("logs/job.log")
JOB = ("python", "-m", "workflow.pipeline.job", STAGE, str(LOG))
DVCS = f"ERROR: failed to reproduce '{STAGE}': failed to run: x, exited with 1"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A graph whose folders a job finds, as Snakemake and DVC have made them."""
    made = tiny_graph(tmp_path_factory.mktemp("job") / "project")
    for folder in (durations.TAKEN.parent, LOCKS, LOG.parent):
        (made.folder / folder).mkdir(parents=True, exist_ok=True)
    return made


def log(project: Project) -> str:
    return (project.folder / LOG).read_text()


def test_a_job_runs_its_stage_and_says_all_in_its_log(project: Project) -> None:
    assert project.run(*JOB) == ""
    assert ran(log(project)) == [STAGE]
    assert project.run(*JOB) == ""
    assert "didn't change, skipping" in log(project)
    (project.folder / "dvc.lock").unlink()


@contextmanager
def another_job(project: Project) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a job that waits, for as long as the block runs, since another one is at its stage."""
    lock = project.folder / LOCKS / f"{STAGE}.lock"
    lock.parent.mkdir(exist_ok=True, parents=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = project.start(*JOB)
        while not project.said.read_text():
            assert waiting.poll() is None
        yield waiting


def test_a_job_waits_for_another_one_of_its_stage_and_takes_its_result(project: Project) -> None:
    with another_job(project) as waiting:
        assert project.said.read_text() == f"{STAGE}: another job is at it; waiting for its result\n"
        (project.folder / LOG).write_text("what the other job says")
        project.run("dvc", "repro", "--single-item", STAGE)
        assert log(project) == "what the other job says"
    assert waiting.wait(60) == 0
    assert "didn't change, skipping" in log(project)
    assert not ran(log(project))


def test_on_another_machine_process_ids_mean_nothing(project: Project) -> None:
    """One that a dead job has left there may be that of a living process here."""
    left = {"write": {str(project.folder / "out/a.txt"): {"pid": os.getpid(), "cmd": "dvc repro"}}, "read": {}}
    entries = project.folder / ".dvc/tmp/rwlock"
    entries.write_text(json.dumps(left))
    assert "is busy" in project.run(*JOB, ok=False)
    project.run(*JOB, "--remote")
    assert json.loads(entries.read_text()) == left, "what a living job holds there is left to it"
    entries.unlink()


def test_a_job_that_fails_says_why_and_forgets_it_once_it_succeeds(project: Project) -> None:
    script = "\n".join(["echo working", "echo 'make: first' >&2", "echo 'make: second' >&2", "exit 7"])
    (project.folder / "script.sh").write_text(script)
    write_stages(project, make={**MAKE, "cmd": "sh script.sh"})
    assert project.run(*JOB, ok=False) == "make: first\nmake: second\n"
    assert project.start(*JOB).wait(60) == 1
    assert (project.folder / FAILED / STAGE).read_text() == "make: first\nmake: second\n"
    write_stages(project, make=MAKE)
    project.run(*JOB)
    assert not (project.folder / FAILED / STAGE).exists()


def test_what_a_resumed_training_took_is_not_what_one_takes(project: Project) -> None:
    taken = project.folder / durations.TAKEN
    for said, recorded in (("resumed after step 3 of 9", False), ("step 9 of 9", True)):
        taken.unlink(missing_ok=True)
        write_stages(project, make={**MAKE, "cmd": f"echo {said} && {MAKE['cmd']}"})
        project.run(*JOB)
        assert ran(log(project)) == [STAGE]
        assert taken.exists() == recorded
    write_stages(project, make=MAKE)


def test_what_a_stage_took_on_another_machine_is_not_what_it_takes_here(project: Project) -> None:
    taken = project.folder / durations.TAKEN
    for options, recorded in ((["--remote"], False), ([], True)):
        taken.unlink(missing_ok=True)
        write_stages(project, make={**MAKE, "cmd": f"echo {options} && {MAKE['cmd']}"})
        project.run(*JOB, *options)
        assert ran(log(project)) == [STAGE]
        assert taken.exists() == recorded
    write_stages(project, make=MAKE)


def test_what_a_job_says_after_its_stage_is_read_though_the_disk_is_full(project: Project) -> None:
    program = """
import sys
from contextlib import suppress
from pathlib import Path
from workflow.pipeline.job import redirected
with redirected(Path("/dev/full")), suppress(OSError):
    print("to the log")
print("to the terminal", file=sys.stderr)
"""
    assert "to the terminal\n" in project.run("python", "-c", program, PYTHONUNBUFFERED="")


def test_ctrl_c_while_a_job_waits_is_a_line(project: Project) -> None:
    with another_job(project) as waiting:
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(60) == 130
    assert project.said.read_text().splitlines()[1:] == ["interrupted"]


def test_a_file_system_without_locks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_file: object, _operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fcntl, "flock", refused)
    with pytest.raises(UserError, match=rf"^{LOCKS}/{STAGE}.lock: this file system has no locks \(No locks available\)"), alone(STAGE):
        pytest.fail("it began")


def test_a_job_does_not_begin_on_a_full_disk(project: Project) -> None:
    (project.folder / "sitecustomize.py").write_text("import shutil, types\nshutil.disk_usage = lambda _: types.SimpleNamespace(free=9)")
    said = project.run(*JOB, ok=False, PYTHONPATH=str(project.folder))
    assert said == f"{STAGE}: the disk is full: 0 MiB are free, and a job needs 64; what is done is kept\n"


@pytest.mark.parametrize(
    ("lines", "reasons"),
    [
        (["make: epochs: found 0", DVCS], ["make: epochs: found 0"]),
        (["make@x: 10%\rmake: one", "make: two", "", DVCS], ["make: one", "make: two"]),
        (["Traceback", "  line", "ValueError: no", DVCS], [f"{STAGE}: ValueError: no", f"{STAGE}: {DVCS}"]),
        (["Running stage 'make@digits-a':", "> python -m make", DVCS], [f"{STAGE}: {DVCS}"]),
        (
            ["ERROR: 'out' is busy, it is being blocked by:", "  (PID 3): dvc repro", "  (PID 4): dvc status", "", "If there are no"],
            [f"{STAGE}: ERROR: 'out' is busy, it is being blocked by: (PID 3): dvc repro (PID 4): dvc status"],
        ),
        (["Segmentation fault"], [f"{STAGE}: Segmentation fault"]),
        ([], [f"{STAGE}: failed, and said nothing"]),
    ],
)
def test_the_reason_is_what_the_stage_says_or_else_what_comes_before_dvcs_word_and_that(lines: list[str], reasons: list[str]) -> None:
    assert error_lines("\n".join(lines), STAGE) == reasons
