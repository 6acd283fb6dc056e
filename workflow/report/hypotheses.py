"""Why reports and measurements disagree: workflow/report/hypotheses.yaml, read and checked."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from workflow.io.errors import UserError
from workflow.params.model import Model, Name, allowed
from workflow.report.claims import Claims, End, ReportLetter, as_range
from workflow.report.names import range_text
from workflow.report.runs import NO_SCALE, Scale
from workflow.report.said_measured import row_name
from workflow.report.yaml_files import read, repeated

Quantity = Literal["distance", "closer", "value", "change", "rank"]


def _check_date(found: object) -> object:
    if isinstance(found, str):
        raise ValueError(f"found the text {found!r}, allowed: a date, which has no quotes, such as 2026-12-01")
    return found


class Prediction(Model):
    """What a hypothesis predicts of some rows; anything else refutes it."""

    rows: Name
    """The name of a set of rows."""

    quantity: Quantity
    """Of each seed. distance: mean absolute distance of the rows from what the report states. closer: by how much that falls from the
    budget `before`. value: mean of the rows. change: of that, from the budget `before`. rank: Spearman's rank correlation with what the
    report states."""

    between: End
    """Its lower and its upper end, null where it has none."""

    @property
    def ends(self) -> tuple[float, float]:
        """The same as numbers."""
        return as_range(self.between)

    @property
    def range_text(self) -> str:
        """The same in words."""
        return range_text(*self.ends)


class Hypothesis(Model):
    """A reason why a report has other numbers, and an experiment that could refute it."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$")]
    """Unique name."""

    report: ReportLetter
    """Whose numbers."""

    explains: str
    """The sentence that it would explain, or the finding."""

    says: str
    """What it supposes."""

    written: Annotated[date, BeforeValidator(_check_date)]
    """When the predictions were written: before the experiment was run."""

    before: Name
    """The budget that it is compared with."""

    after: Name
    """The budget that is run as it supposes."""

    tuned_on: list[Name]
    """Sets of rows that were looked at when it was chosen; predictions of others are its hold-out."""

    tried: Annotated[int, Field(ge=1)]
    """How many explanations of the same rows were tried, this one included: a prediction holds at a level divided by it."""

    predicts: Annotated[list[Prediction], Field(min_length=1)]
    """All of it, or it is refuted."""

    refuted_by: str
    """What would refute it, in words."""


class Hypotheses(Model):
    """The file of hypotheses."""

    rows: dict[Name, Annotated[list[str], Field(min_length=1)]]
    """Sets of statements of claims.yaml, by name: rows of a report's tables. `<id>/<reading>` is another reading than the primary one."""

    called: dict[Name, str] = Field(default_factory=dict)
    """What readers are told of a set instead of its name."""

    primary: dict[Name, str] = Field(default_factory=dict)
    """What readers are told that the primary reading of a set's rows is."""

    hypotheses: list[Hypothesis]
    """All of them; those that failed stay."""

    _scales: Mapping[str, Scale] = PrivateAttr(default_factory=dict)
    _says: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for key, named in {"called": self.called, "primary": self.primary}.items():
            if unknown := sorted(named.keys() - self.rows):
                raise ValueError(f"{key}: {allowed(unknown[0], self.rows)}")
        for name, members in self.rows.items():
            if twice := repeated(members):
                raise ValueError(f"rows.{name}: found {twice[0]} twice, allowed: each once")
        for each in self.hypotheses:
            for name in self.sets_of(each):
                if name not in self.rows:
                    raise ValueError(f"{each.id}: rows: {allowed(name, self.rows)}")
            if each.before == each.after:
                raise ValueError(f"{each.id}: found {each.after} before and after, allowed: two budgets")
            if tuned_on := [name for name in self._unseen(each) if self.seen(each).intersection(self.rows[name])]:
                raise ValueError(f"{each.id}: found rows of {tuned_on[0]} in what it was tuned on too, allowed: all of a set or none")
        if twice := repeated(each.id for each in self.hypotheses):
            raise ValueError(f"found twice: {', '.join(twice)}")
        return self

    @property
    def budgets(self) -> set[str]:
        """The names of the budgets that they compare."""
        return {name for each in self.hypotheses for name in (each.before, each.after)}

    def with_statements(self, says: Mapping[str, str], scales: Mapping[str, Scale]) -> Self:
        """Return the same, knowing what statements say, by id, and the scale of each set of rows."""
        found = self.model_copy()
        found._says, found._scales = says, scales
        return found

    def scale(self, prediction: Prediction) -> Scale:
        """Return on which scale a prediction's intervals are symmetric: those of shares in logits."""
        return self._scales.get(prediction.rows, NO_SCALE) if prediction.quantity == "value" else NO_SCALE

    def says(self, statement: str) -> str:
        """Return what a statement says, by its id; the id of one that was read without claims."""
        return self._says.get(statement, statement)

    def sets_of(self, hypothesis: Hypothesis) -> list[str]:
        """Return the sets of rows that a hypothesis is about."""
        return list(dict.fromkeys([*hypothesis.tuned_on, *(each.rows for each in hypothesis.predicts)]))

    def seen(self, hypothesis: Hypothesis) -> set[str]:
        """Return the rows that were looked at when a hypothesis was chosen."""
        return {row for name in hypothesis.tuned_on for row in self.rows[name]}

    def _unseen(self, hypothesis: Hypothesis) -> list[str]:
        """Return the sets of rows of a hypothesis that are, in name, its hold-out: a part of what was seen is not."""
        seen = self.seen(hypothesis)
        return [each.rows for each in hypothesis.predicts if not seen.issuperset(self.rows[each.rows])]

    def is_held_out(self, hypothesis: Hypothesis, prediction: Prediction) -> bool:
        """Return whether no row of a prediction was looked at when its hypothesis was chosen."""
        return prediction.rows in self._unseen(hypothesis)


def read_hypotheses(path: Path, claims: Claims, budgets: Collection[str]) -> Hypotheses:
    """Read and validate the file of hypotheses; raise UserError with the line of a mistake.

    Args:
        path: Of the file.
        claims: Whose statements its rows are.
        budgets: The names of those in params.yaml.
    """
    found = read(Hypotheses, path)
    for each in found.hypotheses:
        if unknown := [name for name in (each.before, each.after) if name not in budgets]:
            raise UserError(f"{path}: {each.id}: {allowed(unknown[0], budgets)}")
    _check_reports(path, found, claims)
    return found.with_statements({each.id: each.says for each in claims.statements}, _scales(path, found.rows, claims))


def _check_reports(path: Path, found: Hypotheses, claims: Claims) -> None:
    """Raise UserError if a hypothesis is about rows of another report than its own."""
    reports = {each.id: each.report for each in claims.statements}
    for each in found.hypotheses:
        for name in found.sets_of(each):
            if others := [row for row in found.rows[name] if reports.get(row.split("/")[0], each.report) != each.report]:
                raise UserError(f"{path}: {each.id}: rows.{name}: found {others[0]}, allowed: statements of report {each.report}")


def _scales(path: Path, rows: Mapping[str, Sequence[str]], claims: Claims) -> dict[str, Scale]:
    """Return the scale of each set of rows; raise UserError if a row is no reading of a statement, or of another unit than the first."""
    scales = {row_name(each.id, reading.name): reading.scale for each in claims.statements for reading in claims.readings(each)}
    for name, members in rows.items():
        if unknown := [row for row in members if row not in scales]:
            raise UserError(f"{path}: rows.{name}: found {unknown[0]}, allowed: the id of a statement in claims.yaml, or <id>/<reading>")
        if other := [row for row in members if scales[row] != scales[members[0]]]:
            raise UserError(f"{path}: rows.{name}: found {other[0]} in another unit than {members[0]}, allowed: one unit")
    return {name: scales[members[0]] for name, members in rows.items()}
