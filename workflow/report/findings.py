"""What a page opens with: what each report says, what was found and why, made from its judged statements and hypotheses."""

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from workflow.io.errors import UserError
from workflow.params.model import Model, allowed
from workflow.report.claims import ReportLetter
from workflow.report.hypothesis_verdicts import JudgedHypothesis, Outcome
from workflow.report.known import KnownStatement, Source
from workflow.report.names import EVIDENCE, QUANTITIES, counted, epochs_in_words, with_minus
from workflow.report.said_measured import Agreement
from workflow.report.scorecard import Judged
from workflow.report.verdicts import Verdict
from workflow.report.yaml_files import read

FINDINGS = Path(__file__).with_name("page") / "findings.yaml"
PLACEHOLDER = re.compile(r"\{([^{}]+)\.(\w+)\}")
BRACE = re.compile(r".{0,30}[{}].{0,30}")  # with what stands beside it
UNTESTED = "not tested yet, as trainings are missing"


class Finding(Model):
    """A report's finding."""

    headline: str
    """What to take away, in a few words without placeholders."""

    says: str
    """What the report states and what was found: a sentence, with placeholders."""

    why: str
    """Why that is so, as far as it is known, likewise."""

    more: str
    """What else was found, likewise."""

    pictures: list[str]
    """Figures without their seed: the first that there is."""


class Findings(Model):
    """The file of findings."""

    findings: dict[ReportLetter, Finding]
    """By the report's letter."""


def findings(statements: Sequence[KnownStatement], hypotheses: Sequence[JudgedHypothesis]) -> dict[ReportLetter, Finding]:
    """Return the finding of each report, its placeholders replaced; raise UserError if a text names what there is not."""

    def with_numbers(text: Finding) -> Finding:
        return text.model_copy(update={key: filled(getattr(text, key), statements, hypotheses) for key in ("says", "why", "more")})

    return {letter: with_numbers(text) for letter, text in read(Findings, FINDINGS).findings.items()}


def filled(text: str, statements: Sequence[KnownStatement], hypotheses: Sequence[JudgedHypothesis]) -> str:
    """Return a text with the placeholders replaced; raise UserError if one names what there is not."""
    by_id = {each.best.statement.id: partial(_of_statement, each) for each in statements}
    by_id |= {
        f"{each.best.statement.id}/{judged.reading.name}": partial(_of_judged, source, judged)
        for each in statements
        for source, judged in each.readings[1:]
    }
    by_id |= {each.hypothesis.id: partial(_of_hypothesis, each) for each in hypotheses}

    def value(found: re.Match[str]) -> str:
        name, what = found.groups()
        if name not in by_id:
            raise UserError(f"{FINDINGS}: {found[0]}: {allowed(name, by_id)}")
        parts = by_id[name]()
        if what not in parts:
            raise UserError(f"{FINDINGS}: {found[0]}: {allowed(what, parts)}")
        return parts[what]

    whole = PLACEHOLDER.sub(value, text)
    if left := BRACE.search(PLACEHOLDER.sub("", text)):
        raise UserError(f"{FINDINGS}: found {left[0]}, allowed: {{<statement>.<what>}}, with both braces")
    return whole


def _of_statement(statement: KnownStatement) -> dict[str, str]:
    """Return what a text may say of a statement: of its primary reading, or while that is not measured of the first other one that is."""
    readings = statement.readings
    return _of_judged(*next((each for each in readings if each[1].measurement.centre is not None), readings[0]))


def _of_judged(source: Source, judged: Judged) -> dict[str, str]:
    return {"reported": judged.reading.text or "–", "measured": measured_text(source, judged), "outcome": _outcome(judged)}


def _of_hypothesis(judged: JudgedHypothesis) -> dict[str, str]:
    before = judged.predictions[0].before
    return {
        "says": judged.hypothesis.says,
        "verdict": judged.verdict,
        "before": f"{before.distance:.1f} points off on average ({_where(judged.hypothesis.before, before)})" if before else UNTESTED,
        "near": _near(judged),
        "told": _told(judged),
    }


def _near(judged: JudgedHypothesis) -> str:
    """Return how near the rows of a hypothesis's first prediction come to the report, and came before."""
    first = judged.predictions[0]
    if first.after is None:
        return UNTESTED
    against = f" instead of {first.before.distance:.1f} ({_where(judged.hypothesis.before, first.before)})" if first.before else ""
    where = _where(judged.hypothesis.after, first.after)
    rows = "1 row is" if first.after.rows == 1 else f"{first.after.rows} rows are"
    return f"{rows} {first.after.distance:.1f} points off on average ({where}){against}"


def _told(judged: JudgedHypothesis) -> str:
    """Return the verdict on a hypothesis with what it rests on: how near the rows of its first prediction come."""
    first = judged.predictions[0]
    if first.after is None:
        return UNTESTED
    if first.prediction.quantity == "value":
        return f"{judged.verdict}, with {_number(first.measured)} ({_where(judged.hypothesis.after, first.after)})"
    rank = "" if first.after.rank is None else f"; rank correlation {_number(first.after.rank)}"
    failed = [each for each in judged.predictions if each.outcome == Outcome.FAILS]
    but = [
        f"; {QUANTITIES[each.prediction.quantity]}, {each.rows}: {with_minus(each.prediction.range_text)} predicted, "
        f"{_number(each.measured)} measured"
        for each in failed
    ]
    seeds = "" if first.after.between_seeds is None else f"; two seeds are {first.after.between_seeds:.1f} from each other"
    return f"{judged.verdict}: {_near(judged)}{seeds}{rank}{''.join(but)}"


def _number(value: float | None, sign: str = "") -> str:
    """Return a number with two digits, and with a minus instead of a hyphen."""
    return "no value" if value is None else with_minus(f"{value:{sign}.2f}")


def _where(budget: str, found: Agreement) -> str:
    return f"budget {budget}, {counted(found.seeds, 'seed')}"


def _outcome(judged: Judged) -> str:
    """Return the verdict, or what there is instead of one."""
    judgement = judged.judgement
    if judged.measurement.centre is None:
        return "no verdict"
    if judgement.verdict == Verdict.INCONCLUSIVE:
        points = judgement.indication not in (None, "open")
        more = judgement.more_seeds or judged.measurement.seeds == 1
        undecided = "no verdict without more seeds" if more else "no verdict, which more seeds with this mean and spread would not change"
        return f"{undecided}; {EVIDENCE[str(judgement.indication)]} so far" if points else undecided
    if judgement.verdict == Verdict.NOT_RUN:
        return f"no verdict yet; {EVIDENCE[str(judgement.indication)]} from {judged.measurement.unlike}"
    return judgement.verdict


def measured_text(source: Source, judged: Judged) -> str:
    """Return the value with its spread, and where it was measured."""
    found = judged.measurement
    if found.centre is None:
        return "not measured"
    sign = "+" if judged.reading.is_difference else ""
    spread = f" ± {found.spread:.2f}" if found.spread is not None else ""
    notes = [judged.reading.name, "this run" if source.own else f"budget {source.budget}"]
    if found.share is not None and found.short:
        notes.append(epochs_in_words(found.share))
    if found.seeds > 1:
        notes.append(f"{found.seeds} seeds")
    if judged.judgement.pooled:
        notes.append("pooled SD")
    return f"{_number(found.centre, sign)}{spread} ({', '.join(filter(None, notes))})"
