"""A Snakemake that waits until it is interrupted."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from workflow.pipeline import snakemake_command

PATIENT = """
import sys, time
try:
    open(sys.argv[-1], "w").close()
    while True:  # signal.pause would miss a signal that comes just before
        time.sleep(0.1)
except KeyboardInterrupt:
    sys.exit(130)
"""


def run_patient(monkeypatch: pytest.MonkeyPatch, ready: Path) -> None:
    """Have Snakemake do nothing but open its last target, and wait."""
    os.mkfifo(ready)
    monkeypatch.setattr(snakemake_command, "SNAKEMAKE", [sys.executable, "-c", PATIENT])


def stop_at_work(monkeypatch: pytest.MonkeyPatch, ready: Path, stop: signal.Signals) -> list[int | None]:
    """Have this process get a signal once that Snakemake waits; its statuses are gathered in the list, None while it waits."""
    run_patient(monkeypatch, ready)
    wait, statuses = subprocess.Popen.wait, list[int | None]()

    def stopped(process: "subprocess.Popen[bytes]", _timeout: float | None = None) -> int | None:
        if not statuses:
            statuses.append(None)
            ready.read_bytes()
            signal.raise_signal(stop)
        statuses.append(wait(process))
        return statuses[-1]

    monkeypatch.setattr(subprocess.Popen, "wait", stopped)
    return statuses
