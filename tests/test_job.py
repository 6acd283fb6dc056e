"""What a job of Snakemake runs: a stage, never twice at the same time."""

import fcntl
import json
import os
from pathlib import Path

import pytest
from conftest import Project, ran

from workflow.pipeline.job import LOCKS

STAGE, LOG = "download@digits", Path("job.log")
JOB = ("python", "-m", "workflow.pipeline.job", STAGE, str(LOG))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project, where all is there that the stage needs."""
    project = Project.create(tmp_path_factory.mktemp("job") / "project")
    project.run("dvc", "repro", "code")
    return project


def test_a_job_waits_for_another_one_of_its_stage_and_takes_its_result(project: Project) -> None:
    lock = project.folder / LOCKS / f"{STAGE}.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = project.start(*JOB)
        while not project.said.read_text():
            assert waiting.poll() is None
        assert project.said.read_text() == f"{STAGE}: another job is at it; waiting for its result\n"
        (project.folder / LOG).write_text("what the other job says")
        project.run("dvc", "repro", "--single-item", STAGE)
        assert (project.folder / LOG).read_text() == "what the other job says"
    assert waiting.wait(60) == 0
    said = (project.folder / LOG).read_text()
    assert "didn't change, skipping" in said
    assert not ran(said)


def test_on_another_machine_process_ids_mean_nothing(project: Project) -> None:
    """One that a dead job has left there may be that of a living process here."""
    left = {"write": {str(project.folder / "data/raw/digits"): {"pid": os.getpid(), "cmd": "dvc repro"}}, "read": {}}
    entries = project.folder / ".dvc/tmp/rwlock"
    entries.write_text(json.dumps(left))
    project.run(*JOB, ok=False)
    assert "is busy" in (project.folder / LOG).read_text()
    project.run(*JOB, "--remote")
    assert json.loads(entries.read_text()) == left, "what a living job holds there is left to it"
