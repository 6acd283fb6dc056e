"""Statements, places and findings name what the graph makes at some budget, and nothing else."""

from pathlib import Path

import pytest

from tests.helpers.project import ROOT
from tests.helpers.small_claims import claims
from workflow.io.errors import UserError
from workflow.params.model import load
from workflow.report.claims import read_claims
from workflow.report.graph_outputs import check_figures, check_statements, graph_outputs
from workflow.report.page.contents import read_contents


@pytest.fixture(scope="module")
def outputs() -> frozenset[Path]:
    """What this project's graph makes."""
    return graph_outputs(load(ROOT / "params.yaml"), load(ROOT / "dvc.yaml")["stages"])


def test_they_are_the_files_of_all_budgets_once_without_their_folders_and_seeds(outputs: frozenset[Path]) -> None:
    made = {"metrics/knn/pca-50-0.json", "metrics/lenet/fashion-mnist-0.json", "losses/cgan-batch-400-0.tsv", "figures/protocols.png"}
    assert made <= {str(file) for file in outputs}
    assert not any("data" in file.parts or "paper" in file.parts or file.stem.endswith("-1") for file in outputs if file.suffix == ".json")


def test_all_that_this_project_s_files_name_is_made(outputs: frozenset[Path]) -> None:
    check_statements(read_claims(ROOT / "workflow/report/claims.yaml"), outputs)
    places = {place.place: place.shows for report in read_contents().reports.values() for place in report.places}
    check_figures(places, outputs)


def test_a_statement_of_what_nothing_measures_is_a_line_that_says_what_is(outputs: frozenset[Path]) -> None:
    wrong = claims(
        {"variant": "bigann"},
        {"variant": "dcgan-mnist", "readings": {"R's": {"protocol": "hidden"}}},
        {"variant": "cgan-best", "protocol": "lenet"},
    )
    with pytest.raises(UserError) as caught:
        check_statements(wrong, outputs)
    lines = str(caught.value).splitlines()
    assert [line.split(", allowed: ")[0] for line in lines] == [
        "workflow/report/claims.yaml: X-1: knn.code.test: found 'bigann'",
        "workflow/report/claims.yaml: X-2: knn.code.test: found 'dcgan-mnist'",
        "workflow/report/claims.yaml: X-2: knn.hidden.train: found 'dcgan-mnist'",
    ]
    assert "bigan, bigan-as-coded" in lines[0]
    assert "dcgan" not in lines[0].split(", allowed: ")[1]


def test_a_list_of_what_needs_no_training_names_what_is_measured(outputs: frozenset[Path]) -> None:
    wrong = claims({}).model_copy(update={"exact": ["pixel"]})
    with pytest.raises(UserError, match=r"claims\.yaml: exact: found 'pixel', allowed: .*pca-50, pixels, "):
        check_statements(wrong, outputs)


def test_a_metric_that_no_stage_writes_is_a_line_with_those_that_there_are(outputs: frozenset[Path]) -> None:
    without_knn = frozenset(file for file in outputs if file.parts[:2] != ("metrics", "knn"))
    with pytest.raises(UserError, match=r"X-1: knn\.code\.test: found 'knn', allowed: .*fidelity, .*losses, .*train$"):
        check_statements(claims({}), without_knn)


def test_a_figure_is_named_without_its_seed_and_may_be_one_that_is_drawn_besides(outputs: frozenset[Path]) -> None:
    check_figures({"here": ["strips-bigan", "ranks-D-3-table-2", "readings-x"]}, outputs, others=["readings-x"])
    for name in ("strips-bigan-0", "strips-bigann", "readings-x"):
        with pytest.raises(UserError, match=f"^here: found {name}, allowed: a figure that a stage"):
            check_figures({"here": [name]}, outputs)
