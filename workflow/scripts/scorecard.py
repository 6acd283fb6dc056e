"""Put what the reports state beside what was measured, with a verdict."""

from workflow.params.training import MeasuredBudget
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.claims import read_claims
from workflow.report.said_measured import said_measured
from workflow.report.scorecard import READERS, judge, summary, table
from workflow.report.tables.formats import write_csv, write_table, write_texts

arguments(__doc__)

with stage() as this:
    budget = this.read(MeasuredBudget, "budget")
    judged = judge(read_claims(paths.CLAIMS), paths.reports(budget.name), budget)
    card = table(judged, budget.name)
    write_csv(paths.scorecard(budget.name), card)
    write_texts(paths.scorecard(budget.name), card[READERS], wide=("says",))
    write_table(paths.table(budget.name, "verdicts"), summary(judged))
    write_csv(paths.said_measured(budget.name), said_measured(judged))
