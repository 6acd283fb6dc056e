"""What figures of hypotheses show: the rows of a report, stated and measured, a panel a budget or a reading."""

from collections.abc import Collection, Mapping, Sequence

from workflow.report.figures.panels import Panel, SaidRow
from workflow.report.hypotheses import Hypotheses, Hypothesis
from workflow.report.names import in_short, with_minus
from workflow.report.said_measured import SaidAndMeasured, agreement, row_name, row_parts

READINGS = {"encoder in training mode": "the same, with the encoder in training mode"}  # in words of their own


def panels(hypotheses: Hypotheses, report: str, results: Mapping[str, SaidAndMeasured]) -> list[Panel]:
    """Return a report's rows under each budget that its hypotheses compare: what they are compared with first."""
    of_report = [each for each in hypotheses.hypotheses if each.report == report]
    rows = list(dict.fromkeys(row for each in of_report for name in hypotheses.sets_of(each) for row in hypotheses.rows[name]))
    suppose: dict[str, list[Hypothesis]] = {}
    for each in of_report:
        suppose.setdefault(each.after, []).append(each)
    budgets = dict.fromkeys([*(each.before for each in of_report if each.before not in suppose), *suppose])
    found = []
    for budget in budgets:
        supposed = suppose.get(budget, [])
        seen = set().union(*(hypotheses.seen(each) for each in supposed or of_report))
        names = ", ".join(each.id for each in supposed)
        found.append(_panel(hypotheses, names, budget, rows, seen, results.get(budget, {})))
    return found


def before_and_after(hypotheses: Hypotheses, hypothesis: Hypothesis, results: Mapping[str, SaidAndMeasured]) -> list[Panel]:
    """Return the rows of a hypothesis's first prediction under two budgets: the report as described, and as the hypothesis supposes.

    A hypothesis may be compared with what another one supposes, and that with the report as described.
    """
    supposed = {each.after: each.before for each in hypotheses.hypotheses if each.report == hypothesis.report}
    described = hypothesis.before
    while described in supposed:
        described = supposed.pop(described)
    before, after = results.get(described, {}), results.get(hypothesis.after, {})
    rows = [row for row in hypotheses.rows[hypothesis.predicts[0].rows] if row in before and row in after]
    seen = hypotheses.seen(hypothesis)
    return [
        _panel(hypotheses, "as described", described, rows, seen, before),
        _panel(hypotheses, hypothesis.id, hypothesis.after, rows, seen, after),
    ]


def readings(hypotheses: Hypotheses, name: str, measured: Mapping[str, SaidAndMeasured]) -> list[Panel]:
    """Return what a report states of a set of rows beside what was measured, a panel a reading: of the best budget with all rows.

    Args:
        hypotheses: Whose set of rows it is.
        name: Of the set.
        measured: By budget, the best first.
    """
    rows, found = hypotheses.rows.get(name, []), []
    stated = [row_parts(key) for each in measured.values() for key in each]
    for reading in dict.fromkeys(reading for statement, reading in stated if statement in rows):
        keys = {row: row_name(row, reading) for row in rows}
        budget = next((budget for budget, each in measured.items() if each.keys() >= set(keys.values())), None)
        if budget is not None:
            of_reading = {row: measured[budget][key] for row, key in keys.items()}
            shown = {"": hypotheses.primary.get(name, "primary reading"), **READINGS}.get(reading, reading)
            found.append(_panel(hypotheses, shown, budget, rows, rows, of_reading))
    return found


def _panel(hypotheses: Hypotheses, name: str, budget: str, rows: Sequence[str], seen: Collection[str], results: SaidAndMeasured) -> Panel:
    measured = [row for row in rows if row in results]
    told = {"looked at": [row for row in measured if row in seen], "not looked at": [row for row in measured if row not in seen]}
    both = all(told.values())
    nearness = [_nearness(f" {group}" if both else "", those, results) for group, those in told.items() if those]
    return Panel(name, budget, [SaidRow(_label(hypotheses, row), results[row], row in seen) for row in measured], nearness)


def _nearness(group: str, rows: Sequence[str], results: SaidAndMeasured) -> str:
    """Return how many rows a group has, and how near they come to what is stated."""
    near, count = agreement(results, rows), f"{len(rows)}{group or (' rows' if len(rows) > 1 else ' row')}"
    if near is None:
        return count
    rank = "" if near.rank is None else with_minus(f",\nrank correlation {near.rank:.2f}")
    return f"{count}: mean distance {near.distance:.1f} points{rank}"


def _label(hypotheses: Hypotheses, row: str) -> str:
    statement, reading = row_parts(row)
    return ", ".join(filter(None, [in_short(hypotheses.says(statement)), reading]))
