"""Each report in its own order: contents.yaml, with the judged statements put to their places."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from workflow.io.errors import UserError
from workflow.params.model import Model
from workflow.report.claims import ReportLetter
from workflow.report.page.statements import ReadingView, StatementView
from workflow.report.yaml_files import read, repeated

CONTENTS = Path(__file__).with_name("contents.yaml")


class Place(Model):
    """A place of a report: a section, a figure or a table."""

    place: str
    """Its name in the report, as claims give it."""

    title: str
    """What is there."""

    shows: list[str] = Field(default_factory=list)
    """The figures that rebuild it, `<kind>-<variant>`."""

    note: str = ""
    """What a reader should know of it; empty if nothing."""


class MainStatement(Model):
    """The statement that a report stands for at the top of the page."""

    statement: str
    """Its id in claims.yaml."""

    says: str
    """The same in a few words."""


class Report(Model):
    """A report's contents."""

    title: str
    """Its own title."""

    source: str | None
    """Where it or its code is published."""

    main: MainStatement
    """What it states first of all."""

    places: list[Place]
    """What is rebuilt, in the report's order."""

    @model_validator(mode="after")
    def _each_place_once(self) -> Self:
        if twice := repeated(each.place for each in self.places):
            raise ValueError(f"places: found twice: {', '.join(twice)}")
        return self


class Contents(Model):
    """All reports."""

    reports: dict[ReportLetter, Report]
    """By letter."""

    budgets: dict[str, str]
    """What each budget is for."""


@dataclass(frozen=True)
class Section:
    """A place of a report as the page shows it.

    Attributes:
        id: Its anchor on the page.
        place: Its name in the report.
        title: What is there; empty if only statements name the place.
        statements: What the report says there.
        shows: The figures that rebuild it.
        note: What a reader should know of it; empty if nothing.
    """

    id: str
    place: str
    title: str
    statements: list[StatementView]
    shows: list[str]
    note: str


@dataclass(frozen=True)
class Rebuilt:
    """A report as the page rebuilds it.

    Attributes:
        letter: Of the report.
        report: Its contents.
        sections: Its places that have statements or figures.
        missing: Figures that nothing has drawn.
    """

    letter: str
    report: Report
    sections: Sequence[Section]
    missing: Sequence[str]


def read_contents() -> Contents:
    """Read and validate the contents; raise UserError with a line for each mistake."""
    return read(Contents, CONTENTS)


def sections(letter: str, report: Report, statements: Sequence[StatementView]) -> list[Section]:
    """Return a report's places that have statements or figures, in its order, then those that only statements name."""
    by_place: dict[str, list[StatementView]] = {}
    for statement in statements:
        if statement.report == letter:
            by_place.setdefault(statement.place, []).append(statement)
    listed = {each.place: each for each in report.places}
    named = {**listed, **{place: Place(place=place, title="") for place in by_place if place not in listed}}
    found = [Section(anchor(letter, name), name, each.title, by_place.get(name, []), each.shows, each.note) for name, each in named.items()]
    return [section for section in found if section.statements or section.shows]


def rebuild(letter: str, report: Report, statements: Sequence[StatementView], drawn: Collection[str]) -> Rebuilt:
    """Return a report with what it says and shows.

    Args:
        letter: Of the report.
        report: Its contents.
        statements: Those of all reports.
        drawn: The figures that there are.
    """
    found = sections(letter, report, statements)
    return Rebuilt(letter, report, found, [name for section in found for name in section.shows if name not in drawn])


def anchor(letter: str, place: str) -> str:
    """Return the page's anchor of a report's place."""
    return f"{letter}-{place.replace('§', 'section-').replace(' ', '-')}"


def check_main_statements(contents: Contents, known: Collection[str]) -> None:
    """Raise UserError if the main statement of a report is none of the ids that are known."""
    for letter, report in contents.reports.items():
        if report.main.statement not in known:
            raise UserError(
                f"{CONTENTS}: reports.{letter}.main: found {report.main.statement}, allowed: the id of a statement in claims.yaml"
            )


def main_statements(contents: Contents, statements: Sequence[StatementView]) -> list[tuple[str, Report, ReadingView]]:
    """Return each report with its letter and the reading of its main statement; raise UserError if there is no such statement."""
    readings = {each.primary.id: each.primary for each in statements}
    check_main_statements(contents, readings)
    return [(letter, report, readings[report.main.statement]) for letter, report in contents.reports.items()]


def figures_elsewhere(reports: Iterable[Report], figures: Sequence[str]) -> list[str]:
    """Return the figures that belong to no place."""
    used = {name for report in reports for place in report.places for name in place.shows}
    return [name for name in figures if name not in used]
