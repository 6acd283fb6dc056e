"""Judge the hypotheses by the results of every budget."""

from workflow.params.model import load
from workflow.pipeline import paths
from workflow.pipeline.stage import arguments, stage
from workflow.report.claims import read_claims
from workflow.report.figures import said_measured
from workflow.report.figures.style import save
from workflow.report.hypotheses import read_hypotheses
from workflow.report.hypothesis_panels import panels
from workflow.report.hypothesis_verdicts import hypotheses_table, judge_hypotheses
from workflow.report.names import REPORTS
from workflow.report.said_measured import all_results
from workflow.report.tables.formats import write_table

arguments(__doc__)

with stage() as this:
    hypotheses = read_hypotheses(paths.HYPOTHESES, read_claims(paths.CLAIMS), load()["budgets"])
    results = all_results(paths.SAID_MEASURED)
    judged = judge_hypotheses(hypotheses, results)
    write_table(paths.table(this.budget, "hypotheses"), hypotheses_table(judged, hypotheses))
    for letter, name in REPORTS.items():
        save(said_measured.plot(panels(hypotheses, letter, results), name), paths.figure(this.budget, f"said_measured-{letter}"))
