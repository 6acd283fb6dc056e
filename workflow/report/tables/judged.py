"""The tables of judged statements: a stage writes them of its own budget, and a published page of all that Git holds."""

from collections.abc import Sequence

from workflow.pipeline import paths
from workflow.report.said_measured import said_measured
from workflow.report.scorecard import JudgedStatement, summary, table
from workflow.report.tables.formats import write_csv, write_table


def write_judged(budget: str, judged: Sequence[JudgedStatement]) -> None:
    """Write a budget's scorecard, its verdicts by report, and what is stated beside what was measured."""
    write_csv(paths.scorecard(budget), table(judged, budget))
    write_table(paths.table(budget, "verdicts"), summary(judged))
    write_csv(paths.said_measured(budget), said_measured(judged))
