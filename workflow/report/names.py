"""What reports, and what was found of their statements, are called."""

from math import inf

REPORTS = {**{letter: f"Report {letter}" for letter in "ABCDE"}, "R": "Donahue et al. 2017"}
BASELINES = {"baseline": "Baselines"}
POINTS = {"for": "points for it", "against": "points against it", "open": "leaves it open"}  # by verdicts.Indication
NO_VERDICT = {indication: f"no verdict, {points}" for indication, points in POINTS.items()}


def range_text(low: float, high: float) -> str:
    """Return a range in words; an infinite end is none."""
    return f"at most {high:g}" if low == -inf else f"at least {low:g}" if high == inf else f"{low:g} to {high:g}"
