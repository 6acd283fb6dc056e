"""Whether what people write about the reports names only what there is."""

from collections.abc import Mapping, Sequence
from typing import Any

from workflow.io.errors import UserError
from workflow.params.groups import GRAPH
from workflow.params.model import allowed, load
from workflow.report.claims import Claims
from workflow.report.comparisons import STARTS_FIGURE
from workflow.report.findings import FINDINGS, findings
from workflow.report.graph_outputs import check_figures, check_statements, graph_outputs
from workflow.report.known import Source, known
from workflow.report.page.contents import CONTENTS, check_main_statements, read_contents
from workflow.report.page.inputs import gather_hypotheses
from workflow.report.page.pictures import READINGS_FIGURE, SAID_MEASURED_FIGURE


def check_texts(params: Mapping[str, Any], claims: Claims, sources: Sequence[Source]) -> None:
    """Raise UserError if claims, hypotheses, contents or findings name a metric, figure, budget or statement that there is not.

    Args:
        params: The content of params.yaml.
        claims: What the reports state.
        sources: The committed results, judged by that.
    """
    outputs, budgets, contents = graph_outputs(params, load(GRAPH)["stages"]), params["budgets"], read_contents()
    check_statements(claims, outputs)
    if unknown := sorted(contents.budgets.keys() - budgets):
        raise UserError(f"{CONTENTS}: budgets: {allowed(unknown[0], budgets)}")
    check_main_statements(contents, {each.id for each in claims.statements})
    hypotheses = gather_hypotheses(claims, budgets, sources)
    found = findings(known(sources), hypotheses.judged)
    of_places = {
        f"{CONTENTS}: reports.{letter}: {place.place}: shows": place.shows
        for letter, report in contents.reports.items()
        for place in report.places
    }
    of_findings = {f"{FINDINGS}: findings.{letter}.pictures": each.pictures for letter, each in found.items()}
    compared = [f"{SAID_MEASURED_FIGURE}{each.id}" for each in hypotheses.hypotheses.hypotheses]
    readings = [f"{READINGS_FIGURE}{rows}" for rows in hypotheses.hypotheses.rows]
    check_figures({**of_places, **of_findings}, outputs, [STARTS_FIGURE, *compared, *readings])
