"""Snakemake's logger `progress`: a line that people can read, in the place of what Snakemake says.

    PYTHONPATH=.:workflow/pipeline/plugins snakemake --cores all --logger progress

On a terminal the line is replaced by the next one; elsewhere there is one a job, or a minute.
"""

import shutil
import sys
import threading
import time
from contextlib import suppress
from logging import WARNING, LogRecord
from pathlib import Path
from typing import Any

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from workflow.pipeline.durations import Durations, spoken
from workflow.pipeline.progress import Progress

PERIODS = {True: 1.0, False: 60.0}  # seconds between two lines, on a terminal or elsewhere
CLEAR = "\r\033[K"


class LogHandler(LogHandlerBase):
    """What Snakemake hands its messages to."""

    writes_to_stream, writes_to_file, has_filter, has_formatter, needs_rulegraph = True, False, True, False, False

    def __post_init__(self) -> None:
        """Begin without anything to do."""
        self._progress: Progress | None = None
        self._stages: dict[Any, str] = {}  # by the job's number
        self._slots, self._failed = 1, False
        self._terminal, self._start = sys.stderr.isatty(), time.monotonic()
        self._ended = threading.Event()

    def emit(self, record: LogRecord) -> None:
        """Take a message."""
        event, facts = getattr(record, "event", None), vars(record)
        match event:
            case LogEvent.RESOURCES_INFO:
                self._slots = facts.get("cores") or facts.get("nodes") or self._slots
            case LogEvent.RUN_INFO:
                self._plan({rule: count for rule, count in facts["stats"].items() if rule != "total"})
            case LogEvent.JOB_INFO | LogEvent.JOB_FINISHED | LogEvent.JOB_ERROR if self._progress:
                self._follow(self._progress, event, facts)
            case None | LogEvent.ERROR if record.levelno >= WARNING and not self._failed and facts.get("exception") != "RuleException":
                self._print(self.format(record))
            case None if record.getMessage().startswith("Nothing to be done"):
                self._print("all is up to date: nothing to do")

    def close(self) -> None:
        """Say how long it took, once."""
        if self._progress and not self._ended.is_set():
            ended = f"{self._progress.done} of {self._progress.total} jobs done in {spoken(time.monotonic() - self._start)}"
            self._print(ended)
        self._ended.set()
        super().close()

    def _plan(self, counts: dict[str, int]) -> None:
        """Say what is going to be done, and begin to say how far it is."""
        self._progress = Progress(Durations(), counts, self._slots)
        self._print(self._progress.introduction())
        if not self.common_settings.dryrun:
            threading.Thread(target=self._tick, daemon=True).start()

    def _follow(self, progress: Progress, event: LogEvent, facts: dict[str, Any]) -> None:
        """Note a job's beginning or end."""
        now, number = time.monotonic(), facts.get("jobid", facts.get("job_id"))
        if event == LogEvent.JOB_INFO and facts["log"]:
            self._stages[number] = Path(facts["log"][0]).name.removesuffix(".log")
            progress.begin(self._stages[number], now)
        elif event == LogEvent.JOB_FINISHED and number in self._stages:
            progress.end(self._stages[number], now)
            self._show(progress)
        elif event == LogEvent.JOB_ERROR and number in self._stages:
            self._failed = True
            progress.fail(self._stages[number])
            self._print(f"failed: {self._stages[number]}")

    def _tick(self) -> None:
        """Show the state again and again, for the time goes on between two messages."""
        while not self._ended.wait(PERIODS[self._terminal]):
            self.acquire()
            try:
                if self._progress and not self._ended.is_set():
                    self._show(self._progress)
            finally:
                self.release()

    def _show(self, progress: Progress) -> None:
        line = progress.line(time.monotonic())
        _write(CLEAR + line[: shutil.get_terminal_size().columns - 1] if self._terminal else f"{line}\n")

    def _print(self, line: str) -> None:
        """Print a line that stays."""
        _write(f"{CLEAR if self._terminal else ''}{line}\n")


def _write(text: str) -> None:
    with suppress(OSError):  # nobody reads any more, or a disk is full: no reason for a run to stop, or to wait for ever
        sys.stderr.write(text)
        sys.stderr.flush()
