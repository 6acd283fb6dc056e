"""What figures of hypotheses show: the rows of a report, stated and measured, a panel a budget or a reading."""

from collections.abc import Collection, Mapping, Sequence

from workflow.report.figures.panels import Panel, SaidRow
from workflow.report.hypotheses import Hypotheses, Hypothesis
from workflow.report.said_measured import Said, SaidAndMeasured, agreement, row_name, row_parts


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
        name = ", ".join([*(each.id for each in supposed), f"budget {budget}"])
        found.append(_panel(name, rows, seen, results.get(budget, {})))
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
    titles = (f"as described, budget {described}", f"{hypothesis.id}, budget {hypothesis.after}")
    return [_panel(title, rows, hypotheses.seen(hypothesis), each) for title, each in zip(titles, (before, after), strict=True)]


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
            found.append(_panel(f"{reading or hypotheses.primary.get(name, 'primary reading')}, budget {budget}", rows, rows, of_reading))
    return found


def _panel(name: str, rows: Sequence[str], seen: Collection[str], results: SaidAndMeasured) -> Panel:
    measured = [row for row in rows if row in results]
    told = {"looked at": [row for row in measured if row in seen], "not looked at": [row for row in measured if row not in seen]}
    both = all(told.values())
    lines = [f"{f'{group}: ' if both else ''}{_nearness(those, results)}" for group, those in told.items() if those]
    return Panel("\n".join([name, *lines]), [_said_row(row, results[row], row in seen) for row in measured])


def _nearness(rows: Sequence[str], results: SaidAndMeasured) -> str:
    """Return how many rows there are, and how near they come to what is stated."""
    near, parts = agreement(results, rows), [f"{len(rows)} row{'s' if len(rows) > 1 else ''}"]
    if near:
        parts += [f"{near.distance:.1f} off", *([] if near.rank is None else [f"rank {near.rank:.2f}"])]
    return ", ".join(parts)


def _said_row(name: str, said: Said, seen: bool) -> SaidRow:
    statement, reading = row_parts(name)
    label = ", ".join(filter(None, [statement.split("-", 2)[-1], reading]))
    return SaidRow(label, said, seen)
