"""A run of what is missing for the verdicts, until the time is over."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.patient import run_patient, stop_at_work
from tests.helpers.project import ROOT
from tests.helpers.stages import graph
from workflow.params.model import load
from workflow.pipeline import snakemake_command
from workflow.report import queue
from workflow.report.plan import Plan, Step, Work
from workflow.report.queue import at_once, first, run, targets


def test_the_next_run_is_of_what_fits_into_half_of_the_time_and_at_least_one_step() -> None:
    stages = graph({"bigan": None, "wide": None, "long": None})
    steps = [Step([name], frozenset({f"train_bigan@{name}-0"}), 100.0, 1) for name in ("bigan", "wide", "long")]
    work, plan = Work(stages), Plan(steps, [], [0, 1], {})

    def trained(seconds: float) -> list[str]:
        return [Path(file).stem for file in targets(plan, work, seconds) if file.startswith("data/models")]

    assert trained(400.0) == ["bigan-0", "wide-0"]
    assert trained(1.0) == ["bigan-0"]
    assert "reports/paper/metrics/pixel_knn/bigan-0.json" in targets(plan, work, 1.0)


def test_what_was_stopped_goes_on_before_anything_begins() -> None:
    stages = graph({"bigan": None, "wide": None, "long": None})
    steps = [Step([name], frozenset({f"train_bigan@{name}-0", f"knn@{name}-0"}), 100.0, 1) for name in ("bigan", "wide", "long")]
    work, plan = Work(stages), Plan(steps, [], [0, 1], {})
    assert first(plan, work, []) == ["reports/paper/metrics/knn/bigan-0.json", "data/models/bigan-0.safetensors"]
    assert first(plan, work, ["long-0", "of-another-plan-0"]) == ["data/models/long-0.safetensors"]


def test_it_counts_on_as_many_jobs_as_snakemake_runs_at_once() -> None:
    cores = os.cpu_count()
    profile = ["--profile", str(ROOT / "profiles/slurm")]
    assert at_once(profile) == load(ROOT / "profiles/slurm/config.yaml")["jobs"] == 100
    assert at_once([*profile, "--default-resources", "slurm_partition=long", "-j", "7"]) == 7
    assert [at_once([]), at_once(["--profile", "of-snakemakes-own-folder"]), at_once(["--jobs", "unlimited"])] == [cores] * 3
    assert [at_once(["--cores", "3"]), at_once(["--cores", "all"]), at_once(["--cores"])] == [3, cores, cores]


def test_when_the_time_is_over_snakemake_is_interrupted_as_by_its_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    ready = tmp_path / "ready"
    run_patient(monkeypatch, ready)
    ignored = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as in the background of a script
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, ignored))
    wait, statuses = subprocess.Popen.wait, []

    def over(process: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        if timeout is not None:
            ready.read_bytes()  # it is waiting by now
            raise subprocess.TimeoutExpired("snakemake", timeout)
        statuses.append(wait(process))
        return statuses[-1]

    monkeypatch.setattr(subprocess.Popen, "wait", over)
    assert run([str(ready)], [], 1.0) == 0
    assert statuses == [130]
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN, "as it was"


@pytest.mark.parametrize("hours", ["0", "-1", "nan", "two"])
def test_a_time_that_is_none_is_a_line_of_error(hours: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["queue", "--hours", hours])
    with pytest.raises(SystemExit) as stopped:
        queue.main()
    assert stopped.value.code == 2
    assert (
        capsys.readouterr().err.splitlines()[-1]
        == f"workflow.report.queue: error: argument --hours: found {hours}, allowed: a number above 0"
    )


def test_a_failed_run_ends_the_queue_with_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snakemake_command, "SNAKEMAKE", [sys.executable, "-c", "import sys; sys.exit(1)"])
    assert run(["file"], [], 60.0) == 1


def test_whatever_else_the_machine_does_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snakemake_command, "SNAKEMAKE", [sys.executable, "-c", "import signal; signal.pause()"])
    wait, priorities, groups = subprocess.Popen.wait, [], []
    monkeypatch.setattr(queue.Path, "write_text", lambda file, text: groups.append((str(file), text)))  # Linux takes few of these a second

    def look(process: subprocess.Popen[bytes], _timeout: float) -> int:
        priorities.append(os.getpriority(os.PRIO_PROCESS, process.pid))
        assert groups == [(f"/proc/{process.pid}/autogroup", "19")]
        process.kill()
        return wait(process)

    monkeypatch.setattr(subprocess.Popen, "wait", look)
    run([], [], 60.0)
    assert priorities == [19]


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP])
def test_who_loses_the_terminal_leaves_no_snakemake_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: signal.Signals) -> None:
    statuses = stop_at_work(monkeypatch, tmp_path / "ready", stop)
    with pytest.raises(KeyboardInterrupt):
        run([str(tmp_path / "ready")], [], 60.0)
    assert statuses == [None, 130]


def test_a_run_that_changes_nothing_of_the_plan_ends_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    stages = graph({"bigan": None})
    plan = Plan([Step(["bigan"], frozenset({"train_bigan@bigan-0"}), 100.0, 1)], [], [0], {})
    monkeypatch.setattr(sys, "argv", ["queue", "--dry-run"])
    monkeypatch.setattr(queue, "current_plan", lambda: (plan, Work(stages)))
    ran: list[object] = []
    monkeypatch.setattr(queue, "run", lambda *given: ran.append(given) or 0)
    assert str(queue.main()).startswith("Snakemake ran nothing of the plan")
    assert len(ran) == 1
