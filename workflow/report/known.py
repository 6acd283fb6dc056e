"""What is known of every statement: the best of this run's result and of the results that Git holds."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import Field

from workflow.params.model import Model, Name, validate
from workflow.params.training import MeasuredBudget
from workflow.pipeline import paths
from workflow.report.claims import Claims
from workflow.report.equivalence import PRECISIONS
from workflow.report.scorecard import Judged, JudgedStatement, corrected, judge
from workflow.report.verdicts import Verdict
from workflow.report.yaml_files import read

COMMITTED = Path(__file__).with_name("page") / "committed.yaml"
CHECKSUMS = COMMITTED.with_name("committed.sha256")
HELD = ("metrics", "losses", "fidelity_by_epoch", "figures")  # folders of reports/<budget> that a page reads
TRAININGS = "metrics/train"  # the only one of those that a page reads of a budget that it does not show
MEASURED = 2  # worth of a value; of a statement of which only another reading than the primary one has a value: 1
WORTH: dict[str, int] = {Verdict.REPRODUCED: 4, Verdict.NOT_REPRODUCED: 4, Verdict.INCONCLUSIVE: 3}  # of a verdict


class Measured(Model):
    """Where and when results were measured."""

    processor: str
    """What they were measured on."""

    measured: str
    """When."""


class CommittedBudget(Measured):
    """Results of a budget that Git holds."""

    budget: Name
    """As in params.yaml."""


class OtherBudgets(Measured):
    """Results of budgets that Git holds for a comparison."""

    budgets: list[Name]
    """As in params.yaml."""


class Committed(Model):
    """The file of all results that Git holds."""

    results: list[CommittedBudget] = Field(min_length=1)
    """The best first: of two results of one worth, a page shows the first."""

    others: list[OtherBudgets] = Field(default_factory=list)
    """Those that hypotheses and comparisons of seeds or precisions are judged by."""

    @property
    def shown(self) -> list[str]:
        """The names of the budgets whose results a page shows, the best first."""
        return [each.budget for each in self.results]

    @property
    def compared(self) -> list[str]:
        """The names of the other budgets, sorted."""
        return sorted(name for each in self.others for name in each.budgets)


@dataclass(frozen=True)
class Source:
    """Results of a budget, and what was judged by them.

    Attributes:
        budget: As in params.yaml.
        folder: Of its metrics, tables and figures.
        own: Whether they are the page's own, not committed ones that stand beside them.
        seeds: Of its trainings.
        judged: All statements, judged by them.
    """

    budget: str
    folder: Path
    own: bool
    seeds: Sequence[int]
    judged: Sequence[JudgedStatement]


@dataclass(frozen=True)
class KnownStatement:
    """A statement with its best result, and the others.

    Attributes:
        best: How each of its readings was judged by the best result of that reading.
        source: What the primary reading's result is of.
        sources_of_others: What those of the other readings are of.
        beside: Other results of its primary reading, and the page's own of any; that one first.
    """

    best: JudgedStatement
    source: Source
    sources_of_others: Sequence[Source]
    beside: Sequence[tuple[Source, JudgedStatement]]

    @property
    def readings(self) -> list[tuple[Source, Judged]]:
        """The best result of each reading, the primary one's first."""
        return [(self.source, self.best.primary), *zip(self.sources_of_others, self.best.others, strict=True)]


def read_committed() -> Committed:
    """Read and validate what Git holds; raise UserError with a line for each mistake."""
    return read(Committed, COMMITTED)


def gather_sources(own: str | None, budgets: Mapping[str, Any], claims: Claims) -> list[Source]:
    """Return a budget's results and the committed ones of others, the best first; a folder that is not there is left out.

    Args:
        own: Name of the page's budget; None for the committed results alone.
        budgets: Of params.yaml, and the page's own.
        claims: What the reports state.
    """
    listed = [name for name in read_committed().shown if name in budgets and (paths.reports(name) / "metrics").is_dir()]
    names = dict.fromkeys(listed if own is None else [*listed, own])
    return [judged_source(validate(MeasuredBudget, budgets[name], f"budgets.{name}"), name == own, claims) for name in names]


def judged_source(budget: MeasuredBudget, own: bool, claims: Claims, folder: Path | None = None) -> Source:
    """Return the results of one budget, judged; its folder is that of its name, if none is given."""
    folder = folder or paths.reports(budget.name)
    return Source(budget.name, folder, own, budget.seeds, judge(claims, folder, budget))


def known(sources: Sequence[Source]) -> list[KnownStatement]:
    """Return every statement with its best result; if nothing has one, with the page's own.

    The verdicts of a report are to be right together, from whichever budgets they come and however many of those tested a statement.

    Args:
        sources: The best first; all judge the same statements.
    """
    found = [_known(list(zip(sources, results, strict=True))) for results in zip(*(each.judged for each in sources), strict=True)]
    return [replace(each, best=best) for each, best in zip(found, corrected([_of_all_tests(each) for each in found]), strict=True)]


def _of_all_tests(known: KnownStatement) -> JudgedStatement:
    """Return the best result, its p-value that of the best of as many tests as budgets made (Bonferroni)."""
    primary, others = known.best.primary, [judged.primary for _, judged in known.beside]
    if (p_value := primary.judgement.p_value) is None:
        return known.best
    tests = sum(each.judgement.p_value is not None for each in (primary, *others))
    return replace(
        known.best, primary=replace(primary, judgement=replace(primary.judgement, p_value=min(1.0, p_value * tests), budgets=tests))
    )


def _known(results: list[tuple[Source, JudgedStatement]]) -> KnownStatement:
    ordered = sorted(results, key=lambda result: (-_worth(result[1]), _worth(result[1]) == 0 and not result[0].own))
    source, best = ordered[0]
    others = [_best_of_other(number, ordered) for number in range(len(best.others))]
    beside = [result for result in ordered[1:] if _worth(result[1]) >= (1 if result[0].own else MEASURED)]
    return KnownStatement(
        best=replace(best, others=[judged for _, judged in others]),
        source=source,
        sources_of_others=[source for source, _ in others],
        beside=sorted(beside, key=lambda result: not result[0].own),
    )


def _best_of_other(number: int, results: Sequence[tuple[Source, JudgedStatement]]) -> tuple[Source, Judged]:
    """Return the best result of a reading other than the primary one; of several of one worth, the first."""
    return max(((source, judged.others[number]) for source, judged in results), key=lambda result: _worth_of_reading(result[1]))


def _worth(judged: JudgedStatement) -> int:
    """Return how much a result says: a verdict most, then any value of the primary reading, then one of another reading."""
    return _worth_of_reading(judged.primary) or int(any(map(_worth_of_reading, judged.others)))


def _worth_of_reading(judged: Judged) -> int:
    if judged.measurement.centre is None:
        return 0
    return WORTH.get(judged.judgement.verdict, MEASURED)


def checksums(budgets: Iterable[str], supposed: Iterable[str], compared: Iterable[str]) -> str:
    """Return a line for each part of what Git holds that a page reads: a page whose stage depends on them is made anew when one changes.

    The results of the precision study are read whole, too.

    Args:
        budgets: Whose results a page shows.
        supposed: Those that hypotheses compare; of the others of them a page reads what was measured beside what is stated.
        compared: Those that Git holds besides; of them a page reads how long and how often they trained.
    """
    shown = [*budgets, *(budget for budget in PRECISIONS if paths.reports(budget).is_dir())]
    lines = [(_checksum(paths.reports(budget), HELD), paths.reports(budget)) for budget in shown]
    others = [paths.reports(budget) for budget in compared if budget not in shown]
    lines += [(_checksum(folder, [TRAININGS]), folder / TRAININGS) for folder in others]
    files = [paths.said_measured(budget) for budget in sorted(set(supposed).difference(shown))]
    lines += [(hashlib.sha256(file.read_bytes()).hexdigest(), file) for file in files if file.exists()]
    return "".join(f"{digest}  {path.as_posix()}\n" for digest, path in lines)


def _checksum(folder: Path, parts: Iterable[str]) -> str:
    """Return one of all files in parts of a folder."""
    whole = hashlib.sha256()
    for part in parts:
        for file in sorted(path for path in (folder / part).rglob("*") if path.suffix in (".json", ".tsv", ".png")):
            whole.update(f"{file.relative_to(folder).as_posix()}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()
