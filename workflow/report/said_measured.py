"""What reports say in numbers beside what each budget measured, seed by seed: reports/said_measured/<budget>.csv."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isfinite
from pathlib import Path
from statistics import mean

import numpy as np
import pandas as pd

from workflow.io.errors import UserError, first_line
from workflow.report.claims import Reading
from workflow.report.runs import rank_correlation
from workflow.report.scorecard import JudgedStatement

TYPES = {"statement": str, "low": float, "high": float, "seed": int, "measured": float}
COLUMNS = list(TYPES)
LEAST_RANKED = 3  # rows that a rank correlation says something of


@dataclass(frozen=True)
class Said:
    """A stated number, or the ends of a stated range, and the value measured with each seed.

    Attributes:
        low: The number, or the lower end; -inf where the range has none.
        high: The number, or the upper end; inf where the range has none.
        measured: By seed.
    """

    low: float
    high: float
    measured: Mapping[int, float]

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of what is stated, both the same of a number; of an open range both the one that there is."""
        ends = [end for end in (self.low, self.high) if isfinite(end)]
        return ends[0], ends[-1]

    @property
    def stated(self) -> float:
        """The number, or the middle of a range; of an open one its end."""
        return sum(self.ends) / 2

    def distance(self, value: float) -> float:
        """Return how far a value lies from the number, or beyond the nearest end of the range; >= 0."""
        return max(self.low - value, value - self.high, 0.0)


SaidAndMeasured = Mapping[str, Said]


@dataclass(frozen=True)
class Agreement:
    """How near what a budget measured comes to what the report states, mean over seeds.

    Attributes:
        distance: Mean absolute distance of the rows.
        rank: Spearman's rank correlation of the rows; none of fewer than three.
        rows: How many.
        seeds: With how many all rows were measured.
        between_seeds: Mean absolute distance of the rows between two of those seeds; none of a single seed.
    """

    distance: float
    rank: float | None
    rows: int
    seeds: int
    between_seeds: float | None


def row_name(statement: str, reading: str) -> str:
    """Return what a statement is called in one of its readings: its id in the primary one, else that and the reading's name."""
    return f"{statement}/{reading}" if reading else statement


def row_parts(row: str) -> tuple[str, str]:
    """Return the statement and the reading of what `row_name` returned."""
    statement, _, reading = row.partition("/")
    return statement, reading


def said_measured(judged: Iterable[JudgedStatement]) -> pd.DataFrame:
    """Return a row for each seed of each stated number or range, in each of its readings: `COLUMNS`."""
    rows = [
        (row_name(each.statement.id, judged_reading.reading.name), *ends, seed, value)
        for each in judged
        for judged_reading in (each.primary, *each.others)
        if (ends := _ends(judged_reading.reading)) is not None
        for seed, value in judged_reading.measurement.values.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def read_results(file: Path) -> dict[str, Said]:
    """Return what a budget measured, by statement; nothing of one that has not run.

    Raises:
        UserError: If the file is no such table.
    """
    if not file.exists():
        return {}
    try:
        table = pd.read_csv(file, dtype=TYPES)
    except ValueError as error:  # pandas' errors are such
        raise UserError(f"{file}: not a table of stated and measured values: {first_line(error)}") from error
    if list(table) != COLUMNS:
        raise UserError(f"{file}: found the columns {', '.join(map(str, table))}, allowed: {', '.join(COLUMNS)}")
    return results_of(table)


def results_of(table: pd.DataFrame) -> dict[str, Said]:
    """Return what `said_measured` returned, by statement."""
    return {
        str(statement): Said(rows["low"].iloc[0], rows["high"].iloc[0], dict(zip(rows["seed"], rows["measured"], strict=True)))
        for statement, rows in table.groupby("statement", sort=False)
    }


def all_results(folder: Path) -> dict[str, dict[str, Said]]:
    """Return what every budget that has run measured, by its name: a file of the folder a budget."""
    return {file.stem: read_results(file) for file in sorted(folder.glob("*.csv"))}


def agreement(results: SaidAndMeasured, statements: Sequence[str]) -> Agreement | None:
    """Return how near some statements come to what is reported, if all of them were measured with one seed at least."""
    found, ranks = distances(results, statements), rank_correlations(results, statements)
    if not found:
        return None
    rank = mean(ranks.values()) if ranks else None
    return Agreement(mean(found.values()), rank, len(statements), len(found), distance_between_seeds(results, statements))


def distances(results: SaidAndMeasured, statements: Sequence[str]) -> dict[int, float]:
    """Return the mean absolute distance of some statements, by seed; of the seeds with which all of them were measured."""
    return {
        seed: float(np.mean([results[each].distance(results[each].measured[seed]) for each in statements]))
        for seed in _seeds(results, statements)
    }


def distance_between_seeds(results: SaidAndMeasured, statements: Sequence[str]) -> float | None:
    """Return the mean absolute distance of some statements between two seeds, over all pairs of those with which all were measured.

    A report whose numbers are of one training each, made as the budget makes them, would be this far from one seed on average; one
    that averages over trainings, nearer.
    """
    by_seed = [np.array([results[each].measured[seed] for each in statements]) for seed in _seeds(results, statements)]
    pairs = [float(np.abs(one - other).mean()) for one, other in combinations(by_seed, 2)]
    return float(np.mean(pairs)) if pairs else None


def values(results: SaidAndMeasured, statements: Sequence[str]) -> dict[int, float]:
    """Return the mean of what was measured of some statements, by seed, likewise."""
    return {seed: float(np.mean([results[each].measured[seed] for each in statements])) for seed in _seeds(results, statements)}


def rank_correlations(results: SaidAndMeasured, statements: Sequence[str]) -> dict[int, float]:
    """Return Spearman's correlation of what is stated and what was measured, by seed, likewise; 0 if all measured values are one."""
    if len(statements) < LEAST_RANKED:
        return {}
    stated = [results[each].stated for each in statements if each in results]
    found = {seed: [results[each].measured[seed] for each in statements] for seed in _seeds(results, statements)}
    return {seed: rank_correlation(stated, row) for seed, row in found.items()}


def _seeds(results: SaidAndMeasured, statements: Sequence[str]) -> list[int]:
    found = [set(results[each].measured) if each in results else set() for each in statements]
    return sorted(set.intersection(*found)) if found else []


def _ends(reading: Reading) -> tuple[float, float] | None:
    """Return the ends of what is stated, if it is a number or a range of values."""
    if reading.kind in ("value", "difference", "same") and isinstance(reading.stated, float):
        return reading.stated, reading.stated
    return reading.stated if reading.kind == "range" and isinstance(reading.stated, tuple) else None
