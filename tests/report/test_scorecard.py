"""What is measured of a statement, and its verdict, from a budget's files."""

import json
import math
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.helpers.project import ROOT
from tests.helpers.small_claims import claims
from workflow.io.errors import UserError
from workflow.io.files import write_json
from workflow.params.groups import training_groups
from workflow.params.model import load, validate
from workflow.params.training import MeasuredBudget
from workflow.pipeline.run_id import RunId
from workflow.pipeline.trainings import budget_trainings, completed
from workflow.report.claims import Claims, compared_in_bfloat16, read_claims
from workflow.report.equivalence import FRECHET, KNN, KNN_BY_VARIANT, PRECISIONS, equivalences
from workflow.report.known import read_committed
from workflow.report.measurements import Measurement, Results, measured_value, trained_alike
from workflow.report.metrics import NotMeasuredError
from workflow.report.runs import Runs
from workflow.report.scorecard import VERDICTS, Judged, JudgedStatement, judge, summary, table
from workflow.report.verdicts import Verdict, decide

CLAIMS = ROOT / "workflow/report/claims.yaml"
SEEDS = [0, 1, 2, 3, 4]
COMPARED = {"variant": "wide", "against": "bigan", "protocol": "code"}


def measured(folder: Path, variant: str, *values: float, first: int = 0, hidden: float | None = None) -> None:
    """Write 1NN's values of a variant, a seed each."""
    for seed, each in enumerate(values, first):
        extra = {} if hidden is None else {"hidden": {"train": hidden}}
        write_json(folder / f"metrics/knn/{variant}-{seed}.json", {"code": {"test": each}, **extra, "about": []})


def trained(folder: Path, variant: str, seeds: Sequence[int] = SEEDS, planned: int = 400, **changes: Any) -> None:
    """Write what trainings say of themselves, whole ones unless changed."""
    values = changes.pop("values", {})
    about = {"dataset": "mnist", "family": "bigan", "start": None, "own_epochs": 400, "all_images": True, **changes}
    for seed in seeds:
        write_json(folder / f"metrics/train/{variant}-{seed}.json", {"planned_epochs": planned, **values, "about": [about]})


def judged(folder: Path, *statements: Mapping[str, Any], dataset: str = "mnist", seeds: Sequence[int] = SEEDS) -> list[Judged]:
    """Return the primary readings of statements."""
    budget = MeasuredBudget(name="paper", dataset=dataset, seeds=list(seeds))
    return [each.primary for each in judge(claims(*map(dict, statements)), folder, budget)]


def test_a_baselines_one_value_is_subtracted_from_that_of_each_seed(tmp_path: Path) -> None:
    measured(tmp_path, "bigan", 1.0, 2.0)
    measured(tmp_path, "untrained-bigan", 0.5)
    trained(tmp_path, "bigan", range(2))
    (found,) = judged(
        tmp_path, {"reported": None, "direction": "higher", "variant": "bigan", "against": "untrained-bigan", "protocol": "code"}
    )
    assert (found.measurement.values, found.measurement.seeds) == ({0: 0.5, 1: 1.5}, 2)
    assert found.measurement.evidence == Runs.of([0.5, 1.5])


def test_values_are_gathered_over_the_budgets_seeds(tmp_path: Path) -> None:
    measured(tmp_path, "bigan", 93.6, 93.8, 93.7, 93.9, 93.5, 10.0)
    trained(tmp_path, "bigan", range(6))
    found, nothing = judged(tmp_path, {}, {"variant": "other", "protocol": "code"})
    assert found.measurement.values == {0: 93.6, 1: 93.8, 2: 93.7, 3: 93.9, 4: 93.5}
    assert found.measurement.centre == pytest.approx(93.7)
    assert found.measurement.spread == pytest.approx(0.025**0.5)
    assert (found.judgement.verdict, found.judgement.indication, found.judgement.more_seeds) == ("reproduced", None, None)
    assert (nothing.judgement.verdict, nothing.judgement.interval, nothing.measurement.centre) == ("not run", None, None)


def test_a_single_run_is_inconclusive_and_points_somewhere(tmp_path: Path) -> None:
    measured(tmp_path, "bigan", 93.7)
    trained(tmp_path, "bigan", [0])
    (found,) = judged(tmp_path, {})
    assert (found.judgement.verdict, found.judgement.indication, found.judgement.more_seeds) == ("inconclusive", "for", None)
    assert (found.measurement.spread, found.judgement.interval) == (None, None)


@pytest.mark.parametrize(("changes", "verdict"), [({}, "reproduced"), ({"epochs": 1}, "not run")])
def test_what_another_lenet_judges_gets_no_verdict(tmp_path: Path, changes: dict[str, int], verdict: str) -> None:
    measured(tmp_path, "bigan", 93.6, 93.8, 93.7, 93.9, 93.5)
    for seed in SEEDS:
        write_json(tmp_path / f"metrics/lenet_score/bigan-{seed}.json", {"accuracy": 93.6 + seed / 10, "about": []})
    trained(tmp_path, "bigan")
    write_json(
        tmp_path / "metrics/lenet/mnist-0.json", {"about": [{"params": {"budget": {"name": "paper", "changes": {"lenet": changes}}}}]}
    )
    of_lenet, of_neighbours = judged(tmp_path, {"protocol": "lenet"}, {"protocol": "code"})
    assert (of_lenet.judgement.verdict, of_neighbours.judgement.verdict) == (verdict, "reproduced")


@pytest.mark.parametrize(
    "changes", [{"planned": 399}, {"all_images": False}, {"dataset": "digits"}, {"start": "gone"}, {"own_epochs": 401, "planned": 400}]
)
def test_a_reduced_run_gets_an_indication_and_never_a_verdict(tmp_path: Path, changes: dict[str, Any]) -> None:
    measured(tmp_path, "bigan", 93.6, 93.8, 93.7, 93.9, 93.5)
    trained(tmp_path, "bigan")
    assert judged(tmp_path, {})[0].judgement.verdict == "reproduced"
    trained(tmp_path, "bigan", [3], **changes)
    (found,) = judged(tmp_path, {})
    assert (found.judgement.verdict, found.judgement.indication) == ("not run", "for")
    assert found.measurement.centre == pytest.approx(93.7), "it is shown all the same"


def test_more_epochs_than_its_own_are_enough_and_how_far_it_came_is_said(tmp_path: Path) -> None:
    measured(tmp_path, "bigan", 93.6)
    for planned, whole, share in ((800, True, 1.0), (40, False, 0.1)):
        trained(tmp_path, "bigan", [0], planned=planned)
        measurement = judged(tmp_path, {})[0].measurement
        assert (measurement.whole, measurement.share) == (whole, share)


def test_what_starts_from_a_short_run_was_not_run_as_in_the_report(tmp_path: Path) -> None:
    measured(tmp_path, "triplet", 93.6)
    trained(tmp_path, "triplet", [0], planned=50, own_epochs=50, start="bigan")
    for planned, whole, share in ((40, False, 0.1), (400, True, 1.0)):
        trained(tmp_path, "bigan", [0], planned=planned)
        measurement = judged(tmp_path, {"variant": "triplet", "protocol": "code"})[0].measurement
        assert (measurement.whole, measurement.share) == (whole, share)


def test_all_of_what_is_compared_must_have_run_as_in_the_report(tmp_path: Path) -> None:
    for variant in ("bigan", "wide", "pixels"):
        measured(tmp_path, variant, *([95.0] if variant == "pixels" else [93.6, 93.8, 93.7, 93.9, 93.5]))
    trained(tmp_path, "bigan")
    trained(tmp_path, "wide", planned=20)
    same = {"kind": "same", "reported": None, **COMPARED}
    beyond = {"reported": -1.3, **COMPARED, "variant": "bigan", "against": "pixels"}
    assert [each.judgement.verdict for each in judged(tmp_path, {}, same, beyond)] == ["reproduced", "not run", "reproduced"]


def test_what_has_no_training_needs_the_reports_data(tmp_path: Path) -> None:
    measured(tmp_path, "pixels", 93.7)
    measured(tmp_path, "untrained-bigan", 93.7)
    exact = {"variant": "pixels", "protocol": "code"}
    drawn = {"variant": "untrained-bigan", "protocol": "code"}
    assert [each.judgement.verdict for each in judged(tmp_path, exact, drawn)] == ["reproduced", "inconclusive"]
    assert [each.judgement.verdict for each in judged(tmp_path, exact, drawn, dataset="digits")] == ["not run", "not run"]
    (other_seeds,) = judged(tmp_path, exact, seeds=[1, 2])
    assert other_seeds.judgement.verdict == "reproduced", "it has no seed"


def test_a_value_that_does_not_depend_on_training_counts_at_every_budget(tmp_path: Path) -> None:
    measured(tmp_path, "bigan", 93.6, 93.8, 93.7, 93.9, 93.5)
    trained(tmp_path, "bigan", planned=1)
    found = judged(tmp_path, {"variant": "bigan", "protocol": "code", "trained": False})
    assert found[0].judgement.verdict == "reproduced"


def test_a_difference_is_taken_seed_by_seed(tmp_path: Path) -> None:
    measured(tmp_path, "bigan", 90.0, 95.0, 80.0, 85.0, 70.0)
    measured(tmp_path, "wide", 91.0, 96.1, 80.9, 86.0, 71.0, 10.0)
    for variant in ("bigan", "wide"):
        trained(tmp_path, variant, range(6))
    (found,) = judged(tmp_path, {"reported": 1.0, **COMPARED})
    assert found.measurement.values == pytest.approx({0: 1.0, 1: 1.1, 2: 0.9, 3: 1.0, 4: 1.0})
    assert found.judgement.verdict == "reproduced"


def test_a_difference_may_be_of_two_metrics(tmp_path: Path) -> None:
    measured(tmp_path, "bigan", 93.0, hidden=96.0)
    measured(tmp_path, "wide", 10.0, hidden=97.5)
    stated = {"reported": -3.0}
    of_one = {**stated, "variant": "bigan", "protocol": "both"}
    of_two = {**stated, "variant": "bigan", "against": "wide", "protocol": "both"}
    assert [each.measurement.centre for each in judged(tmp_path, of_one, of_two)] == [-3.0, -4.5]


def test_few_runs_have_their_familys_spread_and_say_so(tmp_path: Path) -> None:
    for variant, values in {"bigan": (93.6, 93.7, 93.8), "wide": (97.06, 97.14, 97.1), "deep": (95.0, 95.1, 95.2)}.items():
        measured(tmp_path, variant, *values)
        trained(tmp_path, variant, range(3))
    statements: list[dict[str, Any]] = [{}, {"reported": None, "direction": "higher", **COMPARED}]
    for found in judged(tmp_path, *statements):
        assert (found.judgement.verdict, found.judgement.pooled) == ("reproduced", True)
    (same,) = judged(tmp_path, {"trained": False})
    assert not same.judgement.pooled, "what depends on no training is measured once, not once a variant"
    trained(tmp_path, "deep", range(3), family="other")
    trained(tmp_path, "wide", range(3), planned=1)
    (alone,) = judged(tmp_path, {})
    assert (alone.judgement.verdict, alone.judgement.pooled, alone.judgement.more_seeds) == ("inconclusive", False, 2)


def test_runs_that_start_from_others_weights_and_these_lend_each_other_no_spread(tmp_path: Path) -> None:
    """Each is as the run of its seed was that it started from: of six values, three are draws."""
    for variant in ("bigan", "triplet"):
        measured(tmp_path, variant, 93.6, 93.7, 93.8)
    trained(tmp_path, "bigan", range(3))
    trained(tmp_path, "triplet", range(3), start="bigan")
    for found in judged(tmp_path, {}, {"variant": "triplet", "protocol": "code"}):
        assert (found.judgement.pooled, found.judgement.verdict) == (False, "inconclusive")
    measured(tmp_path, "wide", 93.6, 93.7, 93.8)
    trained(tmp_path, "wide", range(3))
    for found in judged(tmp_path, {}, {"variant": "triplet", "protocol": "code"}):
        assert isinstance(found.measurement.evidence, Runs)
        assert (found.judgement.pooled, found.measurement.evidence.degrees_of_freedom) == (True, 4)


def test_a_variant_without_a_metric_lends_its_family_no_spread_of_it(tmp_path: Path) -> None:
    for variant, hidden in {"bigan": 93.7, "wide": 97.0, "deep": None}.items():
        measured(tmp_path, variant, 93.6, 93.7, 93.8, hidden=hidden)
        trained(tmp_path, variant, range(3))
    (found,) = judged(tmp_path, {"protocol": "hidden"})
    assert found.measurement.centre == pytest.approx(93.7)


@pytest.mark.parametrize("content", ["{", '{"code": {"test": 1.0}, "about": []', "[1]"])
def test_a_damaged_file_of_another_variant_of_the_family_is_said(tmp_path: Path, content: str) -> None:
    for variant in ("bigan", "wide"):
        measured(tmp_path, variant, 93.6, 93.7, 93.8)
        trained(tmp_path, variant, range(3))
    (tmp_path / "metrics/knn/wide-1.json").write_text(content)
    with pytest.raises(UserError, match=r"wide-1.json: .*metrics file"):
        judged(tmp_path, {})


@pytest.mark.parametrize("about", [None, [], "here", [1]])
def test_a_training_that_does_not_say_where_it_comes_from_is_said(tmp_path: Path, about: object) -> None:
    measured(tmp_path, "bigan", 93.6)
    write_json(tmp_path / "metrics/train/bigan-0.json", {"planned_epochs": 400, "about": about})
    with pytest.raises(UserError, match=r"bigan-0.json: about: found .*, allowed: a list of one mapping"):
        judged(tmp_path, {})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"family": None}, "about.family: found None, allowed: a text"),
        ({"own_epochs": 0}, "about.own_epochs: found 0, allowed: a whole number ≥ 1"),
        ({"all_images": "yes"}, "about.all_images: found 'yes', allowed: true or false"),
        ({"planned": None}, "about.planned_epochs: found None, allowed: a whole number ≥ 0"),
    ],
)
def test_a_training_that_does_not_say_what_it_was_is_a_line(tmp_path: Path, changes: Mapping[str, Any], said: str) -> None:
    measured(tmp_path, "bigan", 93.6)
    trained(tmp_path, "bigan", [0], **changes)
    with pytest.raises(UserError) as raised:
        judged(tmp_path, {})
    assert str(raised.value) == f"{tmp_path / 'metrics/train/bigan-0.json'}: {said}"


def test_collapses_are_counted(tmp_path: Path) -> None:
    trained(tmp_path, "bigan", range(12), values={"collapsed": True})
    trained(tmp_path, "wide", range(12), values={"collapsed": False})
    most = {"kind": "count", "reported": None, "between": [0.5, 1.0], "variant": "bigan", "protocol": "collapsed"}
    more = {"kind": "count", "reported": None, "direction": "higher", **COMPARED, "protocol": "collapsed"}
    less = {**more, "direction": "lower"}
    found = judged(tmp_path, most, more, less, seeds=list(range(12)))
    assert [each.judgement.verdict for each in found] == ["reproduced", "not reproduced", "reproduced"]
    assert [each.measurement.centre for each in found] == [1.0, -1.0, -1.0]
    few = judged(tmp_path, most, seeds=list(range(3)))[0].judgement
    assert (few.verdict, few.more_seeds) == ("inconclusive", 7)


def test_a_table_is_measured_if_all_its_rows_are(tmp_path: Path) -> None:
    rows = {f"v{number}": float(number) for number in range(12)}
    for variant, value in rows.items():
        measured(tmp_path, variant, *(value / 10 + seed / 100 for seed in range(5)))
        trained(tmp_path, variant, range(5))
    ranking = {"reported": None, "variant": None, "table": rows, "protocol": "code"}
    (found,) = judged(tmp_path, ranking)
    assert (found.judgement.verdict, found.measurement.values, found.measurement.seeds) == ("reproduced", dict.fromkeys(range(5), 1.0), 5)
    assert found.measurement.rows[3] == pytest.approx(0.32)
    (tmp_path / "metrics/knn/v3-1.json").unlink()
    (four,) = judged(tmp_path, ranking)
    assert (four.judgement.verdict, four.judgement.indication, four.judgement.more_seeds) == ("inconclusive", "for", 1), (
        "one row has four runs"
    )
    for seed in (0, 2, 3, 4):
        (tmp_path / f"metrics/knn/v3-{seed}.json").unlink()
    assert judged(tmp_path, ranking)[0].judgement.verdict == "not run"
    measured(tmp_path, "v0", 0.5)
    for variant in rows:
        measured(tmp_path, variant, 0.5)
    assert judged(tmp_path, ranking)[0].measurement.values[0] == 0, "values that are all one have no order"


def test_two_epochs_of_one_run_are_compared_in_pairs(tmp_path: Path) -> None:
    (tmp_path / "losses").mkdir()
    for seed, rows in enumerate(["1\t0.9\n3\t0.4\n", "1\t0.8\n3\t0.5\n", "1\t0.7\n"]):
        (tmp_path / f"losses/bigan-{seed}.tsv").write_text(f"epoch\tdiscriminator\n{rows}")
    trained(tmp_path, "bigan", range(3))
    later = {
        "reported": None,
        "direction": "lower",
        "variant": "bigan",
        "protocol": "loss",
        "margin": "near",
        "epoch": 3,
        "against_epoch": 1,
    }
    (found,) = judged(tmp_path, later)
    assert found.measurement.values == pytest.approx({0: -0.5, 1: -0.3}), "of the runs that got there"


def test_a_loss_is_that_of_its_epoch_in_runs_that_got_there(tmp_path: Path) -> None:
    (tmp_path / "losses").mkdir()
    for seed, rows in enumerate(["1\t0.9\t1\n2\t0.5\t2\n3\t0.4\t3\n", "1\t0.7\t1\n"]):
        (tmp_path / f"losses/bigan-{seed}.tsv").write_text(f"epoch\tdiscriminator\tgenerator\n{rows}")

    def loss(seed: int, epoch: int | None, metric: str = "losses.discriminator") -> float | None:
        return measured_value(tmp_path, metric, RunId("bigan", seed), epoch)

    assert [loss(0, 1), loss(0, 2), loss(1, 1), loss(1, 2), loss(2, 1)] == [0.9, 0.5, 0.7, None, None]
    assert loss(0, None, "losses.correlation") == pytest.approx(-1.0)
    assert loss(1, None, "losses.correlation") is None, "one epoch has no correlation"
    assert loss(0, None, "losses.least_lead") == pytest.approx(0.1), "of the first epoch"
    assert loss(1, None, "losses.least_lead") == pytest.approx(0.3)
    with pytest.raises(UserError, match=r"bigan-0.tsv: encoder: found None, allowed: a number"):
        loss(0, 1, "losses.encoder")
    (tmp_path / "losses/bigan-2.tsv").write_text("epoch\tgenerator\n1\t0.9\n")
    with pytest.raises(NotMeasuredError, match=r"bigan-2.tsv: found no losses of two sides"):
        loss(2, None, "losses.correlation")


def test_a_metric_may_be_the_mean_of_two(tmp_path: Path) -> None:
    found = {"good": {"1": 90.0, "4": 80.0, "8": 70.0, "9": 1.0}, "share": {"1": 10.0, "4": 20.0}, "about": []}
    write_json(tmp_path / "metrics/by_class/bigan-0.json", found)
    assert measured_value(tmp_path, "by_class.good_samples.1+4", RunId("bigan", 0)) == 12.5, "9 and 16 % of all samples"
    assert measured_value(tmp_path, "by_class.good.1+4+8", RunId("bigan", 0)) == 80.0
    assert measured_value(tmp_path, "by_class.good.1+4+8.log", RunId("bigan", 0)) == pytest.approx(math.log(80.0))
    assert measured_value(tmp_path, "by_class.good.1+4+8.log", RunId("bigan", 1)) is None
    assert measured_value(tmp_path, "by_class.good.1+4+8.rest", RunId("bigan", 0)) == 20.0
    assert measured_value(tmp_path, "by_class.good.9", RunId("bigan", 0)) == 1.0
    assert measured_value(tmp_path, "by_class.good.9", RunId("other", 0)) is None


@pytest.mark.parametrize(("sharpness", "blur"), [(0.75, 0.25), (1.0, 0.0), (5.0, 0.0)])
def test_noise_is_not_blurred(tmp_path: Path, sharpness: float, blur: float) -> None:
    write_json(tmp_path / "metrics/reconstruction/bigan-0.json", {"sharpness": sharpness, "about": []})
    assert measured_value(tmp_path, "reconstruction.sharpness.blur", RunId("bigan", 0)) == blur


def test_a_statement_about_a_value_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    measured(tmp_path, "bigan", 93.0)
    with pytest.raises(UserError, match=r"bigan-0.json: hidden.train: found None, allowed: a number"):
        judged(tmp_path, {"variant": "bigan", "protocol": "hidden"})


def test_a_verdict_stands_only_beside_all_others_of_its_report(tmp_path: Path) -> None:
    for number, shift in enumerate((0.0, 0.35, 0.35, 0.35)):
        measured(tmp_path, f"v{number}", *[90 + shift + noise for noise in (0.0, 0.4, -0.4, 0.2, -0.2)])
        trained(tmp_path, f"v{number}", family=f"family {number}")
    measured(tmp_path, "base", *[90 + noise for noise in (0.35, 0.4, -0.5, 0.0, -0.25)])
    trained(tmp_path, "base", family="another")

    def higher(number: int) -> dict[str, Any]:
        asked = {"variant": f"v{number}", "against": "base", "protocol": "code"}
        return {"reported": None, "direction": "higher", "margin": "near", **asked}

    (alone,) = judged(tmp_path, higher(1))
    assert (alone.judgement.verdict, alone.judgement.corrected) == ("reproduced", False)
    assert alone.judgement.p_value is not None
    assert 0.0125 < alone.judgement.p_value < 0.05
    many = judged(tmp_path, higher(1), higher(2), higher(3), higher(0))
    assert [each.judgement.verdict for each in many] == ["inconclusive"] * 3 + ["not reproduced"], "the surest of them stands"
    assert [each.judgement.corrected for each in many] == [True, True, True, False]
    for each in many[:3]:
        rule, evidence, more = each.reading.rule, each.measurement.evidence, each.judgement.more_seeds
        assert rule is not None
        assert evidence is not None
        assert more is not None
        fewer, enough = (decide(rule, evidence.repeated(number)).p_value for number in (more - 1, more))
        assert fewer is not None
        assert enough is not None
        assert fewer > 0.05 / 4 >= enough, "as many more runs decide it beside the other three"
    elsewhere = judged(tmp_path, higher(1), *({**higher(number), "report": "B"} for number in (2, 3, 0)))
    assert elsewhere[0].judgement.verdict == "reproduced", "other reports do not count"


def statement(folder: Path, **changes: Any) -> JudgedStatement:
    """Return a judged statement."""
    (found,) = judge(claims(changes), folder, MeasuredBudget(name="paper", dataset="mnist", seeds=SEEDS))
    return found


def test_other_readings_are_judged_alike_and_counted_apart(tmp_path: Path) -> None:
    measured(tmp_path, "bigan", 93.6, 93.8, 93.7, 93.9, 93.5)
    measured(tmp_path, "wide", 90.6, 90.8, 90.7, 90.9, 90.5)
    trained(tmp_path, "bigan")
    trained(tmp_path, "wide")
    found = statement(tmp_path, readings={"as coded": {"variant": "wide"}, "not here": {"variant": "deep"}})
    assert found.primary.judgement.verdict == "reproduced"
    assert [each.judgement.verdict for each in found.others] == ["not reproduced", "not run"]
    card = table([found], "paper")
    assert card[["claim", "reading", "variant", "verdict"]].to_numpy().tolist() == [
        ["X-1", "", "bigan", "reproduced"],
        ["X-1", "as coded", "wide", "not reproduced"],
        ["X-1", "not here", "deep", "not run"],
    ]
    (row,) = summary([found]).to_dict("records")
    assert (row["statements"], row["reproduced"], row["not reproduced"]) == (1, 1, 0)
    assert (row["readings"], row["readings reproduced"], row["readings not reproduced"]) == (2, 0, 1)


def test_the_table_has_the_columns_that_others_rely_on(tmp_path: Path) -> None:
    card = table([statement(tmp_path)], "paper")
    relied_on = ["claim", "report", "place", "variant", "metric", "protocol", "reported", "measured", "spread", "seeds", "verdict"]
    assert {*relied_on, "low", "high", "indication", "reading", "more_seeds"} <= set(card)


def test_demonstrations_and_baselines_have_no_verdict(tmp_path: Path) -> None:
    measured(tmp_path, "bigan", 93.7)
    shown, beside = judged(tmp_path, {"kind": "demonstration"}, {"kind": "baseline", "reported": None, "report": "baseline"})
    assert (shown.judgement.verdict, beside.judgement.verdict) == ("demonstration", "baseline")
    assert (shown.judgement.indication, shown.measurement.centre) == (None, 93.7)


@pytest.fixture(scope="module")
def ours() -> Claims:
    return read_claims(CLAIMS)


@pytest.mark.parametrize("name", read_committed().shown)
def test_what_is_committed_is_judged_from_its_metrics(ours: Claims, name: str) -> None:
    found = judge(ours, ROOT / "reports" / name, validate(MeasuredBudget, load(ROOT / "params.yaml")["budgets"][name]))
    counts = summary(found)
    assert counts["statements"].sum() == len(ours.statements)
    assert counts[VERDICTS].sum().sum() == len(ours.statements)
    for each in found:
        judgement, measurement = each.primary.judgement, each.primary.measurement
        if judgement.verdict in (Verdict.REPRODUCED, Verdict.NOT_REPRODUCED):
            assert measurement.whole, each.statement.id
            assert measurement.seeds > 1 or measurement.exact, each.statement.id
            assert judgement.indication is None, each.statement.id
    written = pd.read_csv(ROOT / f"reports/{name}/scorecard.csv", keep_default_na=False)
    assert written["verdict"].tolist() == table(found, name)["verdict"].tolist(), "what is committed is what the rule says"


def test_judging_reads_only_metrics_and_tables(ours: Claims, tmp_path: Path) -> None:
    source = ROOT / "reports/paper"
    for part in ("metrics", "losses"):
        shutil.copytree(source / part, tmp_path / part)
    budget = MeasuredBudget(name="paper", dataset="mnist", seeds=[0, 1, 2])
    here, there = (summary(judge(ours, folder, budget)) for folder in (source, tmp_path))
    assert here.equals(there)


def test_a_measurement_of_nothing_is_not_read_as_a_zero(tmp_path: Path) -> None:
    results = Results(tmp_path, MeasuredBudget(name="paper", dataset="mnist", seeds=SEEDS), [], [], [])
    made = claims({"kind": "same", "reported": None, **COMPARED})
    found = results.measure(made.readings(made.statements[0])[0])
    assert found == Measurement(values={}, seeds=0, unlike=None, share=None, exact=False, evidence=None)


@pytest.mark.parametrize(
    ("variant", "changes", "precision", "alike"),
    [
        ("bigan", {}, "float32", True),
        ("bigan", {"precision": "bfloat16"}, "bfloat16", False),
        ("bigan-as-coded", {"precision": "bfloat16"}, "bfloat16", True),
        ("bigan-as-coded", {}, "bfloat16", True),
        ("bigan-as-coded", {"precision": "bfloat16-inputs"}, "bfloat16-inputs", False),
        ("bigan-as-coded", {"precision": "bfloat16", "dropout": 0.0}, "bfloat16", False),
    ],
)
def test_a_training_in_bfloat16_counts_where_it_is_known_to_measure_the_same(
    variant: str, changes: Mapping[str, Any], precision: str, alike: bool
) -> None:
    assert trained_alike(variant, changes, precision, ["bigan-as-coded"]) is alike


@pytest.mark.parametrize("start", [None, "base"])
def test_of_a_training_in_bfloat16_what_was_not_compared_has_no_verdict(tmp_path: Path, start: str | None) -> None:
    """Nor of one that starts from its weights."""
    trained(tmp_path, "base", precision="bfloat16")
    trained(tmp_path, "bigan", precision="float32" if start else "bfloat16", start=start, values={"collapsed": False})
    results = Results(tmp_path, MeasuredBudget(name="paper", dataset="mnist", seeds=SEEDS), [], [], ["base", "bigan"])
    measured(tmp_path, "bigan", 93.7)
    made = claims({}, {"protocol": "collapsed", "kind": "count", "reported": None, "between": [None, 0.5]})
    known, unknown = (results.measure(made.readings(statement)[0]) for statement in made.statements)
    assert (known.unlike, unknown.unlike) == (None, "a training in bfloat16, not shown to give what float32 gives")


def test_the_study_of_precision_compared_what_it_is_said_to() -> None:
    assert compared_in_bfloat16([("any", each.metric) for each in (KNN, *KNN_BY_VARIANT.values(), FRECHET)])
    assert not any(compared_in_bfloat16([("any", metric)]) for metric in ("fidelity.entropy", "fidelity.confidence", "collapse.collapsed"))


def test_what_may_train_in_bfloat16_is_what_the_committed_study_found_the_same(ours: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    verdicts: dict[str, set[str]] = {}
    for each in equivalences(*PRECISIONS):
        verdicts.setdefault(each.variant, set()).add(each.verdict)
    assert ours.same_in_bfloat16 == [variant for variant, found in verdicts.items() if found == {"the same"}]


def test_committed_trainings_say_what_verdicts_need() -> None:
    for file in ROOT.glob("reports/*/metrics/train/*.json"):
        (about,) = json.loads(file.read_text())["about"]
        assert {"dataset", "family", "start", "own_epochs", "all_images"} <= set(about), file


@pytest.mark.parametrize("name", read_committed().shown)
def test_committed_trainings_had_the_recipes_that_params_yaml_has(name: str) -> None:
    """Those of 2026-11-22, whose files have no group and no processor, had other ones: the page says which."""
    params, groups = load(ROOT / "params.yaml"), training_groups(load(ROOT / "dvc.yaml")["stages"])
    today = {each.variant: each.recipe for each in budget_trainings(params["budgets"][name], params["recipes"], groups.values())}
    for file in (ROOT / f"reports/{name}/metrics/train").glob("*.json"):
        (about,) = json.loads(file.read_text())["about"]
        assert ("group" in about) == ("processor" in about), file
        if "group" in about:
            budget, recipes = about["params"]["budget"], about["params"]["recipes"]
            own, family = budget[about["group"]][about["variant"]], about["family"]
            assert completed(recipes[family], own, budget["changes"][family]) == today[about["variant"]], file
