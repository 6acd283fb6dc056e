"""A hypothesis is judged by what it predicted, on rows that were not looked at, over at least three seeds."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.helpers.project import ROOT
from tests.helpers.small_claims import claims
from workflow.io.errors import UserError
from workflow.io.files import write_json
from workflow.params.model import load, validate
from workflow.params.training import MeasuredBudget
from workflow.report.claims import read_claims
from workflow.report.hypotheses import Hypotheses, read_hypotheses
from workflow.report.hypothesis_panels import READINGS, before_and_after, panels, readings
from workflow.report.hypothesis_verdicts import Outcome, hypotheses_table, judge_hypotheses
from workflow.report.runs import Scale
from workflow.report.said_measured import Said, distance_between_seeds, distances, rank_correlations, read_results, said_measured
from workflow.report.scorecard import judge

FILE = ROOT / "workflow/report/hypotheses.yaml"
HYPOTHESIS: dict[str, Any] = {
    "id": "H1",
    "report": "A",
    "explains": "a sentence",
    "says": "a cause",
    "written": date(2026, 11, 25),
    "before": "plain",
    "after": "caused",
    "tuned_on": ["seen"],
    "tried": 1,
    "predicts": [
        {"rows": "seen", "quantity": "distance", "between": [None, 5.0]},
        {"rows": "unseen", "quantity": "distance", "between": [None, 5.0]},
    ],
    "refuted_by": "more than 5 points",
}
ROWS = {"seen": ["a", "b"], "unseen": ["c"], "a-part": ["a"], "a-mixture": ["b", "c"], "all": ["a", "b", "c"]}


def hypotheses(**changes: Any) -> Hypotheses:
    content = {"rows": ROWS, "hypotheses": [{**HYPOTHESIS, **changes}]}
    return validate(Hypotheses, content, file=Path("hypotheses.yaml"))


def results(*off: Sequence[float]) -> dict[str, Said]:
    """Return rows `a`, `b` and `c` of 50, 60 and 70, each so far off, seed by seed."""
    rows = zip("abc", (50.0, 60.0, 70.0), off, strict=True)
    return {name: Said(stated, stated, {seed: stated + each for seed, each in enumerate(row)}) for name, stated, row in rows}


NEAR, FAR, SPREAD = (1.0, 2.0, 1.5), (20.0, 21.0, 22.0), (0.0, 9.0, 3.0)


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        (results(NEAR, NEAR, NEAR), "supported"),
        (results(NEAR, NEAR, FAR), "refuted"),
        (results(NEAR, NEAR, SPREAD), "open"),
        (results(NEAR[:2], NEAR[:2], NEAR[:2]), "open"),
        (results(FAR[:1], FAR[:1], FAR[:1]), "open"),
        (results(NEAR, NEAR, ()), "open"),
        ({}, "open"),
    ],
)
def test_the_verdict_is_by_rule(after: dict[str, Said], verdict: str) -> None:
    (found,) = judge_hypotheses(hypotheses(), {"plain": results(FAR, FAR, FAR), "caused": after})
    assert found.verdict == verdict


def test_what_fits_only_the_rows_that_it_was_tuned_on_is_not_supported() -> None:
    fitted = hypotheses(predicts=[HYPOTHESIS["predicts"][0], {"rows": "a-part", "quantity": "distance", "between": [None, 5.0]}])
    (found,) = judge_hypotheses(fitted, {"caused": results(NEAR, NEAR, NEAR)})
    assert [str(each.outcome) for each in found.predictions] == ["holds", "holds"]
    assert [each.held_out for each in found.predictions] == [False, False]
    assert found.verdict == "open"


def test_the_interval_of_what_fails_is_the_one_that_fails_it() -> None:
    (found,) = judge_hypotheses(hypotheses(tried=20), {"caused": results(NEAR, NEAR, (6.0, 6.4, 6.8))})
    fails = found.predictions[1]
    assert fails.outcome is Outcome.FAILS
    assert fails.interval is not None
    assert fails.interval[0] > 5.0, "made wider for twenty, it would begin below"


def test_the_more_explanations_were_tried_the_more_a_prediction_must_show() -> None:
    after = {"caused": results(NEAR, NEAR, (3.0, 3.5, 4.0))}
    assert [judge_hypotheses(hypotheses(tried=tried), after)[0].verdict for tried in (1, 20)] == ["supported", "open"]


@pytest.mark.parametrize(
    ("quantity", "measured"), [("distance", 0.75), ("closer", 20.25), ("value", 65.75), ("change", -20.25), ("rank", 1.0)]
)
def test_each_quantity_is_measured_by_seed(quantity: str, measured: float) -> None:
    rows = "a-mixture" if quantity != "rank" else "all"
    one = hypotheses(tuned_on=[], predicts=[{"rows": rows, "quantity": quantity, "between": [-100.0, 100.0]}])
    both = {"plain": results(FAR, FAR, FAR), "caused": results(NEAR, (1.0, 2.0, 1.5), (0.0, 0.0, 0.0))}
    found = judge_hypotheses(one, both)[0].predictions[0]
    assert (found.measured, found.seeds, found.outcome) == (pytest.approx(measured), 3, "holds")


def test_a_distance_to_a_range_begins_at_its_ends_and_needs_all_rows() -> None:
    rows = {"a": Said(10.0, 20.0, {0: 15.0, 1: 24.0}), "b": Said(5.0, 5.0, {1: 3.0, 2: 5.0})}
    assert distances(rows, ["a", "b"]) == {1: 3.0}
    assert distances(rows, ["a"]) == {0: 0.0, 1: 4.0}
    assert distances(rows, ["a", "c"]) == {}


def test_seeds_are_as_far_apart_as_their_pairs_on_average_in_the_rows_that_all_of_them_have() -> None:
    rows = {"a": Said(10.0, 20.0, {0: 15.0, 1: 24.0, 2: 15.0}), "b": Said(5.0, 5.0, {0: 2.0, 1: 3.0, 2: 5.0, 3: 90.0})}
    assert distance_between_seeds(rows, ["a", "b"]) == pytest.approx(((9 + 1) + (0 + 3) + (9 + 2)) / 2 / 3)
    assert distance_between_seeds({"a": Said(0.0, 0.0, {0: 1.0})}, ["a"]) is None
    assert distance_between_seeds(rows, ["a", "c"]) is None


def test_a_report_that_is_one_more_seed_is_as_far_off_as_seeds_are_from_each_other() -> None:
    drawn = np.random.default_rng(0).normal(50.0, 5.0, (400, 31))
    rows = {str(row): Said(values[0], values[0], dict(enumerate(values[1:]))) for row, values in enumerate(drawn)}
    off = float(np.mean(list(distances(rows, list(rows)).values())))
    assert distance_between_seeds(rows, list(rows)) == pytest.approx(off, rel=0.05)


def test_a_rank_correlation_needs_three_rows() -> None:
    rows = results((0.0, 30.0), (0.0, 0.0), (0.0, -30.0))
    assert rank_correlations(rows, ["a", "b", "c"]) == {0: pytest.approx(1.0), 1: pytest.approx(-1.0)}
    assert rank_correlations(rows, ["a", "b"]) == {}


def test_what_reports_say_in_numbers_is_kept_by_seed_and_nothing_else(tmp_path: Path) -> None:
    for seed, value in enumerate((93.0, 94.0)):
        write_json(tmp_path / f"metrics/knn/bigan-{seed}.json", {"code": {"test": value}, "hidden": {"train": 97.0}, "about": []})
    stated = [
        {"readings": {"as rounded": {"reported": 94.0}, "of another": {"variant": "wide"}}},
        {"reported": None, "between": [None, 90.0]},
        {"reported": None, "direction": "lower", "protocol": "both"},
        {"variant": "wide"},
    ]
    judged = judge(claims(*stated), tmp_path, MeasuredBudget(name="demo", dataset="mnist", seeds=[0, 1]))
    file = tmp_path / "demo.csv"
    said_measured(judged).to_csv(file, index=False)
    found = read_results(file)
    seeds = {0: 93.0, 1: 94.0}
    assert found == {
        "X-1": Said(93.75, 93.75, seeds),
        "X-1/as rounded": Said(94.0, 94.0, seeds),
        "X-2": Said(-float("inf"), 90.0, seeds),
    }
    assert (found["X-2"].stated, found["X-2"].distance(93.0), found["X-2"].distance(10.0)) == (90.0, 3.0, 0.0)
    assert read_results(tmp_path / "other.csv") == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a table of stated and measured values: No columns to parse from file"),
        ("<<<<<<< HEAD\nX-1,1,1,0,2\n", "found the columns <<<<<<< HEAD, allowed: statement, low, high, seed, measured"),
        ("statement,low,high,seed,measured\n<<<<<<< HEAD\n", "not a table of stated and measured values: "),
        (
            "statement,low,high,seed\nX-1,1,1,0\n",
            "found the columns statement, low, high, seed, allowed: statement, low, high, seed, measured",
        ),
    ],
)
def test_a_broken_table_of_what_was_measured_is_a_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "demo.csv"
    file.write_text(text)
    with pytest.raises(UserError) as error:
        read_results(file)
    assert str(error.value).startswith(f"{file}: {said}")
    assert "\n" not in str(error.value)


def test_the_table_has_a_row_for_each_prediction_with_distances_before_and_after() -> None:
    both = {"plain": results(FAR, FAR, FAR), "caused": results(NEAR, NEAR, NEAR)}
    table = hypotheses_table(judge_hypotheses(hypotheses(), both), hypotheses())
    assert list(table["rows"]) == ["seen", "unseen"]
    assert list(table["held_out"]) == [False, True]
    assert list(table["predicted"]) == ["at most 5", "at most 5"]
    assert list(table["distance_before"]) == pytest.approx([21.0, 21.0])
    assert list(table["distance_after"]) == pytest.approx([1.5, 1.5])
    assert set(table["verdict"]) == {"supported"}


def test_no_distance_below_0_is_in_an_interval() -> None:
    (first, *_) = judge_hypotheses(hypotheses(), {"caused": results((0.0, 40.0, 0.0), NEAR, NEAR)})[0].predictions
    assert first.interval is not None
    assert (first.interval[0], first.outcome) == (0.0, Outcome.OPEN)


def test_the_figure_shows_what_was_described_first_and_what_was_looked_at() -> None:
    both = {"plain": results(FAR, FAR, FAR), "caused": results(NEAR, NEAR, ())}
    described, caused = panels(hypotheses(), "A", {**both, "caused": {"a": both["caused"]["a"]}})
    assert described.title == "budget plain\n2 looked at: mean distance 21.0 points\n1 not looked at: mean distance 21.0 points"
    assert caused.title == "H1, budget caused\n1 row: mean distance 1.5 points"
    assert [row.seen for row in described.rows] == [True, True, False]
    assert panels(hypotheses(), "B", both) == []


def test_a_hypothesis_that_supposes_more_than_another_is_shown_beside_the_report_as_described() -> None:
    both = [HYPOTHESIS, {**HYPOTHESIS, "id": "H2", "before": "caused", "after": "caused-again"}]
    found = validate(Hypotheses, {"rows": ROWS, "hypotheses": both}, file=Path("hypotheses.yaml"))
    measured = {"plain": results(FAR, FAR, FAR), "caused": results(NEAR, NEAR, NEAR), "caused-again": results((), NEAR, NEAR)}
    measured["caused-again"].pop("a")
    described, supposed = before_and_after(found, found.hypotheses[1], measured)
    assert described.title == "as described, budget plain\n1 row: mean distance 21.0 points"
    assert supposed.title == "H2, budget caused-again\n1 row: mean distance 1.5 points"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"tuned_on": ["sean"]}, "hypotheses.yaml: the whole: H1: rows: found 'sean', allowed: seen, unseen, a-part, a-mixture, all"),
        (
            {"predicts": [{"rows": "a-mixture", "quantity": "value", "between": [1.0, 2.0]}]},
            "hypotheses.yaml: the whole: H1: found rows of a-mixture in what it was tuned on too, allowed: all of a set or none",
        ),
        ({"after": "plain"}, "hypotheses.yaml: the whole: H1: found plain before and after, allowed: two budgets"),
        (
            {"written": "2026-11-25"},
            "hypotheses.yaml: hypotheses.0.written: found the text '2026-11-25', allowed: a date, which has no quotes, such as 2026-12-01",
        ),
        ({"tried": 0}, "hypotheses.yaml: hypotheses.0.tried: found 0, allowed: a whole number ≥ 1"),
        (
            {"predicts": [{"rows": "seen", "quantity": "size", "between": [1.0, 2.0]}]},
            "hypotheses.yaml: hypotheses.0.predicts.0.quantity: found 'size', allowed: one of distance, closer, value, change, rank",
        ),
    ],
)
def test_a_mistake_is_a_line(changes: dict[str, Any], line: str) -> None:
    with pytest.raises(UserError) as caught:
        hypotheses(**changes)
    assert str(caught.value) == line


def test_the_projects_hypotheses_are_of_its_statements_and_budgets(tmp_path: Path) -> None:
    known = read_claims(ROOT / "workflow/report/claims.yaml")
    budgets = load(ROOT / "params.yaml")["budgets"]
    found = read_hypotheses(FILE, known, budgets)
    assert len(found.rows["d-tables"]) == 23
    of_value = [prediction for each in found.hypotheses for prediction in each.predicts if prediction.quantity == "value"]
    assert {found.scale(each) for each in of_value} == {Scale(100)}, "no interval of a share leaves it"
    assert found.called.keys() == found.rows.keys()
    assert set(found._scales.values()) == {Scale(100)}, "the figures' axes are of accuracies in per cent"
    all_seen = [each.id for each in found.hypotheses if not any(found.is_held_out(each, prediction) for prediction in each.predicts)]
    assert all_seen == ["D-H5", "D-H6", "D-H7", "D-H8", "D-H9", "D-H10"], "such can be refuted, and not supported"
    for old, new, line in [
        ("after: d-h1-h2-h3", "after: d-h9", "D-H3: found 'd-h9', allowed: digits, demo"),
        ("[D-2.3-two-d,", "[D-2.3-three-d,", "rows.d-sections: found D-2.3-three-d, allowed: the id of a statement in claims.yaml"),
        (
            "[D-2.3-two-d,",
            "[D-5-angle, D-2.3-two-d,",
            "rows.d-sections: found D-2.3-two-d in another unit than D-5-angle, allowed",
        ),
        ("[D-2.3-two-d,", "[D-2.3-two-d, D-2.3-two-d,", "the whole: rows.d-sections: found D-2.3-two-d twice, allowed: each once"),
        ("id: D-H2,", "id: D-H1,", "the whole: found twice: D-H1"),
        ("[D-2.3-two-d,", "[A-2.3-1nn, D-2.3-two-d,", "D-H1: rows.d-sections: found A-2.3-1nn, allowed: statements of report D"),
        ("  d-tables: tables", "  d-new: a set\n  d-tables: tables", "the whole: called: found 'd-new', allowed: d-tables"),
    ]:
        path = tmp_path / "hypotheses.yaml"
        path.write_text(FILE.read_text().replace(old, new, 1))
        with pytest.raises(UserError) as caught:
            read_hypotheses(path, known, budgets)
        assert str(caught.value).startswith(f"{path}: {line}")


def test_each_reading_of_a_set_of_rows_is_a_panel_of_the_best_budget_that_measured_all_of_them() -> None:
    first, second = (
        {f"{row}{reading}": Said(50.0, 50.0, {0: value}) for row in "ab"} for reading, value in (("", 51.0), ("/another", 60.0))
    )
    part = {"a/another": Said(50.0, 50.0, {0: 70.0})}
    named = hypotheses().model_copy(update={"primary": {"seen": "1NN of pixels"}})
    found = readings(named, "seen", {"best": part, "good": first, "short": first | second})
    assert [each.heading for each in found] == ["another, budget short", "1NN of pixels, budget good"]
    assert [[(row.label, row.measured) for row in each.rows] for each in found] == [
        [("a", [60.0]), ("b", [60.0])],
        [("a", [51.0]), ("b", [51.0])],
    ]


def test_a_reading_with_words_of_its_own_is_one_of_a_statement() -> None:
    known = read_claims(ROOT / "workflow/report/claims.yaml")
    assert READINGS.keys() <= {name for each in known.statements for name in each.readings}


def test_a_row_is_called_by_what_its_statement_says_in_short() -> None:
    found = read_hypotheses(FILE, read_claims(ROOT / "workflow/report/claims.yaml"), load(ROOT / "params.yaml")["budgets"])
    rows = {"D-3-lr-2e4-2e3": "rate 0.0002 discriminator, 0.002 generator", "D-4-t3-0": "0 % real, unoptimised GAN"}
    measured = {"paper": {row: Said(50.0, 50.0, {0: 51.0}) for row in rows}}
    panel = panels(found, "D", measured)[0]
    assert {row.label for row in panel.rows} == set(rows.values())
