"""Faults that happen to a run; `python -m tests.faults` plays as many rounds of the random ones as one likes."""

import random
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.faults import MOUNTED, NOTHING, QUICK, may_mount
from tests.faults.rounds import FAILURES, play
from tests.faults.states import copy, prepare
from tests.helpers.project import Project

MODEL = "data/models/digits/bigan-0.safetensors"
TRAINING = "train_bigan@digits-bigan-0"
EVERY_PROCESS = ""


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """The states that faults meet a project in, and how long a run takes."""
    folder = tmp_path_factory.mktemp("states")
    return folder, prepare(folder)


@pytest.fixture
def project(states: tuple[Path, float], tmp_path: Path) -> Project:
    """A project that has run: two trainings, and what follows."""
    return copy(states[0] / "done", tmp_path / "project")


def wait_for(condition: Callable[[], bool], process: "subprocess.Popen[bytes]", project: Project) -> None:
    """Wait until something is so, while a process runs."""
    while not condition():
        assert process.poll() is None, project.said.read_text()
        time.sleep(0.01)


@pytest.mark.parametrize("fault", QUICK)
def test_after_a_fault_running_again_gives_the_same_bytes(states: tuple[Path, float], tmp_path: Path, fault: str) -> None:
    if fault in MOUNTED and not may_mount():
        pytest.skip("this user may not mount")
    folder, seconds = states
    outcome = play(folder, tmp_path, seconds, fault, random.Random(fault))
    assert not outcome.ended.startswith(FAILURES), outcome
    assert not outcome.where.startswith(NOTHING), outcome


def test_an_edit_during_a_run_is_not_recorded_as_what_ran(project: Project) -> None:
    file, pattern, back = "workflow/training/losses.py", '"""Losses', '"""The losses'
    started = project.folder / "data/events/digits/bigan-0"
    for old in started.glob("*"):
        old.unlink()
    with project.varied("bigan", batch_size=25):
        process = project.start("dvc", "repro", "--single-item", TRAINING)
        wait_for(lambda: any(started.glob("*")), process, project)
        project.edit(file, pattern, back)
        assert process.wait(120) != 0
        assert f"train_bigan: changed while it ran: {file}; run it again" in project.said.read_text()
        project.edit(file, re.escape(back), pattern)
        assert project.planned()["train_bigan"] == 2


@pytest.mark.parametrize("victim", ["workflow.scripts.train_bigan", EVERY_PROCESS])
def test_whatever_is_killed_running_again_is_all_it_takes(project: Project, victim: str) -> None:
    with project.varied("bigan", batch_size=10, epochs=300):
        process = project.start("snakemake", "--cores", "2", MODEL)
        log = project.folder / f".snakemake/logs/{TRAINING}.log"
        log.unlink(missing_ok=True)
        wait_for(lambda: log.exists() and "epoch 1" in log.read_text(), process, project)
        assert not (project.folder / MODEL).exists()
        assert project.kill(victim)
        assert process.wait(120) != 0
        assert project.snakemake("--cores", "2", MODEL) == [TRAINING]
        assert project.planned()["train_bigan"] == 1


def test_a_failed_stage_says_why_in_one_line_and_leaves_nothing_that_counts(project: Project) -> None:
    with project.varied("bigan", batch_size=1501):
        said = project.run("dvc", "repro", TRAINING, ok=False)
        assert "train_bigan: batch_size: found 1501, allowed: at most the 1500 training images\n" in said
        assert "Traceback" not in said
        assert project.planned()["train_bigan"] == 2
    assert project.snakemake() == []
