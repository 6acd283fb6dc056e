"""Put what the reports state beside what was measured, with a verdict."""

from workflow import paths
from workflow.claims import read_claims
from workflow.files import write_text
from workflow.params.training import SeededBudget
from workflow.scorecard import scorecard
from workflow.step import arguments, step

arguments(__doc__)

with step("scorecard") as this:
    budget = this.read(SeededBudget, "budget")
    card = scorecard(read_claims(paths.CLAIMS), paths.reports(budget.name), budget)
    write_text(paths.scorecard(budget.name), card.to_csv(index=False, float_format="%.8g"))
