"""From judged statements to the rows of forest and rank plots."""

from itertools import groupby
from math import inf
from pathlib import Path

import pytest
from PIL import Image

from tests.helpers.project import ROOT
from tests.helpers.small_page import CLAIMS, judged, results
from workflow.io.files import write_json
from workflow.params.groups import GRAPH
from workflow.params.model import load, validate
from workflow.params.training import MeasuredBudget
from workflow.report.claims import read_claims
from workflow.report.comparisons import comparison_figures, forest_rows, in_label, rank_tables, scale_of, start_figures
from workflow.report.measurements import Measurement
from workflow.report.scorecard import JudgedStatement, judge, judge_reading
from workflow.report.verdicts import Count, CountDirection, Difference, Direction, Range, Ranking, Rule, Value


def test_the_graph_knows_every_figure_of_statements() -> None:
    stage = load(GRAPH)["stages"]["figures_reports"]
    claims, nothing = read_claims(CLAIMS), Measurement({}, 0, unlike=None, share=None, exact=False, evidence=None)
    unmeasured = [JudgedStatement(each, judge_reading(claims.readings(each)[0], nothing), []) for each in claims.statements]
    names = {name for name, _ in comparison_figures(unmeasured)}
    for kind, declared in (("pdf", stage["outs"]), ("png", [file for plot in stage["plots"] for file in plot])):
        assert {Path(file).name for file in declared} == {f"{name}.{kind}" for name in names}


@pytest.mark.parametrize(
    ("rule", "scale"),
    [
        (Value(93.75, 0.5), (93.75, 0.5, 0)),
        (Difference(-3.64, 0.3), (-3.64, 0.3, 0)),
        (Range(50.0, 90.0, 2.0), (70.0, 20.0, 0)),
        (Range(50.0, 90.0, 2.0, widened=2.0), (70.0, 22.0, 0)),
        (Range(-inf, 38.0, 5.0), (38.0, 5.0, -1)),
        (Range(90.0, inf, 2.0, widened=2.0), (88.0, 2.0, 1)),
        (Direction(-1, 0.3), (0.0, 0.3, -1)),
        (Count(0.5, 1.0), (0.75, 0.25, 0)),
        (CountDirection(1), (0.0, 0.5, 1)),
        (Ranking(0.5), (0.5, 0.5, 1)),
    ],
)
def test_every_rule_has_a_scale_on_which_agreement_is_within_one_or_to_the_right(rule: Rule, scale: tuple[float, float, int]) -> None:
    assert scale_of(rule) == pytest.approx(scale)


def test_a_forest_has_the_measured_readings_of_a_report_side_by_side(tmp_path: Path) -> None:
    statements = [each.best for each in judged(results(tmp_path))]
    rows = forest_rows(statements, "A")
    labels = [label for label, _ in groupby(rows, lambda row: row.label)]
    assert len(labels) == len(set(labels)), "the readings of a statement lie together"
    named = [row.label for row in rows if row.named]
    assert len(named) == len(set(named)), "each statement has a line of its own"
    gain = [row for row in rows if "triplets gain almost 2 points" in row.label]
    assert [(row.primary, row.stated, row.measured) for row in gain] == [(True, "1.68", 1.0), *[(False, "1.68", 1.0)] * 2]
    assert {row.verdict for row in rows} <= {"reproduced", "not reproduced", "inconclusive", "for", "against", "open"}
    assert forest_rows(statements, "E") == []


def test_no_two_statements_have_one_label_and_none_says_how_it_is_measured() -> None:
    labels = [(each.report, each.place, in_label(each.says)) for each in read_claims(CLAIMS).statements]
    assert [label for *_, label in labels if "measured as" in label] == []
    assert {label for label in labels if labels.count(label) > 1} == set()


def test_a_reading_with_which_another_band_agrees_has_a_line_of_its_own() -> None:
    budget = validate(MeasuredBudget, load(ROOT / "params.yaml")["budgets"]["cpu"], "budgets.cpu")
    statements = judge(read_claims(CLAIMS), ROOT / "reports/cpu", budget)
    samples, sharpness = (row for row in forest_rows(statements, "C") if "pass for real digits" in row.label)
    assert (samples.stated, samples.direction, samples.primary, samples.named) == ("at most 50", -1, True, True)
    assert (sharpness.stated, sharpness.direction, sharpness.primary, sharpness.named) == ("0.8 to 1.2", 0, False, True)
    assert sharpness.label == f"{samples.label}: sharpness"


def test_a_rank_plot_has_the_rows_of_a_table_that_were_measured(tmp_path: Path) -> None:
    claims = read_claims(CLAIMS)
    (table,) = (each for each in claims.statements if each.id == "D-2.2-table-1")
    assert table.table is not None
    measured = dict(zip(table.table, (97.0, 98.0, 99.0), strict=False))
    for variant, score in measured.items():
        write_json(tmp_path / f"metrics/lenet_score/{variant}-0.json", {"score": score, "about": []})
    tables = rank_tables(judge(claims, tmp_path, MeasuredBudget(name="short", dataset="mnist", seeds=[0])))
    title, rows = {name: (title, rows) for name, title, rows in tables}["ranks-D-2.2-table-1"]
    assert title.startswith("Report D, table 1: ")
    assert [(row.label, row.reported, row.measured) for row in rows] == [
        (label, table.table[name], score)
        for label, (name, score) in zip(
            ("128→784 against 128→1", "128→784 against 128→8→1", "128→512→784 against 128→1"), measured.items(), strict=True
        )
    ]


def test_a_row_that_only_another_reading_is_of_has_its_name(tmp_path: Path) -> None:
    accuracies = {f"real-{share}": {"fine_tuned": 99.0, "plain": 98.0} for share in (100, 75, 50, 25, 0)}
    write_json(tmp_path / "metrics/retrain/cgan-best-0.json", {**accuracies, "about": []})
    tables = rank_tables(judge(read_claims(CLAIMS), tmp_path, MeasuredBudget(name="short", dataset="mnist", seeds=[0])))
    (rows,) = (rows for name, _, rows in tables if name == "ranks-D-4-table-4")
    assert rows[0].label == "LeNet's accuracy, trained on real images alone"
    assert not any(row.label.startswith("real-") for row in rows)


def test_two_starts_are_shown_together_for_each_seed_that_has_both(tmp_path: Path) -> None:
    for name, value in [("dcgan-fashion-0", 10), ("dcgan-fashion-1", 20), ("dcgan-fashion-pretrained-1", 30)]:
        Image.new("L", (40, 20), value).save(tmp_path / f"snapshots-{name}.png")
    ((name, figure),) = start_figures(tmp_path)
    assert name == "starts-1"
    assert [axes.get_title("left").partition(",")[0] for axes in figure.axes] == ["dcgan-fashion", "dcgan-fashion-pretrained"]
    assert [round(255 * float(axes.images[0].get_array().max())) for axes in figure.axes] == [20, 30]
