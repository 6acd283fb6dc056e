"""Tables as CSV, Markdown and LaTeX."""

import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from test_report import CLAIMS, measured

from workflow.report.claims import read_claims
from workflow.report.scorecard import READERS, VERDICTS, scorecard, summary
from workflow.report.tables import latex, markdown, write_table

TABLE = pd.DataFrame({"of": ["a_b & 50 %", "c"], "share": [91.23456, None], "seeds": [1, 2]})
# What LaTeX's own UTF-8 knows without further packages, of what is not ASCII.
KNOWN = set("§°±·×–—‘’“”…äöüß")


def test_a_table_is_written_whole_as_csv_and_rounded_for_readers(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", TABLE)
    assert pd.read_csv(tmp_path / "t.csv").equals(TABLE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.csv", "t.md", "t.tex"]
    assert markdown(TABLE).splitlines() == [
        "| of         |   share |   seeds |",
        "|:-----------|--------:|--------:|",
        "| a_b & 50 % |   91.23 |       1 |",
        "| c          |         |       2 |",
    ]


def cells(row: str) -> int:
    return len(re.findall(r"(?<!\\)&", row)) + 1


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return scorecard(read_claims(CLAIMS), tmp_path_factory.mktemp("nothing measured"), measured())


def test_latex_is_whole(card: pd.DataFrame) -> None:
    for table, wide in [(TABLE, ()), (card[READERS], ("says",)), (summary(card), ())]:
        lines = latex(table, wide).splitlines()
        begin = re.fullmatch(r"\\begin\{longtable\}\{((?:[lr]|p\{6cm\})+)\}", lines[0])
        assert begin
        assert lines[-1] == r"\end{longtable}"
        assert len(re.findall(r"l|r|p\{6cm\}", begin[1])) == len(table.columns)
        rows = lines[lines.index(r"\endlastfoot") + 1 : -1]
        assert len(rows) == len(table)
        assert {cells(row) for row in rows} == {len(table.columns)}
        assert all(row.endswith(r"\\") for row in rows)
        text = "".join(rows)
        assert not re.search(r"(?<!\\)[%#$_]", re.sub(r"\\text\w+|\\[_%#$&{}]", "", text))
        assert {letter for letter in text if ord(letter) > 127} <= KNOWN
    assert r"a\_b \& 50 \% & 91.23 & 1 \\" in latex(TABLE)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_compiles(card: pd.DataFrame, tmp_path: Path) -> None:
    tables = [latex(TABLE), latex(card[READERS], ("says",)), latex(summary(card))]
    packages = r"\usepackage{longtable,booktabs}"
    (tmp_path / "tables.tex").write_text("\n".join([r"\documentclass{article}", packages, r"\begin{document}", *tables, r"\end{document}"]))
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "tables.tex"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout
    assert "Output written on tables.pdf" in said, said


def test_the_summary_counts_every_claim_once(card: pd.DataFrame) -> None:
    counts = summary(card)
    assert counts["claims"].sum() == len(card)
    assert counts[VERDICTS].sum().sum() == len(card)
    assert counts["measured"].sum() == 0
    assert card["budget"].unique() == "paper"
    assert counts.set_index("report").loc["A", "claims"] == sum(each.report == "A" for each in read_claims(CLAIMS).claims)
