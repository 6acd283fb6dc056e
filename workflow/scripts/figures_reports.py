"""Plot what each report states beside what was measured."""

from workflow.params.training import MeasuredBudget
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.claims import read_claims
from workflow.report.comparisons import forest_rows, rank_rows
from workflow.report.figures import forest, ranks
from workflow.report.figures.style import save
from workflow.report.measurements import Budget
from workflow.report.names import REPORTS
from workflow.report.scorecard import judge

arguments(__doc__)

with stage() as this:
    params = this.read(MeasuredBudget, "budget")
    judged = judge(read_claims(paths.CLAIMS), paths.reports(params.name), Budget(params.name, params.dataset, params.seeds))
    for letter, name in REPORTS.items():
        save(forest.plot(forest_rows(judged, letter), name), paths.figure(params.name, f"forest-{letter}"))
    for each in judged:
        if each.primary.reading.kind == "ranking":
            title = f"{REPORTS[each.statement.report]}, {each.statement.place}: {each.primary.reading.protocol.text}"
            save(ranks.plot(rank_rows(each), title), paths.figure(params.name, f"ranks-{each.statement.id}"))
