"""Two one-sided tests of what two budgets measure."""

import sys
from collections.abc import Sequence
from math import exp, log
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from scipy import stats

from tests.helpers.project import ROOT
from workflow.io.errors import UserError
from workflow.io.files import write_json
from workflow.pipeline import paths
from workflow.report.claims import read_claims
from workflow.report.equivalence import FRECHET, KNN, Equivalence, conclusion, endpoints, equivalences, main, table
from workflow.report.figures import equivalence
from workflow.report.figures.style import PHONE_WIDTH

DIFFERENCES = (0.1, -0.2, 0.3, 0.0, -0.1, 0.2, -0.3, 0.1, 0.0, -0.1)


def compared(differences: Sequence[float], offset: float = 0.0) -> Equivalence:
    first = {seed: 90.0 + seed for seed in range(len(differences))}
    return Equivalence("bigan", KNN, first, {seed: value + offset + differences[seed] for seed, value in first.items()})


def measured(budget: str, variant: str, accuracies: Sequence[float], frechet: float) -> None:
    for seed, accuracy in enumerate(accuracies):
        files = {"train": {}, "knn": {"code": {"test": accuracy}}, "fidelity": {"frechet": frechet * (1 + seed / 100)}}
        for kind, content in files.items():
            write_json(paths.reports(budget) / f"metrics/{kind}/{variant}-{seed}.json", content)


def test_small_differences_are_the_same_and_large_ones_are_not() -> None:
    assert [compared(DIFFERENCES, offset).verdict for offset in (0.0, 0.5, 2.0)] == ["the same", "undecided", "not the same"]
    assert compared(DIFFERENCES, 2.0).verdict == compared(DIFFERENCES, -2.0).verdict


def test_too_few_pairs_are_undecided() -> None:
    pairs = (0.01, 0.0, -0.01, 0.02, 0.0)
    assert [compared(pairs[:number]).verdict for number in (2, 4, 5)] == ["undecided", "undecided", "the same"]


def test_the_tests_are_both_one_sided_t_tests() -> None:
    found = compared(DIFFERENCES, 0.1)
    sides = [
        stats.ttest_1samp(found.differences, -0.5, alternative="greater").pvalue,
        stats.ttest_1samp(found.differences, 0.5, alternative="less").pvalue,
    ]
    assert found.p_value == pytest.approx(max(sides))
    low, high = found.interval(0.1)
    assert (found.p_value < 0.05) == (low > -0.5 and high < 0.5), "the same as the 90 % interval within the margin"


def test_noise_never_helps() -> None:
    wide = compared([10 * each for each in DIFFERENCES])
    assert wide.verdict == "undecided"
    assert wide.p_value > compared(DIFFERENCES).p_value
    assert wide.power < compared(DIFFERENCES).power


def test_the_power_is_how_often_draws_that_are_the_same_are_found_to_be() -> None:
    found, draws = compared([2 * each for each in DIFFERENCES]), 20_000
    deviation = float(np.std(found.differences, ddof=1))
    sample = np.random.default_rng(0).normal(0, deviation, (draws, 10))
    half = stats.t.ppf(0.95, 9) * sample.std(1, ddof=1) / 10**0.5
    share = float(np.mean(np.abs(sample.mean(1)) + half < KNN.margin))
    assert 0.5 < share < 0.99
    assert found.power == pytest.approx(share, abs=0.02)


def test_what_both_budgets_measured_is_compared_seed_by_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    measured("float32", "bigan", (90.0, 91.0, 92.0, 93.0, 94.0), 100.0)
    measured("bfloat16", "bigan", (90.1, 91.1, 92.2, 93.1, 94.1, 80.0), 100.0 * exp(0.1))
    measured("float32", "wide", (90.0,), 1.0)
    measured("bfloat16", "wide", (90.0,), 1.0)
    knn, frechet = equivalences("float32", "bfloat16")
    assert knn.differences == pytest.approx([0.1, 0.1, 0.2, 0.1, 0.1])
    assert frechet.differences == pytest.approx([0.1] * 5)
    assert frechet.first[0] == pytest.approx(log(100.0))
    rows = table([knn, frechet], ["float32", "bfloat16"])
    assert rows["verdict"].tolist() == ["the same", "the same"]
    assert rows["seeds"].tolist() == [5, 5]


def test_a_variant_is_compared_in_the_protocol_of_its_reports_statement() -> None:
    claims = read_claims(ROOT / paths.CLAIMS)
    primary = {each.id: claims.readings(each)[0] for each in claims.statements}
    for name in ("A-2.3-1nn", "B-5-simple-1nn", "B-5-extended-1nn", "R-4.2-bigan"):
        knn, _ = endpoints(str(primary[name].variant))
        assert (knn.metric, knn.margin) == (primary[name].protocol.metric, claims.margins["1nn"].delta)


def test_together_they_say_what_the_worst_of_them_says() -> None:
    same, undecided, unlike = (compared(DIFFERENCES, offset) for offset in (0.0, 0.5, 2.0))
    said = [conclusion(found, ["one", "two"]) for found in ([same], [undecided], [undecided, same], [unlike, undecided])]
    assert said == [
        "one and two measure the same: every mean is the same within its margin.",
        "Whether two gives other results than one is undecided for bigan (1NN).",
        "Whether two gives other results than one is undecided for bigan (1NN). "
        "The means are the same within their margins for bigan (1NN).",
        "two gives other results than one: the means are apart for bigan (1NN). It is undecided for bigan (1NN).",
    ]


def test_the_figure_has_each_seed_in_both_and_the_interval_beside_the_margin() -> None:
    logs = {0: log(100.0), 1: log(200.0)}
    found = [compared(DIFFERENCES), Equivalence("bigan", FRECHET, logs, logs)]
    values, differences, frechet, _ = equivalence.plot(found, ["float32", "bfloat16"]).axes
    assert len(values.lines) == len(DIFFERENCES)
    assert np.asarray(values.lines[3].get_ydata()).tolist() == pytest.approx([93.0, 93.0])
    assert np.asarray(frechet.lines[1].get_ydata()).tolist() == pytest.approx([200.0, 200.0])
    (interval,) = (each for each in differences.collections if isinstance(each, LineCollection))
    assert interval.get_segments()[0][:, 1].tolist() == pytest.approx(found[0].interval(0.1))


def test_on_a_phone_each_endpoint_has_a_row_of_its_own() -> None:
    found = [compared(DIFFERENCES), Equivalence("bigan", FRECHET, {0: 4.0, 1: 5.0}, {0: 4.0, 1: 5.0})]
    figure = equivalence.plot(found, ["float32", "bfloat16"], PHONE_WIDTH)
    grid = figure.axes[0].get_gridspec()
    assert (grid.nrows, grid.ncols) == (2, 2)


def test_budgets_that_have_nothing_in_common_are_a_line_of_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert equivalences("float32", "bfloat16") == []
    monkeypatch.setattr(sys, "argv", ["equivalence", "float32", "bfloat16"])
    with pytest.raises(UserError, match=r"^reports/float32: found no results, allowed: the name of a budget that has some in reports/$"):
        main()
    for budget, variant in (("float32", "bigan"), ("bfloat16", "other")):
        measured(budget, variant, (90.0,), 1.0)
    with pytest.raises(UserError, match=r"^reports/float32 and reports/bfloat16: found no variant"):
        main()
