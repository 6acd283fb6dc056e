"""What the reports state: workflow/report/claims.yaml, read and checked."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self, TypeVar, cast

from pydantic import AfterValidator, Field, model_validator

from workflow.params.model import Model, Name, allowed
from workflow.report.names import range_text
from workflow.report.runs import LEAST_COUNTED, LEAST_RUNS, Scale
from workflow.report.verdicts import Count, CountDirection, Difference, Direction, Range, Ranking, Rule, Value
from workflow.report.yaml_files import read, repeated

Metric = Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z0-9_+-]+)+$")]
ReportLetter = Literal["A", "B", "C", "D", "E", "R"]
Letter = ReportLetter | Literal["baseline"]
Kind = Literal["value", "range", "difference", "same", "direction", "count", "ranking", "demonstration", "baseline"]
Sign = Literal["higher", "lower"]
Stated = float | tuple[float, float] | str | Mapping[str, float] | None
T = TypeVar("T")
STATED = ("reported", "between", "direction", "table")  # the keys that say it
# Tables by epoch, of which a reading says the epoch
BY_EPOCH = ("losses", "fidelity_by_epoch")
CORRELATION, LEAD = "losses.correlation", "losses.least_lead"
OF_ALL_EPOCHS = (CORRELATION, LEAD)
GOOD = "by_class.good_samples"  # of all samples: a share of a share
COMPARED_IN_BFLOAT16 = re.compile(r"knn\..+|fidelity\.frechet(\.log)?")  # 1NN in any protocol, and the Fréchet distance
LOGARITHM, REST, BLUR = ".log", ".rest", ".blur"  # at the end of a metric: its natural logarithm, 100 less it, by how much it is below 1


def as_range(ends: Sequence[float | None]) -> tuple[float, float]:
    """Return a lower and an upper end as numbers, infinite where there is none."""
    low, high = ends
    return -inf if low is None else low, inf if high is None else high


def _check_ends(ends: list[float | None]) -> list[float | None]:
    low, high = as_range(ends)
    if low > high or (low, high) == (-inf, inf):
        raise ValueError(f"found {ends}, allowed: two ends, the lower one first, one of them null at most")
    return ends


Finite = Annotated[float, Field(allow_inf_nan=False)]
End = Annotated[list[Finite | None], Field(min_length=2, max_length=2), AfterValidator(_check_ends)]


def compared_in_bfloat16(terms: Iterable[tuple[str, str]]) -> bool:
    """Return whether the study of precision compared such metrics, each after its variant: of 1NN, one protocol stands for all."""
    return all(COMPARED_IN_BFLOAT16.fullmatch(metric) for _, metric in terms)


class Protocol(Model):
    """How a value is measured."""

    metric: Metric
    """A kind of metrics file and the dotted key of a value in it, or a table by epoch and a column; `a+b` is the mean of two keys, and
    at the end `.log` for its natural logarithm, `.rest` for 100 less it, or `.blur` for by how much it is below 1."""

    minus: Metric | None = None
    """If given, the difference to this metric is meant."""

    whole: Literal[1, 100] | None = None
    """Of a share: 1, or 100 if it is in per cent."""

    margin: Name | None = None
    """The margin of a value or a range, if the statement names none."""

    difference: Name | None = None
    """The margin of a difference or a direction, if the statement names none."""

    same: Name | None = None
    """The margin of no difference, if that is another one."""

    text: str
    """The same in words."""


class Margin(Model):
    """How far off still agrees."""

    delta: Annotated[float, Field(ge=0)]
    """In the metric's unit."""

    why: str
    """Why so much."""


class ReadingKeys(Model):
    """What is stated, and of what, in one reading."""

    kind: Kind | None = None
    """What is stated, and so the rule that tests it; none where the value, range, sign or table says it."""

    variant: Name | None = None
    """Which variant or baseline; none for a table of several."""

    against: Name | None = None
    """If given, the difference to this variant, seed by seed."""

    epoch: Annotated[int, Field(ge=1)] | None = None
    """After which epoch, of a table by epoch."""

    against_epoch: Annotated[int, Field(ge=1)] | None = None
    """If given, the difference to the same run after this epoch."""

    reported: Finite | None = None
    """The stated value."""

    between: End | None = None
    """The stated range: its lower and its upper end, null where it has none."""

    direction: Sign | None = None
    """The stated sign of a difference."""

    margin: str | None = None
    """The name of a margin, if not that of the protocol; a range is widened by it."""


class Changes(ReadingKeys):
    """What another reading has instead."""

    protocol: str | None = None
    """The name of a protocol."""


class Statement(ReadingKeys):
    """One thing that a report states, or a baseline that the others should be seen beside, in its primary reading and others."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$")]
    """Unique name."""

    report: Letter
    """Who states it."""

    place: str
    """Where in the report."""

    says: str
    """What is stated."""

    table: dict[Name, Finite] | None = None
    """The stated values of a whole table, by variant; with a `variant`, by protocol."""

    protocol: str
    """The name of a protocol."""

    trained: bool = True
    """Whether it depends on how the variant was trained."""

    why: str | None = None
    """Why this is the reading that the verdict is of."""

    readings: dict[Annotated[str, Field(min_length=1)], Changes] = Field(default_factory=dict)
    """What else it may mean, by name."""

    def changed(self, changes: Changes) -> Self:
        """Return the statement as another reading has it: what that states replaces all that is stated, and a protocol the margin."""
        new = changes.model_dump(exclude_unset=True)
        if new.keys() & STATED:
            new = {**dict.fromkeys(STATED), **new}
        return self.model_copy(update={"margin": None, **new} if "protocol" in new else new)


class Unmeasurable(Model):
    """What a report states and nothing here measures."""

    report: Letter
    """Who states it."""

    place: str
    """Where in the report."""

    says: str
    """What is stated."""

    why: str
    """Why nothing measures it."""


@dataclass(frozen=True)
class Reading:
    """A statement as something that can be measured and tested.

    Attributes:
        name: Empty for the primary one.
        kind: What is stated.
        variant: What is measured; none for a table of several.
        against: What is subtracted, if anything.
        protocol: How it is measured.
        epoch: After which epoch, if of a table by epoch.
        against_epoch: After which epoch of the same run what is subtracted was measured, if that is another one.
        trained: Whether the value depends on a training.
        stated: The value, the ends of a range, the sign or the table, or none.
        margin: How far off still agrees; none where the kind needs none.
        widened: By how much a range is; not at all where the file names no margin for it.
        why: Why this one is the primary one, if that needs a reason.
        rows: Of a table, the variant and metric of each row.
    """

    name: str
    kind: str
    variant: str | None
    against: str | None
    protocol: Protocol
    epoch: int | None
    against_epoch: int | None
    trained: bool
    stated: Stated
    margin: Margin | None
    widened: Margin | None = None
    why: str | None = None
    rows: Sequence[tuple[str, str]] = ()

    @property
    def is_difference(self) -> bool:
        """Whether one value is subtracted from another."""
        return _subtracts(self, self.protocol)

    @property
    def scale(self) -> Scale:
        """The scale of its intervals: a share has ends, a difference of shares has none."""
        return Scale(None if self.is_difference else self.protocol.whole)

    @property
    def terms(self) -> list[tuple[str, str]]:
        """The variant and metric that are measured and, for a difference, those that are subtracted; a table's rows."""
        if self.rows:
            return list(self.rows)
        first = (str(self.variant), self.protocol.metric)
        second = (self.against or str(self.variant), self.protocol.minus or self.protocol.metric)
        return [first, second] if self.is_difference else [first]

    @property
    def epochs(self) -> list[int | None]:
        """After which epoch each of the terms is measured; none if it is of no table by epoch."""
        return [self.epoch, self.against_epoch or self.epoch] if self.is_difference and not self.rows else [self.epoch for _ in self.terms]

    @property
    def text(self) -> str | None:
        """What is stated, as a text; none for a baseline."""
        if isinstance(self.stated, tuple):
            return range_text(*self.stated)
        if isinstance(self.stated, Mapping):
            return f"the order of {len(self.stated)} rows"
        return f"{self.stated:g}" if isinstance(self.stated, float) else self.stated

    @property
    def least_runs(self) -> int:
        """With how many runs of each variant there may be a verdict."""
        return LEAST_COUNTED if self.kind == "count" else LEAST_RUNS

    @property
    def rule(self) -> Rule | None:
        """The rule that tests it; none for a demonstration or a baseline."""
        return JUDGED[self.kind].rule(self) if self.kind in JUDGED else None

    @property
    def problem(self) -> str | None:
        """What does not fit together, if anything."""
        by_epoch = self.protocol.metric.startswith(BY_EPOCH) and self.protocol.metric not in OF_ALL_EPOCHS
        if (self.epoch is not None) != by_epoch:
            return f"found epoch {self.epoch} of {self.protocol.metric}, allowed: an epoch of a table by epoch, and of nothing else"
        if self.against_epoch and (self.epoch is None or self.against or self.protocol.minus):
            return "found against_epoch, allowed: beside an epoch, and without against and a protocol with minus"
        if self.against == self.variant and self.against and not self.protocol.minus:
            return f"found {self.against} against itself, allowed: another variant"
        if self.variant is None and self.kind != "ranking":
            return f"found no variant of a {self.kind}, allowed: none only of a ranking"
        if self.kind in JUDGED and not isinstance(self.stated, JUDGED[self.kind].stated):
            return f"found {self.text} of a {self.kind}, allowed: {JUDGED[self.kind].keys}"
        if self.kind in ("difference", "same") and not self.is_difference:
            return f"found one value of a {self.kind}, allowed: against, against_epoch or a protocol with minus"
        if self.kind == "direction" and not (self.is_difference or self.protocol.metric == CORRELATION):
            return "found one value of a direction, allowed: against, against_epoch, a protocol with minus, or a correlation"
        if self.kind == "count" and isinstance(self.stated, str) != (self.against is not None):
            return "found a count, allowed: a range of one variant, or a direction against another"
        if self.kind in JUDGED and self.kind != "count" and not self.margin:
            return f"found no margin of a {self.kind}, allowed: the name of one"
        if self.kind == "range" and 0.0 in _ends(self) and not _delta(self) and inf in map(abs, _ends(self)):
            return "found no margin of a range that is open to one side and ends at 0, allowed: the name of one, not `none`"
        return None


def _subtracts(read: Reading | Statement, protocol: Protocol) -> bool:
    return bool(read.against or read.against_epoch or protocol.minus)


def _sign(reading: Reading) -> int:
    return 1 if reading.stated == "higher" else -1


def _delta(reading: Reading) -> float:
    return reading.margin.delta if reading.margin else 0.0


def _range(reading: Reading) -> Range:
    widened = reading.widened.delta if reading.widened else 0.0
    return Range(*_ends(reading), _delta(reading), reading.scale, of_mean=reading.is_difference, widened=widened)


def _ends(reading: Reading) -> tuple[float, float]:
    return cast("tuple[float, float]", reading.stated)


class JudgedKind(NamedTuple):
    """A kind of statement that a rule tests: of which types what is stated may be, what says it in the file, and the rule."""

    stated: type | tuple[type, ...]
    keys: str
    rule: Callable[[Reading], Rule]


JUDGED = {
    "value": JudgedKind(float, "reported", lambda each: Value(cast("float", each.stated), _delta(each), each.scale)),
    "range": JudgedKind(tuple, "between", _range),
    "difference": JudgedKind(float, "reported", lambda each: Difference(cast("float", each.stated), _delta(each))),
    "same": JudgedKind(float, "nothing", lambda each: Difference(0.0, _delta(each))),
    "direction": JudgedKind(str, "direction", lambda each: Direction(_sign(each), _delta(each))),
    "count": JudgedKind(
        (tuple, str), "between or direction", lambda each: CountDirection(_sign(each)) if each.against else Count(*_ends(each))
    ),
    "ranking": JudgedKind(Mapping, "table", lambda each: Ranking(_delta(each))),
}


class Claims(Model):
    """The claims file."""

    untrained: list[Name]
    """What is measured of them needs no training."""

    exact: list[Name]
    """What is measured of those has no seed either."""

    same_in_bfloat16: list[Name]
    """What was found to measure the same in bfloat16 as in float32."""

    margins: dict[Name, Margin]
    """By name."""

    protocols: dict[Name, Protocol]
    """By name."""

    reasons: dict[Name, str] = Field(default_factory=dict)
    """What statements refer to by YAML anchors."""

    statements: list[Statement]
    """All statements."""

    unmeasurable: list[Unmeasurable] = Field(default_factory=list)
    """What is stated, but not measured."""

    def readings(self, statement: Statement) -> list[Reading]:
        """Return a statement's readings, the primary one first."""
        others = [self._reading(statement.changed(changes), name) for name, changes in statement.readings.items()]
        return [self._reading(statement, ""), *others]

    def stated(self, report: str, metric: str) -> dict[str, float]:
        """Return the first value, not a difference, that a report states of each variant in a metric whose name begins so.

        Primary readings come before all others.
        """
        read = [each for statement in self.statements if statement.report == report for each in self.readings(statement)]
        values: dict[str, float] = {}
        for each in sorted(read, key=lambda each: bool(each.name)):
            if each.variant and isinstance(each.stated, float) and each.protocol.metric.startswith(metric) and not each.is_difference:
                values.setdefault(each.variant, each.stated)
        return values

    def _reading(self, read: Statement, name: str) -> Reading:
        """Return the reading of a statement as it has it."""
        protocol, stated = _named(self.protocols, "protocol", read.protocol), _stated(read)
        is_difference = _subtracts(read, protocol)
        kind = read.kind or _kind(stated, is_difference)
        if kind == "same" and stated is not None:
            raise ValueError("found what is stated of a same, allowed: nothing, as it is 0")
        margin = read.margin or _usual(protocol, kind, is_difference)
        return Reading(
            name=name,
            kind=kind,
            variant=read.variant,
            against=read.against,
            protocol=protocol,
            epoch=read.epoch,
            against_epoch=read.against_epoch,
            trained=read.trained,
            stated=0.0 if kind == "same" else stated,
            margin=_named(self.margins, "margin", margin) if margin else None,
            widened=_named(self.margins, "margin", read.margin) if read.margin else None,
            why=None if name else read.why,
            rows=self._rows(read, protocol) if kind == "ranking" else (),
        )

    def _rows(self, read: Statement, protocol: Protocol) -> list[tuple[str, str]]:
        """Return the variant and metric of each row of a statement's table."""
        table = read.table or {}
        if read.variant is None:
            return [(row, protocol.metric) for row in table]
        return [(read.variant, _named(self.protocols, "protocol", row).metric) for row in table]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for statement in self.statements:
            try:
                problems = [each.problem for each in self.readings(statement) if each.problem]
            except ValueError as error:
                problems = [str(error)]
            if problems:
                raise ValueError(f"{statement.id}: {problems[0]}")
        if twice := repeated(each.id for each in self.statements):
            raise ValueError(f"found twice: {', '.join(twice)}")
        return self


def _kind(stated: Stated, is_difference: bool) -> str:
    """Return what is stated, from how; raise ValueError if nothing is."""
    kinds: dict[type, str] = {float: "difference" if is_difference else "value", tuple: "range", str: "direction", dict: "ranking"}
    if type(stated) not in kinds:
        raise ValueError("found nothing that is stated, allowed: reported, between, direction, table or a kind")
    return kinds[type(stated)]


def _usual(protocol: Protocol, kind: str, is_difference: bool) -> str | None:
    """Return the name of the margin that a protocol has for what is stated."""
    if kind == "same" and protocol.same:
        return protocol.same
    return protocol.difference if is_difference or kind == "direction" else protocol.margin


def _named(known: Mapping[str, T], what: str, name: str) -> T:
    """Return what has a name; raise ValueError if there is no such."""
    if name not in known:
        raise ValueError(f"{what}: {allowed(name, known)}")
    return known[name]


def _stated(read: Statement) -> Stated:
    """Return the value, the range's ends, the sign or the table; raise ValueError if there are several."""
    ends = as_range(read.between) if read.between else None
    found = [each for each in (read.reported, ends, read.direction, read.table) if each is not None]
    if len(found) > 1:
        raise ValueError("found several of reported, between, direction and table, allowed: one of them")
    if read.table is not None and len(set(read.table.values())) < 2:
        raise ValueError("table: found no two different values, allowed: values that can be ranked")
    return found[0] if found else None


def read_claims(path: Path) -> Claims:
    """Read and validate the claims file; raise UserError with a line for each mistake."""
    return read(Claims, path)
