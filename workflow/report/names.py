"""What reports, and what was found of their statements, are called."""

REPORTS = {**{letter: f"Report {letter}" for letter in "ABCDE"}, "R": "Donahue et al. 2017"}
BASELINES = {"baseline": "Baselines"}
POINTS = {"for": "points for it", "against": "points against it", "open": "leaves it open"}  # by verdicts.Indication
NO_VERDICT = {indication: f"no verdict, {points}" for indication, points in POINTS.items()}
