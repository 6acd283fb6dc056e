"""Put what the reports state beside what was measured, with a verdict."""

from workflow.params.training import MeasuredBudget
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, step
from workflow.report.claims import read_claims
from workflow.report.scorecard import READERS, scorecard, summary
from workflow.report.tables.formats import write_csv, write_table, write_texts

arguments(__doc__)

with step("scorecard") as this:
    budget = this.read(MeasuredBudget, "budget")
    card = scorecard(read_claims(paths.CLAIMS), paths.reports(budget.name), budget)
    write_csv(paths.scorecard(budget.name), card)
    write_texts(paths.scorecard(budget.name), card[READERS], wide=("says",))
    write_table(paths.table(budget.name, "verdicts"), summary(card))
