"""How much of each report holds."""

import pandas as pd
import pytest

from workflow.report.figures import tally as figure
from workflow.report.figures.style import PHONE_WIDTH, WIDTH
from workflow.report.tally import OUTCOMES, in_words, outcome, sentences, tally

COLUMNS = ("report", "reproduced", "not reproduced", "no verdict", "for", "against", "open")


@pytest.fixture
def found() -> pd.DataFrame:
    return tally(pd.DataFrame([("D", 10, 20, 40, 5, 6, 9), ("A", 1, 0, 7, 0, 2, 0), ("baseline", 7, 7, 7, 7, 7, 7)], columns=COLUMNS))


def test_each_statement_of_a_report_counts_once(found: pd.DataFrame) -> None:
    assert found.index.tolist() == ["A", "D"]
    assert found.to_numpy().tolist() == [[1, 0, 0, 2, 0, 5], [10, 20, 5, 6, 9, 20]]


def test_words_add_them_up_and_leave_out_what_there_is_none_of(found: pd.DataFrame) -> None:
    said = sentences(found)
    assert said.startswith("Of 78 statements, 11 are reproduced and 20 are not. 22 have no verdict, ")
    assert said.endswith("the evidence so far is for 5 of them, against 8, and unclear for 9. 25 have not been measured.")
    without = "2 without a verdict (evidence against it 2)"
    assert in_words(found).startswith(f"Report A: 1 reproduced, 5 not measured, {without};")


@pytest.mark.parametrize(
    ("verdict", "indication", "called"),
    [
        ("reproduced", None, "reproduced"),
        ("inconclusive", "for", "no verdict, evidence for it"),
        ("not run", "open", "no verdict, evidence unclear"),
        ("not run", None, "not measured"),
        ("baseline", None, "baseline"),
    ],
)
def test_a_page_calls_what_was_measured_by_the_words_of_its_chart(verdict: str, indication: str | None, called: str) -> None:
    assert outcome(verdict, indication) == called
    assert called in OUTCOMES


@pytest.mark.parametrize("width", [WIDTH, PHONE_WIDTH])
def test_all_bars_are_as_long_and_a_part_is_as_long_as_its_share(found: pd.DataFrame, width: float) -> None:
    (axes,) = figure.plot(found, width).axes
    widths = [[bar.get_width() for bar in bars] for bars in axes.containers]
    assert [sum(report) for report in zip(*widths, strict=True)] == pytest.approx([1, 1])
    assert widths[0] == pytest.approx([1 / 8, 10 / 70])
    names = [label.get_position()[1] for label in axes.get_yticklabels()]
    middles = [bar.get_y() + bar.get_height() / 2 for bar in axes.containers[0]]
    assert [name < middle for name, middle in zip(names, middles, strict=True)] == [width < WIDTH] * 2
    assert sorted(text.get_text() for text in axes.texts if text.get_text()) == sorted(["1", "2", "5", "10", "20", "5", "6", "9", "20"])
