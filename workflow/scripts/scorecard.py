"""Put what the reports state beside what was measured, with a verdict."""

from workflow.params.training import MeasuredBudget
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.claims import read_claims
from workflow.report.scorecard import READERS, judge, table
from workflow.report.tables.formats import write_texts
from workflow.report.tables.judged import write_judged

arguments(__doc__)

with stage() as this:
    budget = this.read(MeasuredBudget, "budget")
    judged = judge(read_claims(paths.CLAIMS), paths.reports(budget.name), budget)
    write_judged(budget.name, judged)
    write_texts(paths.scorecard(budget.name), table(judged, budget.name)[READERS], wide=("says",))
