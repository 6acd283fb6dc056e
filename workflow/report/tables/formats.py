"""The formats of tables: CSV with all digits, Markdown and LaTeX rounded for readers."""

from pathlib import Path
from typing import Any

import pandas as pd

from workflow.io.files import write_text

DIGITS = ".4g"


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as CSV, and as Markdown and LaTeX beside it."""
    write_csv(path, table)
    write_texts(path, table)


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a table as CSV."""
    write_text(path, table.to_csv(index=False, float_format="%.8g"))


def write_texts(csv: Path, table: pd.DataFrame, wide: tuple[str, ...] = ()) -> None:
    """Write a table as Markdown and LaTeX beside a CSV file; `wide` names the columns of running text."""
    write_text(csv.with_suffix(".md"), markdown(table))
    write_text(csv.with_suffix(".tex"), latex(table, wide))


def markdown(table: pd.DataFrame) -> str:
    """Return a table as Markdown, numbers rounded and to the right."""
    sides = ["right" if numeric else "left" for numeric in _numeric(table)]
    return _rounded(table).to_markdown(index=False, disable_numparse=True, colalign=sides) + "\n"


def latex(table: pd.DataFrame, wide: tuple[str, ...] = ()) -> str:
    """Return a table as LaTeX, numbers rounded and to the right; it needs the packages longtable and booktabs.

    Args:
        table: What is written.
        wide: Columns of running text, which are broken into lines.
    """
    sides = ["r" if numeric else "p{6cm}" if name in wide else "l" for name, numeric in zip(table, _numeric(table), strict=True)]
    return str(_rounded(table).to_latex(index=False, escape=True, longtable=True, column_format="".join(sides)))


def _numeric(table: pd.DataFrame) -> list[bool]:
    return [dtype.kind in "if" for dtype in table.dtypes]


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table as texts, empty where there is nothing."""
    return table.map(lambda value: "" if pd.isna(value) else f"{value:{DIGITS}}" if isinstance(value, float) else str(value))


def records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the rows as mappings, with None where a cell is empty."""
    return table.astype(object).where(table.notna(), None).to_dict("records")
