"""Run what is missing for the verdicts, in the order of `workflow.report.plan`, until the time is over: `make queue HOURS=2`.

    python -m workflow.report.queue [--hours 2] [--profile profiles/slurm ...]

All other options are Snakemake's; without any, it uses all cores of this machine, at the lowest priority. When the time is
over, trainings stop; they go on from their last checkpoint when this is run again.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from itertools import accumulate
from math import inf
from pathlib import Path

from workflow.params.model import load
from workflow.pipeline import command, paths, snakemake_command
from workflow.pipeline.durations import spoken
from workflow.pipeline.trainings import is_training
from workflow.report.plan import Plan, Step, Work, current_plan, described


def main() -> int | str:
    """Run the queue; return 1 if a stage fails, or what went wrong."""
    parser = argparse.ArgumentParser(
        prog="workflow.report.queue", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hours", type=_hours, default=inf, help="how long; else until nothing is left")
    known, options = parser.parse_known_args()
    end = time.monotonic() + 3600 * known.hours
    before: Plan | None = None
    while (left := end - time.monotonic()) > 0:
        plan, work = current_plan()
        if plan == before:
            return "Snakemake ran nothing of the plan, and said that it succeeded: look at the options that it was given"
        before = plan
        print(described(plan), file=sys.stderr)
        if not plan.steps:
            return 0
        outputs = targets(plan, work, left * at_once(options))
        begun = {file.stem for file in paths.checkpoints(load()["budget"]["name"])}
        if status := run(outputs, ["--prioritize", *first(plan, work, begun), *(options or snakemake_command.HERE)], left):
            return status
    print(f"{spoken(3600 * known.hours)} are over; run it again to go on", file=sys.stderr)
    return 0


def _hours(text: str) -> float:
    with suppress(ValueError):
        if (hours := float(text)) > 0:
            return hours
    raise argparse.ArgumentTypeError(f"found {text}, allowed: a number above 0")


def at_once(options: Sequence[str]) -> int:
    """Return how many jobs Snakemake runs at once: its option `--jobs` or `--cores`, its profile's `jobs`, or this machine's cores."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--jobs", "-j", "--cores", "-c", nargs="?")
    parser.add_argument("--profile", type=Path, default=Path())
    known, _ = parser.parse_known_args(options)
    file = known.profile / "config.yaml"
    jobs = str(known.jobs or (load(file).get("jobs") if file.exists() else None))
    return int(jobs) if jobs.isdecimal() else os.cpu_count() or 1


def targets(plan: Plan, work: Work, seconds: float) -> list[str]:
    """Return the outputs of what to run next: of the steps that fit into half of the time, since estimates are rough; at least of one.

    Args:
        plan: What is missing.
        work: What has to run for it.
        seconds: What is left, of all jobs at once together.
    """
    chosen = frozenset().union(*(step.stages for step in _fitting(plan.steps, seconds / 2)))
    return [output for name in sorted(work.with_measurements(chosen)) for output in work.stages[name].outputs]


def first(plan: Plan, work: Work, begun: Collection[str]) -> list[str]:
    """Return the outputs of what Snakemake begins with: of trainings that were stopped before, if there are any, else of the first step.

    Args:
        plan: What is missing.
        work: What has to run for it.
        begun: The runs that have a checkpoint.
    """
    missing = frozenset().union(*(step.stages for step in plan.steps))
    trainings = [name for name in filter(is_training, missing) if any(Path(file).stem in begun for file in work.stages[name].outputs)]
    return [output for name in sorted(trainings or plan.steps[0].stages) for output in work.stages[name].outputs]


def _fitting(steps: Sequence[Step], seconds: float) -> Sequence[Step]:
    ends = accumulate(step.seconds for step in steps)
    return steps[: max(1, sum(end <= seconds for end in ends))]


def run(outputs: Sequence[str], options: Sequence[str], seconds: float) -> int:
    """Have Snakemake make outputs, interrupted when the time is over; return its status, 0 for the time."""
    try:
        with snakemake_command.started("--keep-going", *options, "--", *outputs) as snakemake:
            _let_others_go_first(snakemake.pid)
            return snakemake.wait(None if seconds == inf else seconds)
    except subprocess.TimeoutExpired:
        return 0


def _let_others_go_first(process: int) -> None:
    """Give a process, the first of its session, and all that it starts the lowest priority."""
    os.setpriority(os.PRIO_PROCESS, process, 19)
    with suppress(OSError):  # Linux may share time between sessions first, whatever the priorities in them
        Path(f"/proc/{process}/autogroup").write_text("19")


if __name__ == "__main__":
    command.run(main)
