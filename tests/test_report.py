"""The scorecard's rule, the claims, and the page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import ROOT

from workflow.io.errors import UserError
from workflow.io.files import write_json
from workflow.params.model import load, validate
from workflow.params.training import MeasuredBudget
from workflow.report import scorecard
from workflow.report.claims import Claim, Claims, read_claims
from workflow.report.figures import protocols
from workflow.report.figures.style import save
from workflow.report.knn_protocols import gap_table
from workflow.report.metrics import knn_table, lenet_score_table

CLAIMS = ROOT / "workflow/report/claims.yaml"
BASELINES = {"pixels", "pca-50", "untrained-bigan", "untrained-bigan-donahue", "untrained-conv-bigan", "mnist"}


def claim(**changes: object) -> Claim:
    made = {
        "id": "X-1",
        "report": "A",
        "place": "§1",
        "says": "something",
        "variant": "bigan",
        "protocol": measured_as("knn.code.test"),
        "reported": 93.75,
        "tolerance": 0.5,
        "trained": True,
    }
    return Claim.model_validate({**made, **changes})


def measured_as(metric: str, minus: str | None = None) -> dict[str, str | None]:
    return {"metric": metric, "minus": minus, "text": "as A"}


def measured(trained: Sequence[str] = (), **changes: object) -> MeasuredBudget:
    made = {"name": "paper", "mnist": "mnist", "seeds": [0, 1, 2], "variants": {"bigan": list(trained)}}
    return MeasuredBudget.model_validate({**made, **changes})


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        ([93.25], "reproduced"),
        ([94.3], "partly"),
        ([94.7], "partly"),
        ([94.8], "not reproduced"),
        ([92.0, 94.0], "reproduced"),  # two standard deviations: 2.83
        ([90.0, 90.1], "not reproduced"),
        ([93.7, 93.8], "reproduced"),
        ([], "not run at this budget"),
    ],
)
def test_the_rule_of_a_verdict(measured: list[float], verdict: str) -> None:
    assert scorecard.verdict(claim(), measured, True) == verdict


@pytest.mark.parametrize(
    ("stated", "measured", "verdict"),
    [
        ({"direction": "higher"}, [0.6], "reproduced"),
        ({"direction": "higher"}, [0.4], "partly"),
        ({"direction": "higher"}, [0.1, 1.5], "partly"),  # its spread is larger than itself
        ({"direction": "higher"}, [0.0], "not reproduced"),
        ({"direction": "lower"}, [-0.6], "reproduced"),
        ({"direction": "lower"}, [0.6], "not reproduced"),
        ({"between": [-12.0, 0.0]}, [-12.4], "reproduced"),
        ({"between": [-12.0, 0.0]}, [-3.0], "reproduced"),
        ({"between": [-12.0, 0.0]}, [0.9], "partly"),
        ({"between": [-12.0, 0.0]}, [1.1], "not reproduced"),
        ({"reported": 0.0}, [0.6], "partly"),
    ],
)
def test_directions_and_ranges(stated: dict[str, object], measured: list[float], verdict: str) -> None:
    assert scorecard.verdict(claim(**{"reported": None, "against": "other", **stated}), measured, True) == verdict


def test_a_gain_is_not_reproduced_by_a_loss() -> None:
    gain = claim(against="other", reported=0.5, tolerance=0.6)
    assert [scorecard.verdict(gain, [found], True) for found in (0.0, -0.05)] == ["reproduced", "not reproduced"]
    assert scorecard.verdict(gain, [-3.0, 2.9], True) == "not reproduced"  # however wide the spread
    assert scorecard.verdict(claim(reported=0.5, tolerance=0.6), [-0.05], True) == "reproduced"  # no difference


def test_a_difference_is_taken_seed_by_seed(tmp_path: Path) -> None:
    for run, value in {"bigan-0": 90.0, "bigan-1": 95.0, "wide-0": 91.0, "wide-1": 96.0, "wide-2": 10.0}.items():
        metrics(tmp_path, run, code={"test": value})
    (row,) = card(tmp_path, claim(variant="wide", against="bigan", reported=1.0))
    assert (row["measured"], row["spread"], row["seeds"], row["verdict"]) == (1.0, 0.0, 2, "reproduced")


def test_a_difference_may_be_of_two_metrics(tmp_path: Path) -> None:
    metrics(tmp_path, "bigan-0", code={"test": 93.0}, hidden={"train": 96.0})
    metrics(tmp_path, "wide-0", hidden={"train": 97.5})
    metrics(tmp_path, "wide-1", hidden={"train": 10.0})
    protocol = measured_as("knn.code.test", minus="knn.hidden.train")
    one, two = card(tmp_path, claim(protocol=protocol), claim(protocol=protocol, against="wide"))
    assert (one["measured"], two["measured"], two["seeds"]) == (-3.0, -4.5, 1)


def test_a_loss_is_that_of_its_epoch_in_runs_that_got_there(tmp_path: Path) -> None:
    (tmp_path / "losses").mkdir()
    for seed, rows in enumerate(["1\t0.9\n2\t0.5\n", "1\t0.7\n"]):
        (tmp_path / f"losses/bigan-{seed}.tsv").write_text(f"epoch\tdiscriminator\n{rows}")
    first, second, third = card(
        tmp_path, *(claim(protocol=measured_as("losses.discriminator"), epoch=epoch, reported=0.5) for epoch in (1, 2, 3))
    )
    assert first["measured"] == pytest.approx(0.8)
    assert (second["measured"], second["seeds"], second["verdict"]) == (0.5, 1, "reproduced")
    assert (third["seeds"], third["verdict"]) == (0, "not run at this budget")
    with pytest.raises(UserError, match=r"bigan-0.tsv: encoder: found None, allowed: a number"):
        card(tmp_path, claim(protocol=measured_as("losses.encoder"), epoch=1))


def test_only_what_ran_as_in_the_report_gets_a_verdict() -> None:
    assert scorecard.verdict(claim(), [93.75], False) == "not run at this budget"
    assert scorecard.verdict(claim(reported=None), [96.0], True) == "baseline"


@pytest.mark.parametrize(
    ("training", "whole"),
    [({}, True), ({"planned": 800}, True), ({"planned": 399}, False), ({"images": 10_000}, False)],
)
def test_a_run_counts_as_the_reports_if_it_had_all_of_its_own_epochs_and_all_images(
    tmp_path: Path, training: dict[str, int], whole: bool
) -> None:
    metrics(tmp_path, "bigan-0", code={"test": 93.75})
    training_of(tmp_path, "bigan-0", **training)
    rows = card(tmp_path, claim(), claim(trained=False), trained=["bigan"])
    assert [row["verdict"] == "reproduced" for row in rows] == [whole, True]
    assert rows[0]["measured"] == 93.75, "it is shown all the same"
    (row,) = scorecard.scorecard(Claims(protocols=[], claims=[claim(trained=False)]), tmp_path, measured(mnist="digits")).to_dict("records")
    assert row["verdict"] == "not run at this budget"


def test_all_of_what_a_claim_compares_must_have_run_as_in_the_report(tmp_path: Path) -> None:
    for run, planned in {"bigan-0": 400, "bigan-1": 400, "wide-0": 400, "wide-1": 20}.items():
        metrics(tmp_path, run, code={"test": 90.0})
        training_of(tmp_path, run, planned=planned)
    metrics(tmp_path, "pixels-0", code={"test": 95.0})
    claims = claim(reported=90.0), claim(against="wide", reported=0.0), claim(against="pixels", reported=-5.0)
    found = card(tmp_path, *claims, trained=["bigan", "wide"])
    assert [row["verdict"] for row in found] == ["reproduced", "not run at this budget", "reproduced"]


def test_what_starts_from_a_short_run_was_not_run_as_in_the_report(tmp_path: Path) -> None:
    metrics(tmp_path, "bigan-triplet-0", code={"test": 93.75})
    training_of(tmp_path, "bigan-triplet-0", stage="train_triplet")
    for planned, verdict in ((40, "not run at this budget"), (400, "reproduced")):
        training_of(tmp_path, "bigan-0", planned=planned)
        (row,) = card(tmp_path, claim(variant="bigan-triplet"), trained=["bigan", "bigan-triplet"])
        assert row["verdict"] == verdict


def training_of(folder: Path, run: str, stage: str = "train_bigan", planned: int = 400, images: int | None = None) -> None:
    recipe = {"recipe": "bigan", "epochs": 1}
    variant = {"recipe": "bigan", "like": [{"epochs": 400}]}
    params = {"recipes": {"bigan": recipe}, "variants": {run.rpartition("-")[0]: variant}, "budget": {"images": images}}
    write_json(folder / f"metrics/train/{run}.json", {"planned_epochs": planned, "about": [{"stage": stage, "params": params}]})


def metrics(folder: Path, run: str, **values: object) -> None:
    variant, seed = run.rsplit("-", 1)
    write_json(folder / f"metrics/knn/{run}.json", {**values, "about": [{"variant": variant, "seed": int(seed)}]})


def card(folder: Path, *claims: Claim, trained: Sequence[str] = ()) -> list[dict[Any, Any]]:
    return scorecard.scorecard(Claims(protocols=[], claims=list(claims)), folder, measured(trained=trained)).to_dict("records")


def test_a_row_gathers_the_budgets_seeds(tmp_path: Path) -> None:
    for run, value in {"bigan-0": 93.0, "bigan-1": 95.0, "bigan-7": 10.0}.items():
        metrics(tmp_path, run, code={"test": value})
    first, second = card(tmp_path, claim(), claim(id="X-2", variant="other"))
    assert (first["measured"], first["seeds"], first["verdict"]) == (94.0, 2, "reproduced")
    assert first["spread"] == pytest.approx(2**0.5)
    assert (second["seeds"], second["verdict"]) == (0, "not run at this budget")


def test_a_claim_about_a_value_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    metrics(tmp_path, "bigan-0", code={"test": 93.0})
    with pytest.raises(UserError, match=r"bigan-0.json: hidden.test: found None, allowed: a number"):
        card(tmp_path, claim(protocol=measured_as("knn.hidden.test")))


def test_the_claims_of_the_project_are_valid_and_apart() -> None:
    content = read_claims(CLAIMS)
    assert len({each.id for each in content.claims}) == len(content.claims)
    rows = [each.model_dump(exclude={"id", "report", "place", "says"}) for each in content.claims]
    assert [row for number, row in enumerate(rows) if row in rows[:number]] == []
    assert [each for each in content.protocols if each not in [claim.protocol for claim in content.claims]] == []


def test_the_claims_are_about_variants_that_there_are() -> None:
    named = {variant for each in read_claims(CLAIMS).claims for variant, _ in each.terms}
    assert named - BASELINES <= set(load(ROOT / "params.yaml")["variants"])


def test_a_mistake_in_the_claims_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text(CLAIMS.read_text().replace("reported: -1.0", "reported: high", 1))
    with pytest.raises(UserError) as caught:
        read_claims(path)
    assert str(caught.value) == f"{path}: claims.3.reported: found 'high', allowed: a number or null"


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"between": [0.0, 1.0]}, "found reported and between, allowed: one of them"),
        ({"reported": None, "direction": "lower"}, "found a direction, allowed: only of a difference, with a tolerance > 0"),
        ({"reported": None, "direction": "lower", "against": "b", "tolerance": 0.0}, "found a direction, allowed: only of a difference"),
        ({"epoch": 3}, "found epoch 3 of knn.code.test, allowed: an epoch of losses, and of nothing else"),
        ({"protocol": {"metric": "losses.generator", "text": ""}}, "found epoch None of losses.generator, allowed: an epoch of losses"),
    ],
)
def test_what_a_claim_says_fits_together(changes: dict[str, object], mistake: str) -> None:
    content = {"protocols": [], "claims": [claim().model_dump() | changes]}
    with pytest.raises(UserError) as caught:
        validate(Claims, content, file=Path("claims.yaml"))
    assert str(caught.value).startswith(f"claims.yaml: claims.0: {mistake}")


def test_1nn_is_gathered_over_seeds(tmp_path: Path) -> None:
    for run, value in {"bigan-0": 93.0, "bigan-1": 95.0, "pixels-0": 97.0}.items():
        metrics(tmp_path, run, code={"train": value})
    table = knn(tmp_path).set_index("variant")
    assert table.loc["bigan", ["accuracy", "seeds"]].tolist() == [94.0, 2]
    assert pd.isna(table.loc["pixels", "spread"])


def knn(folder: Path) -> pd.DataFrame:
    return knn_table(sorted(folder.glob("metrics/knn/*.json")))


def test_the_gap_table_puts_each_variant_in_every_reports_protocol(tmp_path: Path) -> None:
    metrics(tmp_path, "bigan-0", code={"test": 90.0, "train": 92.0}, hidden={"test": 1.0, "train": 96.0})
    metrics(tmp_path, "bigan-1", code={"test": 91.0, "train": 93.0}, hidden={"test": 1.0, "train": 97.0})
    metrics(tmp_path, "wide-0", code={"test": 94.0, "train": 95.0}, **{"code-255": {"train": 80.0}})
    metrics(tmp_path, "regressor-0", logits={"train": 88.0})
    metrics(tmp_path, "pixels-0", code={"test": 70.0, "train": 71.0})
    claims = [
        claim(),
        claim(id="X-2", reported=1.0),  # a second value of the same variant
        claim(id="X-3", variant="wide", against="bigan"),
        claim(id="X-4", variant="wide", report="B", reported=None, between=[90.0, 92.0]),
        claim(id="X-5", variant="wide", report="R", reported=97.0, protocol=measured_as("knn.hidden.train")),
        claim(id="X-6", variant="wide", report="B", reported=0.5, protocol=measured_as("train.discriminator_accuracy")),
    ]
    table = gap_table(knn(tmp_path), Claims(protocols=[], claims=claims), ["pixels"])
    nothing = None
    assert table.astype(object).where(table.notna(), None).to_numpy().tolist() == [
        # variant, trained, A, B and R report, code_test, code-255_train, code_train, logits_train, hidden_train
        ["pixels", False, nothing, nothing, nothing, 70.0, nothing, 71.0, nothing, nothing],
        ["wide", True, nothing, nothing, 97.0, 94.0, 80.0, 95.0, nothing, nothing],
        ["bigan", True, 93.75, nothing, nothing, 90.5, nothing, 92.5, nothing, 96.5],
        ["regressor", True, nothing, nothing, nothing, nothing, nothing, nothing, 88.0, nothing],
    ]


def test_lenet_scores_are_gathered_over_seeds_beside_what_is_reported(tmp_path: Path) -> None:
    files = [tmp_path / f"metrics/lenet_score/{run}.json" for run in ("wide-0", "wide-1", "alone-0")]
    for file, score in zip(files, (60.0, 62.0, 50.0), strict=True):
        write_json(file, {"score": score, "class_entropy": 3.0, "about": []})
    scored = measured_as("lenet_score.score")
    claims = [
        claim(variant="wide", report="D", reported=76.2, protocol=scored),
        claim(variant="wide", report="D", reported=9.0, against="alone", protocol=scored),
    ]
    stated = Claims(protocols=[], claims=claims).stated("D", "lenet_score.score")
    wide, alone = lenet_score_table(files, stated).to_dict("records")
    assert wide == {"variant": "wide", "score": 61.0, "spread": pytest.approx(2**0.5), "seeds": 2, "reported": 76.2}
    assert (alone["score"], alone["seeds"]) == (50.0, 1)
    assert pd.isna(alone["spread"])
    assert pd.isna(alone["reported"])
    assert lenet_score_table([], stated).to_csv(index=False) == "variant,score,spread,seeds,reported\n"


def test_figures_have_the_same_bytes_each_time(tmp_path: Path) -> None:
    table = pd.DataFrame({"variant": ["a", "b"], "features": "code", "neighbours": "test", "accuracy": [90.0, 91.0], "spread": [1.0, None]})
    contents = []
    for name in ("first", "second"):
        save(protocols.plot(table), tmp_path / f"{name}.png")
        contents.append([(tmp_path / f"{name}.{ending}").read_bytes() for ending in ("png", "pdf")])
    assert contents[0] == contents[1]
