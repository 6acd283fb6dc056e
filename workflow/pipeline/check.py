"""Compute some recorded results anew, chosen at random, and compare their bytes: `python -m workflow.pipeline.check 3`, or `make check`."""

import argparse
import random
import sys

from workflow.io.errors import UserError
from workflow.pipeline import command
from workflow.pipeline.durations import Durations, spoken
from workflow.pipeline.job import LOGS, computed, differences, recorded
from workflow.pipeline.snakemake_command import HERE, started
from workflow.pipeline.staleness import resolved_stages


def main() -> int:
    """Compute stages anew; return 1 if one fails, or has other bytes than dvc.lock records."""
    parser = argparse.ArgumentParser(prog="workflow.pipeline.check", description=__doc__)
    parser.add_argument("stages", type=_number, nargs="?", default=3, help="how many")
    number = parser.parse_args().stages
    stages = resolved_stages()
    fresh = {name: stage for name, stage in stages.items() if not stage.stale and not name.startswith("download")}  # those compare md5s
    chosen = random.sample(sorted(fresh), min(number, len(fresh)))
    if not chosen:
        raise UserError("no result is up to date: first run `snakemake --cores all`")
    print(f"computing anew, about {spoken(Durations().of_stages(chosen))} of work: {', '.join(chosen)}", file=sys.stderr)
    files, before = [fresh[name].outputs[0] for name in chosen], {name: recorded(name) for name in chosen}
    with started(*HERE, "--forcerun", *files, "--", *files) as snakemake:
        status = snakemake.wait()
    differ = any(differences(name, before[name], recorded(name)) for name in chosen)
    if differ:  # the jobs have said where
        print(
            "dvc.lock records the new results now; back to the committed ones: git checkout dvc.lock reports && dvc checkout",
            file=sys.stderr,
        )
    if status or differ:
        return 1
    _check_computed(chosen)
    print(f"the same bytes as recorded: {', '.join(chosen)}")
    return 0


def _check_computed(stages: list[str]) -> None:
    """Raise UserError if some stages did not compute: another Snakemake takes back what this one has forced."""
    idle = [name for name in stages if not computed(name, LOGS / f"{name}.log")]
    if idle:
        raise UserError(f"{', '.join(idle)}: not computed anew, as another Snakemake began meanwhile; run it again")


def _number(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"found {text}, allowed: a whole number above 0")


if __name__ == "__main__":
    command.run(main)
