"""Play rounds of random faults; exit with 1 if one of them did not end well."""

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.faults import __doc__ as description
from tests.faults.faults import FAULTS, MOUNTED, may_mount
from tests.faults.rounds import FAILURES, play
from tests.faults.states import prepare


def main() -> int:
    """Play them, print a line each, and count them by fault and ending."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="the number of the first round: to go on where a run has ended")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--faults", nargs="+", choices=FAULTS, default=list(FAULTS))
    options = parser.parse_args()
    if not may_mount():
        options.faults = [fault for fault in options.faults if fault not in MOUNTED]
        print(f"not played, as this user may not mount: {', '.join(MOUNTED)}")
    counts: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        seconds = prepare(Path(scratch))
        for number in range(options.first, options.rounds):
            fault = options.faults[number % len(options.faults)]
            with tempfile.TemporaryDirectory() as workdir:
                outcome = play(Path(scratch), Path(workdir), seconds, fault, random.Random(f"{options.seed}-{number}"))
            print(f"{number}: {outcome}", flush=True)
            counts[fault, outcome.ended.split(":")[0]] += 1
    for (fault, ended), count in sorted(counts.items()):
        print(f"{count:4} {fault}: {ended}")
    return int(any(ended in FAILURES for _, ended in counts))


if __name__ == "__main__":
    sys.exit(main())
