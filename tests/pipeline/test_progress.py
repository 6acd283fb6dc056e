"""A run says in a line how far it is."""

import errno
import sys
from io import StringIO

import pytest

from workflow.pipeline.plugins import snakemake_logger_plugin_progress as plugin
from workflow.pipeline.progress import Progress

COUNTS = {"train_gan": 2, "report": 1, "all": 1}


class Estimates:
    """100 s a training, 10 s all else."""

    def of_stage(self, stage: str) -> float:
        return 100.0 if stage.startswith("train_") else 10.0

    of_rule = of_stage


@pytest.fixture
def progress() -> Progress:
    return Progress(Estimates(), COUNTS, slots=2)


def test_it_says_first_what_it_does_and_about_how_long(progress: Progress) -> None:
    assert progress.introduction() == "3 jobs, 2 of them trainings, up to 2 at once: about 2 min, less what comes back from DVC's cache"
    assert Progress(Estimates(), {"report": 1, "all": 1}, 8).introduction().startswith("1 jobs, up to 1 at once: about 10 s")


def test_it_says_what_is_done_what_is_at_work_and_about_how_long_the_rest_takes(progress: Progress) -> None:
    progress.begin("train_gan@mnist-a-0", 0.0)
    progress.begin("train_gan@mnist-b-0", 0.0)
    said = "train_gan@mnist-a-0 (40 s), train_gan@mnist-b-0 (40 s)"
    assert progress.line(40.0) == f"0/3 done, about 65 s left: {said}"
    progress.end("train_gan@mnist-a-0", 100.0)
    assert progress.line(100.0).startswith("1/3 done, about 10 s left: train_gan@mnist-b-0")


def test_a_machine_that_is_slower_than_the_estimates_makes_the_rest_longer(progress: Progress) -> None:
    progress.begin("train_gan@mnist-a-0", 0.0)
    progress.end("train_gan@mnist-a-0", 420.0)
    assert progress.left(420.0) == 300.0, "three times as long: 420 + 60 s for 100 + 60"


def test_what_comes_back_from_the_cache_says_nothing_of_the_machine(progress: Progress) -> None:
    progress.begin("train_gan@mnist-a-0", 0.0)
    progress.end("train_gan@mnist-a-0", 1.0)
    assert progress.left(1.0) == 100.0


def test_the_rest_is_no_shorter_than_its_longest_job() -> None:
    assert Progress(Estimates(), {"train_gan": 1, "report": 1}, slots=64).left(0.0) == 100.0


def test_a_job_that_failed_is_not_at_work(progress: Progress) -> None:
    progress.begin("report", 0.0)
    progress.fail("report")
    assert "report" not in progress.line(1.0)


def test_a_job_that_is_tried_again_takes_no_other_ones_place(progress: Progress) -> None:
    for _ in range(2):
        progress.begin("train_gan@mnist-a-0", 0.0)
        progress.fail("train_gan@mnist-a-0")
    assert progress.left(0.0) == 100.0, "the other training still waits"


def test_a_line_that_cannot_be_written_stops_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    class Full(StringIO):
        def write(self, text: str) -> int:
            tried.append(text)
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sys, "stderr", Full())
    plugin._write("a line\n")
    assert tried == ["a line\n"]
