"""What a page opens with: a sentence and a picture a report, made from its judged statements."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workflow.io.errors import UserError
from workflow.params.model import Model, allowed, load, validate
from workflow.report.known import KnownStatement
from workflow.report.scorecard import Judged
from workflow.report.verdicts import Verdict

FINDINGS = Path(__file__).with_name("page") / "findings.yaml"
PLACEHOLDER = re.compile(r"\{([^{}]+)\.(\w+)\}")
POINTS = {"for": "points for it", "against": "points against it", "open": "points nowhere"}


class FindingText(Model):
    """A report's finding."""

    says: str
    """A sentence or two, with placeholders."""

    pictures: list[str]
    """Figures without their seed: the first that there is."""


class FindingTexts(Model):
    """The file of findings."""

    findings: dict[str, FindingText]
    """By the report's letter."""


@dataclass(frozen=True)
class Finding:
    """A report's finding.

    Attributes:
        report: Its letter.
        sentence: With the numbers in it.
        pictures: Figures without their seed: the first that there is.
    """

    report: str
    sentence: str
    pictures: Sequence[str]


def findings(statements: Sequence[KnownStatement], path: Path = FINDINGS) -> list[Finding]:
    """Return the finding of each report; raise UserError if a text names what there is not."""
    texts = validate(FindingTexts, load(path), file=path).findings
    return [Finding(letter, filled(text.says, statements, path), text.pictures) for letter, text in texts.items()]


def filled(text: str, statements: Sequence[KnownStatement], path: Path = FINDINGS) -> str:
    """Return a text with the placeholders replaced; raise UserError if one names what there is not."""
    by_id = {each.best.statement.id: each for each in statements}

    def value(found: re.Match[str]) -> str:
        name, what = found.groups()
        for key, known in ((name, by_id), (what, _PARTS)):
            if key not in known:
                raise UserError(f"{path}: {found[0]}: {allowed(key, known)}")
        return _PARTS[what](by_id[name], told(by_id[name]))

    return PLACEHOLDER.sub(value, text)


def told(statement: KnownStatement) -> Judged:
    """Return the reading that a finding tells of: the primary one, or while that is not measured the first other one that is."""
    readings = [statement.best.primary, *statement.best.others]
    return next((each for each in readings if each.measurement.centre is not None), readings[0])


def _reported(_: KnownStatement, judged: Judged) -> str:
    return judged.reading.text or "–"


def _outcome(_: KnownStatement, judged: Judged) -> str:
    """Return the verdict, or what there is instead of one."""
    judgement = judged.judgement
    if judged.measurement.centre is None:
        return "not measured yet"
    if judgement.verdict == Verdict.INCONCLUSIVE:
        return f"undecided, and what was measured {POINTS[judgement.indication]}" if judgement.indication else "undecided"
    if judgement.verdict == Verdict.NOT_RUN:
        return f"no verdict yet, and a shorter training {POINTS[str(judgement.indication)]}"
    return judgement.verdict


def _measured(statement: KnownStatement, judged: Judged) -> str:
    """Return the value with its spread, and where it was measured."""
    found = judged.measurement
    if found.centre is None:
        return "no value"
    sign = "+" if judged.reading.is_difference else ""
    spread = f" ± {found.spread:.2f}" if found.spread is not None else ""
    notes = [judged.reading.name, "this run" if statement.source.own else statement.source.budget]
    if found.epochs is not None and found.epochs < 1:
        notes.append(f"{100 * found.epochs:.2g} % of the epochs")
    if found.seeds > 1:
        notes.append(f"{found.seeds} seeds")
    number = f"{found.centre:{sign}.2f}".replace("-", "−")
    return f"{number}{spread} ({', '.join(filter(None, notes))})"


_PARTS: Mapping[str, Callable[[KnownStatement, Judged], str]] = {"reported": _reported, "measured": _measured, "outcome": _outcome}
