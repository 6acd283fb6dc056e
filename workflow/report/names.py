"""What the reports are called."""

REPORTS = {**{letter: f"Report {letter}" for letter in "ABCDE"}, "R": "Donahue et al. 2017"}
BASELINES = {"baseline": "Baselines"}
