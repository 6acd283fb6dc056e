"""Plot what each report states beside what was measured."""

from workflow.params.training import MeasuredBudget
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.claims import read_claims
from workflow.report.comparisons import comparison_figures
from workflow.report.figures.style import save
from workflow.report.scorecard import judge

arguments(__doc__)

with stage() as this:
    budget = this.read(MeasuredBudget, "budget")
    judged = judge(read_claims(paths.CLAIMS), paths.reports(budget.name), budget)
    for name, figure in comparison_figures(judged):
        save(figure, paths.figure(budget.name, name))
