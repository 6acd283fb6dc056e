"""A check of recorded results that is interrupted."""

import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.helpers.patient import stop_at_work
from workflow.pipeline import check
from workflow.pipeline.staleness import ResolvedStage


def test_ctrl_c_leaves_snakemake_the_time_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["check"])
    ready = tmp_path / "ready"
    stages = {"make": ResolvedStage([], [str(ready)], stale=False, minutes_to_end=0)}
    monkeypatch.setattr(check, "resolved_stages", lambda: stages)
    monkeypatch.setattr(check, "Durations", lambda: SimpleNamespace(of_stages=lambda _: 1.0))
    statuses = stop_at_work(monkeypatch, ready, signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        check.main()
    assert statuses == [None, 130], "not killed"
