"""Prose whose numbers come from the metrics: reports/README.md, and the findings in the project's README."""

from collections.abc import Mapping, Sequence
from math import sqrt
from pathlib import Path
from statistics import mean, stdev
from typing import NoReturn

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from workflow.io.errors import UserError
from workflow.params.model import load
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.report.claims import ReportLetter
from workflow.report.curves import flatness
from workflow.report.equivalence import Equivalence, precision_study
from workflow.report.findings import Finding, measured_text
from workflow.report.known import KnownStatement, read_committed
from workflow.report.measurements import measured_value
from workflow.report.metrics import about, read_by_epoch
from workflow.report.metrics import load as load_metrics
from workflow.report.names import REPORTS, with_minus
from workflow.report.page.captions import shown_by
from workflow.report.page.contents import Report, main_statements
from workflow.report.page.page import PageData
from workflow.report.page.statements import ReadingView, shown
from workflow.report.runs import ALPHA, NO_SCALE, Runs
from workflow.report.said_measured import SaidAndMeasured, agreement, distance_between_seeds, read_results
from workflow.report.tally import in_words
from workflow.report.verdicts import Verdict

TEMPLATES = Path(__file__).with_name("templates")
IN_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
BEGIN, END = "<!-- findings: written by `make page` -->", "<!-- end of findings -->"


def reports_readme(statements: Sequence[KnownStatement], precisions: Sequence[Equivalence]) -> str:
    """Return reports/README.md; raise UserError if a number that it gives was not measured.

    Args:
        statements: Those of all reports, each with its best result.
        precisions: What was measured in one precision and in the other.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(),  # of HTML, not of Markdown
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {
        "value": value,
        "measured_text": measured_text,
        "seeds": seeds,
        "change": change,
        "mean_change": mean_change,
        "mean_of": mean_of,
        "mean_and_seeds": mean_and_seeds,
        "apart": apart,
        "counted": counted,
        "number": number,
        "of_older_code": of_older_code,
        "at": at,
        "off": off,
        "flat": flat,
        "between_seeds": between_seeds,
    }
    return environment.get_template("reports_readme.md.jinja").render(
        reproduced=[each for each in statements if each.best.primary.judgement.verdict == Verdict.REPRODUCED],
        committed=read_committed(),
        precisions=precision_study(precisions),
    )


def with_findings(text: str, markdown: str) -> str:
    """Return a Markdown text with what stands between its two marks replaced; raise UserError if it has no such marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise UserError(f"README.md: found no findings to replace, allowed: a line {BEGIN!r} and, below it, a line {END!r}")
    return f"{before}{begin}\n{markdown}\n{end}{after}"


def summary_markdown(page: PageData, pictures: Mapping[str, Path]) -> str:
    """Return what the project's README says of the reports: the main statement of each, how much of each holds, and what was found and why.

    Args:
        page: The published page.
        pictures: Files of figures, by name, from the project's folder.
    """
    mains = main_statements(page.contents, [shown(each) for each in page.statements])
    tally = tally_markdown(page.tally_sentences, page.tally, pictures["tally"])
    return "\n\n".join([main_markdown(mains), tally, findings_markdown(page.findings, pictures)])


def tally_markdown(sentences: str, found: pd.DataFrame, picture: Path) -> str:
    """Return how much of each report holds, and the picture of that; its path is from the project's folder."""
    return f"{sentences}\n\n![{in_words(found)}]({picture.as_posix()})"


def main_markdown(mains: Sequence[tuple[str, Report, ReadingView]]) -> str:
    """Return a table of the main statement of each report: what is stated, what was measured, and the verdict.

    Args:
        mains: From `main_statements`.
    """
    rows = [(letter, report.main.says, _stated(reading), _measured(reading), reading.outcome) for letter, report, reading in mains]
    columns = ["report", "its main statement", "stated", "measured", "verdict"]
    return str(pd.DataFrame(rows, columns=columns).to_markdown(index=False, disable_numparse=True))


def _stated(reading: ReadingView) -> str:
    agrees = f" ({reading.agrees} agrees)" if reading.agrees else ""
    return with_minus(f"{reading.reported or '–'}{agrees}")


def _measured(reading: ReadingView) -> str:
    return reading.value + (f" ({reading.amount})" if reading.amount else "")


def findings_markdown(found: Mapping[ReportLetter, Finding], pictures: Mapping[str, Path]) -> str:
    """Return what was found, why and a picture a report; paths are from the project's folder."""
    lines = []
    for letter, each in found.items():
        file = next((pictures[name] for name in each.pictures if name in pictures), None)
        lines.append(f"- **{REPORTS[letter]}: {each.headline}.** {each.says} *Why:* {each.why}{'<br>' if file else ''}")
        if file:
            shows = shown_by(file.stem.partition("-")[0])
            lines.append(f"  ![{REPORTS[letter]}]({file.as_posix()})<br>*{shows}{_where(file)}*")
    return "\n".join(lines)


def _where(file: Path) -> str:
    """Return of which run, or which seed of several, and at which budget, a figure is: one of several budgets says that itself."""
    run = file.stem.partition("-")[2]
    which = f"seed {run}" if run.isdigit() else run or "all runs"
    return f" Here: {which} of `{file.parts[1]}`." if file.parts[0] == "reports" else ""


def value(budget: str, metric: str, variant: str, digits: int = 2, epoch: int | None = None) -> str:
    """Return a value of seed 0, as a text."""
    return _text(_value(budget, metric, RunId(variant, 0), epoch), digits)


def change(budget: str, metric: str, variant: str, against: str, digits: int = 2) -> str:
    """Return by how much a value of seed 0 is above that of another variant, as a text."""
    return _text(_value(budget, metric, RunId(variant, 0)) - _value(budget, metric, RunId(against, 0)), digits)


def mean_change(budget: str, metric: str, variant: str, against: str, digits: int = 2) -> str:
    """Return by how much its values are above those of another variant, mean ± standard deviation over seeds that both have."""
    first, second = _by_seed(budget, metric, variant), _by_seed(budget, metric, against)
    changes = [first[seed] - second[seed] for seed in first.keys() & second.keys()]
    return _spread(changes, digits) if changes else _missing(budget, f"a seed of both {variant}'s and {against}'s {metric}")


def seeds(budget: str, metric: str, variant: str, digits: int = 2) -> str:
    """Return the values of all seeds, as a list in words."""
    texts = [_text(each, digits) for each in _values(budget, metric, variant)]
    return " and ".join(filter(None, [", ".join(texts[:-1]), texts[-1]]))


def mean_of(budget: str, metric: str, variant: str, digits: int = 2) -> str:
    """Return mean ± standard deviation over seeds; a single value as it is."""
    return _spread(_values(budget, metric, variant), digits)


def mean_and_seeds(budget: str, metric: str, variant: str, digits: int = 2) -> str:
    """Return the same with the number of seeds in brackets; a single value as it is."""
    count = len(_values(budget, metric, variant))
    return mean_of(budget, metric, variant, digits) + (f" ({count})" if count > 1 else "")


def apart(budget: str, metric: str, variant: str, digits: int = 1) -> str:
    """Return how far two runs that differ in their seed alone lie apart at most, nineteen times of twenty."""
    values = _values(budget, metric, variant)
    if len(values) < 2:
        _missing(budget, f"a second seed of {variant}'s {metric}")
    low, high = NO_SCALE.interval(Runs.of(values), sqrt(2), ALPHA)
    return _text((high - low) / 2, digits)


def counted(budget: str, metric: str, variant: str) -> str:
    """Return in how many runs something happened, of how many."""
    values = _values(budget, metric, variant)
    return f"{sum(values):.0f} of {len(values)}"


def number(budget: str, metric: str, variant: str) -> str:
    """Return how many seeds have a value, in words up to ten."""
    found = len(_values(budget, metric, variant))
    return IN_WORDS[found] if found < len(IN_WORDS) else str(found)


def of_older_code(budget: str, stage: str) -> str:
    """Return how many metrics files of a stage name no numerics, as code before 2026-11-25 wrote them, and of how many."""
    files = list(paths.reports(budget).glob(f"metrics/{stage}/*.json"))
    older = sum("numerics" not in about(load_metrics(file), file) for file in files)
    return f"{older} of {len(files)}"


def at(budget: str, table: str, column: str, epoch: int, digits: int = 2) -> str:
    """Return a value of a table by epoch in a budget's folder, as a text."""
    rows = read_by_epoch(paths.reports(budget) / f"{table}.tsv")
    return _text(float(rows[column][epoch]), digits) if epoch in rows.index else _missing(budget, f"epoch {epoch} of {table}")


def flat(budget: str, variant: str) -> str:
    """Return whether the Fréchet distance of seed 0 has become flat, in words."""
    rows = read_by_epoch(paths.fidelity_by_epoch(budget, RunId(variant, 0)))
    return flatness(rows["frechet"]) or _missing(budget, f"a half of the epochs of {variant}")


def off(budget: str, rows: str) -> str:
    """Return how far a set of a hypothesis's rows is from what the report states in a budget, as a text."""
    found = agreement(*_results(budget, rows))
    return _text(found.distance, 1) if found else _missing(budget, rows)


def between_seeds(budget: str, rows: str) -> str:
    """Return how far two seeds are from each other in them, as a text."""
    found = distance_between_seeds(*_results(budget, rows))
    return _missing(budget, rows) if found is None else _text(found, 1)


def _results(budget: str, rows: str) -> tuple[SaidAndMeasured, list[str]]:
    return read_results(paths.said_measured(budget)), load(paths.HYPOTHESES)["rows"][rows]


def _missing(budget: str, what: str) -> NoReturn:
    raise UserError(f"reports_readme.md.jinja: {budget}, {what}: not measured")


def _values(budget: str, metric: str, variant: str) -> list[float]:
    return list(_by_seed(budget, metric, variant).values())


def _by_seed(budget: str, metric: str, variant: str) -> dict[int, float]:
    stage = metric.split(".")[0]
    files = sorted(paths.reports(budget).glob(f"metrics/{stage}/*.json"))
    found = {run.seed: _value(budget, metric, run) for run in map(RunId.of, files) if run.variant == variant}
    return found or _missing(budget, f"{metric} of {variant}")


def _value(budget: str, metric: str, run: RunId, epoch: int | None = None) -> float:
    found = measured_value(paths.reports(budget), metric, run, epoch)
    return _missing(budget, f"{metric} of {run}") if found is None else found


def _spread(values: Sequence[float], digits: int) -> str:
    return _text(mean(values), digits) + (f" ± {stdev(values):.{digits}f}" if len(values) > 1 else "")


def _text(number: float, digits: int) -> str:
    return with_minus(f"{number:.{digits}f}")
