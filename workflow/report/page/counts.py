"""How many statements each report makes, and what became of them, as the page counts them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from workflow.report.scorecard import BASELINE, DEMONSTRATION, JudgedStatement, summary
from workflow.report.tables.formats import records
from workflow.report.tally import row_in_words


@dataclass(frozen=True)
class Counts:
    """The statements of a page, counted.

    Attributes:
        total: How many there are.
        outcomes: What may become of them.
        rows: A report's counts, by its letter and by outcome.
        words: The same in words.
        demonstrations: How many there are of each report, besides.
        baselines: How many there are, besides.
    """

    total: int
    outcomes: Sequence[str]
    rows: Mapping[str, Mapping[str, int]]
    words: Mapping[str, str]
    demonstrations: Mapping[str, int]
    baselines: int


def counts(tally: pd.DataFrame, judged: Sequence[JudgedStatement]) -> Counts:
    """Return the counts of a page.

    Args:
        tally: A row a report, by its letter, and a column an outcome.
        judged: The statements that it is made from.
    """
    kinds = {str(row["report"]): row for row in records(summary(judged))}
    rows = dict(zip(tally.index, records(tally), strict=True))
    return Counts(
        total=int(tally.to_numpy().sum()),
        outcomes=[str(name) for name in tally],
        rows=rows,
        words={letter: row_in_words(row) for letter, row in rows.items()},
        demonstrations={letter: kinds[letter][DEMONSTRATION] for letter in rows},
        baselines=sum(row[BASELINE] for row in kinds.values()),
    )
