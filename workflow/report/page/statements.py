"""What the page shows of a judged statement: its readings as texts and numbers, with their anchors."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from workflow.report.known import KnownStatement, Source
from workflow.report.measurements import Measurement
from workflow.report.names import counted, epochs_in_words, range_text, with_minus
from workflow.report.scorecard import Judged, Judgement
from workflow.report.tally import outcome
from workflow.report.verdicts import MOST_RUNS, Difference, Range, Rule, Value, Verdict


@dataclass(frozen=True)
class ReadingView:
    """One way to measure a statement, and how it was judged.

    Attributes:
        id: Its anchor on the page; unique.
        name: What tells it from the primary reading; empty for that one.
        variants: The variant that it is about, then the one that is subtracted, if any; empty for a whole table.
        least_runs: With how many runs of each variant there may be a verdict.
        terms: The variants and metrics that it is measured from. A metric is `<kind>.<key>...`, or a table by epoch and a column.
        protocol: How it is measured, in words.
        epochs: After which epoch, of a table by epoch; of a difference between two, the one that is subtracted comes second.
        trained: Whether the value depends on a training.
        reported: What is stated, as a text; None for a baseline.
        measured: Mean over the seeds; None if nothing was measured.
        spread: Standard deviation over the seeds; None for a single seed.
        interval: That the verdict stands on; None if there is none.
        seeds: The number of seeds.
        verdict: How it was judged.
        indication: What a value without a verdict is evidence of: `for`, `against` or `open`; None if there is none.
        reason: Why there is no verdict, though something was measured, and what else a reader should know; empty if nothing.
        share: Of the report's epochs, of the training that had fewest; None if nothing was trained.
        budget: Whose result it is.
        own: Whether that is the page's own.
        agrees: Which values agree with what is stated, by its margin; empty where none decides.
    """

    id: str
    name: str
    variants: Sequence[str]
    least_runs: int
    terms: Sequence[tuple[str, str]]
    protocol: str
    epochs: Sequence[int]
    trained: bool
    reported: str | None
    measured: float | None
    spread: float | None
    interval: tuple[float, float] | None
    seeds: int
    verdict: str
    indication: str | None = None
    reason: str = ""
    share: float | None = None
    budget: str = ""
    own: bool = False
    agrees: str = ""

    @property
    def kind(self) -> str:
        """The kind of metrics file that it is in, or of table by epoch."""
        return self.terms[0][1].split(".")[0]

    @property
    def value(self) -> str:
        """What was measured, with its spread, as a text; a dash if nothing was."""
        if self.measured is None:
            return "–"
        return with_minus(f"{self.measured:.2f}") + (f" ± {self.spread:.2f}" if self.spread is not None else "")

    @property
    def seeds_in_words(self) -> str:
        """The number of seeds with its noun."""
        return counted(self.seeds, "seed")

    @property
    def amount(self) -> str:
        """How much was trained, in words; empty if nothing was."""
        if self.share is None:
            return ""
        return f"{epochs_in_words(self.share)}, {self.seeds_in_words}"

    @property
    def outcome(self) -> str:
        """What a page calls the verdict, or what there is instead."""
        return outcome(self.verdict, self.indication)


@dataclass(frozen=True)
class StatementView:
    """A statement of a report, or a baseline to see it beside.

    Attributes:
        report: Its letter.
        place: Where in the report.
        says: What it states, in words.
        why: Why its primary reading is this one; empty if that needs no reason.
        primary: The reading that counts.
        others: Readings that show how much the result depends on the choice of the first.
        beside: The primary reading as other results have it; before them, all readings that the page's own run measured.
    """

    report: str
    place: str
    says: str
    why: str
    primary: ReadingView
    others: list[ReadingView] = field(default_factory=list)
    beside: list[ReadingView] = field(default_factory=list)

    @property
    def readings(self) -> list[ReadingView]:
        """All readings, the primary one first."""
        return [self.primary, *self.others]


def shown(found: KnownStatement) -> StatementView:
    """Return a statement with its results as the page shows it."""
    judged, statement = found.best, found.best.statement
    primary, *others = [_reading(statement.id, each, source) for source, each in found.readings]
    beside = [
        _reading(f"{statement.id}-at-{source.budget}", reading, source)
        for source, each in found.beside
        for reading in (each.primary, *(each.others if source.own else ()))
        if reading.measurement.centre is not None and (source, reading) not in found.readings
    ]
    return StatementView(statement.report, statement.place, statement.says, judged.primary.reading.why or "", primary, others, beside)


def _reading(statement: str, judged: Judged, source: Source) -> ReadingView:
    reading, measurement, judgement = judged.reading, judged.measurement, judged.judgement
    return ReadingView(
        id=f"{statement}-{_slug(reading.name)}" if reading.name else statement,
        name=reading.name,
        variants=[name for name in (reading.variant, reading.against) if name],
        least_runs=reading.least_runs,
        terms=list(dict.fromkeys(reading.terms)),
        protocol=reading.protocol.text,
        epochs=list(dict.fromkeys(filter(None, reading.epochs))),
        trained=reading.trained,
        reported=reading.text,
        agrees=_agrees(reading.rule),
        measured=measurement.centre,
        spread=measurement.spread,
        interval=judgement.interval,
        seeds=measurement.seeds,
        verdict=str(judgement.verdict),
        indication=judgement.indication,
        reason=_reason(measurement, judgement),
        share=measurement.share,
        budget=source.budget,
        own=source.own,
    )


def _agrees(rule: Rule | None) -> str:
    """Return which values agree with what is stated, by its margin; empty where that is what is stated, or no margin decides."""
    match rule:
        case Value() | Difference():
            return range_text(*rule.ends)
        case Range() if rule.ends != (rule.low, rule.high):
            return range_text(*rule.ends)
        case _:
            return ""


def _reason(measurement: Measurement, judgement: Judgement) -> str:
    """Return why there is no verdict, though something was measured, and whether a spread is that of other variants, too."""
    reasons = []
    if measurement.short and measurement.share is not None and measurement.centre is not None:
        reasons.append(epochs_in_words(measurement.share))
    elif measurement.unlike and measurement.centre is not None:
        reasons.append(measurement.unlike)
    if judgement.verdict == Verdict.INCONCLUSIVE:
        reasons.append(_too_few(measurement, judgement))
    if judgement.corrected:
        reasons.append("alone it would have a verdict, among all of its report's (Holm) it has none")
    if judgement.pooled:
        reasons.append("spread pooled over its family of networks")
    return "; ".join(reasons)


def _too_few(measurement: Measurement, judgement: Judgement) -> str:
    """Return how many more seeds would decide."""
    if judgement.more_seeds:
        return f"too few seeds: {judgement.more_seeds} more would decide, at this mean and spread"
    if measurement.seeds == 1:
        return "too few seeds: a single one has no spread"
    return f"not even {MOST_RUNS} seeds would decide, at this mean and spread"


def _slug(name: str) -> str:
    """Return a name as part of an anchor."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in name).split())
