"""Plot what each report states beside what was measured."""

from workflow.params.training import MeasuredBudget
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.claims import read_claims
from workflow.report.comparisons import comparison_figures
from workflow.report.figures.style import save
from workflow.report.measurements import Budget
from workflow.report.scorecard import judge

arguments(__doc__)

with stage() as this:
    params = this.read(MeasuredBudget, "budget")
    judged = judge(read_claims(paths.CLAIMS), paths.reports(params.name), Budget(params.name, params.dataset, params.seeds))
    for name, figure in comparison_figures(judged):
        save(figure, paths.figure(params.name, name))
