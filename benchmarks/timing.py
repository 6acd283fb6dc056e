"""Time things against each other in one run: the machine's mood changes, their ratio less."""

import statistics
import time
from collections.abc import Callable

Run = Callable[[], object]


def compare(runs: dict[str, Run], rounds: int) -> dict[str, float]:
    """Return each run's median seconds over some rounds; in each round every run has its turn, after one uncounted."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            if number:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}


def show(seconds: dict[str, float], reference: str, unit: str = "s", scale: float = 1.0) -> None:
    """Print a row a run: its time, and how often it fits into the reference's."""
    width = max(map(len, seconds))
    for name, value in seconds.items():
        print(f"{name:<{width}}  {scale * value:8.2f} {unit}  {seconds[reference] / value:5.2f}×")


def repeat(step: Run, times: int) -> None:
    """Make a step some times."""
    for _ in range(times):
        step()
