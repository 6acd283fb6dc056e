"""The scorecard's rule, the claims, and the page."""

import re
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from workflow import page, scorecard
from workflow.errors import UserError
from workflow.figures import protocols
from workflow.figures.style import save
from workflow.files import write_json
from workflow.metrics import knn_table
from workflow.params.training import SeededBudget

PAPER = {"name": "paper", "mnist": "mnist", "epochs": 1.0, "images": None, "seeds": [0, 1, 2]}


def claim(**changes: object) -> scorecard.Claim:
    made = {
        "id": "X-1",
        "report": "A",
        "place": "§1",
        "says": "something",
        "variant": "bigan",
        "metric": "knn.code.test",
        "protocol": "as A",
        "reported": 93.75,
        "tolerance": 0.5,
        "trained": True,
    }
    return scorecard.Claim.model_validate({**made, **changes})


def budget(**changes: object) -> SeededBudget:
    return SeededBudget.model_validate({**PAPER, **changes})


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
    assert scorecard.verdict(claim(), measured, budget()) == verdict


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
    assert scorecard.verdict(claim(**{"reported": None, **stated}), measured, budget()) == verdict


def test_a_difference_is_taken_seed_by_seed(tmp_path: Path) -> None:
    for run, value in {"bigan-0": 90.0, "bigan-1": 95.0, "wide-0": 91.0, "wide-1": 96.0, "wide-2": 10.0}.items():
        metrics(tmp_path, run, code={"test": value})
    (row,) = scorecard.scorecard(
        scorecard.Claims(claims=[claim(variant="wide", against="bigan", reported=1.0)]), tmp_path, budget()
    ).to_dict("records")
    assert (row["measured"], row["spread"], row["seeds"], row["verdict"]) == (1.0, 0.0, 2, "reproduced")


def test_only_a_run_as_the_report_made_it_gets_a_verdict() -> None:
    short = ({"epochs": 0.5}, {"images": 10_000}, {"mnist": "digits"})
    assert [scorecard.verdict(claim(), [93.75], budget(**change)) for change in short] == ["not run at this budget"] * 3
    untrained = [scorecard.verdict(claim(trained=False), [93.75], budget(**change)) for change in short]
    assert untrained == ["reproduced", "reproduced", "not run at this budget"]
    assert scorecard.verdict(claim(reported=None, trained=False), [96.0], budget()) == "baseline"


def metrics(folder: Path, run: str, **values: object) -> None:
    variant, seed = run.rsplit("-", 1)
    write_json(folder / f"knn/{run}.json", {**values, "about": [{"variant": variant, "seed": int(seed)}]})


def test_a_row_gathers_the_budgets_seeds(tmp_path: Path) -> None:
    for run, value in {"bigan-0": 93.0, "bigan-1": 95.0, "bigan-7": 10.0}.items():
        metrics(tmp_path, run, code={"test": value})
    card = scorecard.scorecard(scorecard.Claims(claims=[claim(), claim(id="X-2", variant="other")]), tmp_path, budget())
    first, second = card.to_dict("records")
    assert (first["measured"], first["seeds"], first["verdict"]) == (94.0, 2, "reproduced")
    assert first["spread"] == pytest.approx(2**0.5)
    assert (second["seeds"], second["verdict"]) == (0, "not run at this budget")


def test_a_claim_about_a_value_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    metrics(tmp_path, "bigan-0", code={"test": 93.0})
    with pytest.raises(UserError, match=r"bigan-0.json: hidden.test: found None, allowed: a number"):
        scorecard.scorecard(scorecard.Claims(claims=[claim(metric="knn.hidden.test")]), tmp_path, budget())


def test_the_claims_of_the_project_are_valid_and_apart() -> None:
    claims = scorecard.read_claims(ROOT / "workflow/claims.yaml").claims
    assert len({each.id for each in claims}) == len(claims)


def test_a_mistake_in_the_claims_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text((ROOT / "workflow/claims.yaml").read_text().replace("reported: 93.75", "reported: high"))
    with pytest.raises(UserError) as caught:
        scorecard.read_claims(path)
    assert str(caught.value) == f"{path}: claims.0.reported: found 'high', allowed: a number or null"


def test_1nn_is_gathered_over_seeds(tmp_path: Path) -> None:
    for run, value in {"bigan-0": 93.0, "bigan-1": 95.0, "pixels-0": 97.0}.items():
        metrics(tmp_path, run, code={"train": value})
    table = knn_table(sorted(tmp_path.glob("knn/*.json"))).set_index("variant")
    assert table.loc["bigan", ["accuracy", "seeds"]].tolist() == [94.0, 2]
    assert pd.isna(table.loc["pixels", "spread"])


def test_the_page_shows_everything_and_loads_nothing(tmp_path: Path) -> None:
    for run, value in {"bigan-0": 93.0, "pixels-0": 97.0}.items():
        metrics(tmp_path, run, code={"train": value, "test": value})
    knn = knn_table(sorted(tmp_path.glob("knn/*.json")))
    for name in ("protocols", "strips-bigan-0", "map-bigan-0", "losses-bigan-0"):
        save(protocols.plot(knn), tmp_path / f"{name}.png")
    claims = scorecard.read_claims(ROOT / "workflow/claims.yaml")
    training = {"variant": "bigan", "seed": 0, "epoch": 8, "planned_epochs": 8, "images": 60_000, "discriminator": 0.6}
    training |= {"generator": 2.9, "discriminator_accuracy": 0.97, "collapsed_in_epoch": None}
    html = page.page(
        budget={**PAPER, "epochs": 0.02, "seeds": [0]},
        runs=["bigan-0"],
        card=scorecard.scorecard(claims, tmp_path, budget(seeds=[0])),
        knn=knn,
        training=pd.DataFrame([training]),
        figures=tmp_path,
        provenance={"says": "<script>alert(1)</script>"},
    )
    assert all(f'id="{each.id}"' in html for each in claims.claims)
    assert html.count("data:image/png;base64,") == 4
    assert re.findall(r'(?:src|href)="(?!data:|#)', html) == []
    assert "<script" not in html
    assert "nan" not in html.lower().replace("base64", "")[: html.find("data:image")]


def test_figures_have_the_same_bytes_each_time(tmp_path: Path) -> None:
    table = pd.DataFrame({"variant": ["a", "b"], "features": "code", "neighbours": "test", "accuracy": [90.0, 91.0], "spread": [1.0, None]})
    contents = []
    for name in ("first", "second"):
        save(protocols.plot(table), tmp_path / f"{name}.png")
        contents.append([(tmp_path / f"{name}.{ending}").read_bytes() for ending in ("png", "pdf")])
    assert contents[0] == contents[1]
