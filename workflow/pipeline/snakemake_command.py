"""How Snakemake is called from Python: by this environment's Python, with a line of progress in the place of its own messages."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SNAKEMAKE = [sys.executable, "-m", "snakemake"]
HERE = ["--cores", "all", "--logger", "progress"]  # on all cores of this machine


def environment() -> dict[str, str]:
    """Return the environment in which Snakemake finds the project's plugins."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([".", "workflow/pipeline/plugins"])}


@contextmanager
def started(*arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start Snakemake for a block; if that ends early, such as by Ctrl-C, interrupt it once and wait: so its jobs end as by its user."""
    with _interrupted_by(signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a script in the background ignores SIGINT
        snakemake = subprocess.Popen([*SNAKEMAKE, *arguments], env=environment(), start_new_session=True)
        try:
            yield snakemake
        except BaseException:
            os.killpg(snakemake.pid, signal.SIGINT)
            snakemake.wait()
            raise


@contextmanager
def _interrupted_by(*stops: signal.Signals) -> Iterator[None]:
    """Take signals for Ctrl-C in a block."""
    before = {stop: signal.signal(stop, signal.default_int_handler) for stop in stops}
    try:
        yield
    finally:
        for stop, handler in before.items():
            signal.signal(stop, handler)
