"""What the page reads: metrics alone, and a budget's own page where nothing else is there."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.helpers.project import ROOT
from workflow.params.groups import GRAPH, training_groups
from workflow.params.model import load
from workflow.pipeline import paths
from workflow.report.names import KNN_PROTOCOLS
from workflow.report.page.inputs import gather_page
from workflow.report.page.page import render_page


@pytest.fixture
def params(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The parameters of a clone without results, whose images are a few."""
    for name in ("params.yaml", "dvc.yaml", "workflow"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    images = {f"{part}.pixels": np.zeros((10, 1, 6, 6), np.uint8) for part in ("train", "test")}
    paths.processed("mnist").parent.mkdir(parents=True)
    save_file({**images, **{f"{part}.labels": np.arange(10, dtype=np.uint8) for part in ("train", "test")}}, paths.processed("mnist"))
    return load()


def test_a_budget_without_encoders_has_a_page_in_a_clone_without_results(params: dict[str, Any]) -> None:
    (paths.reports("d-h1") / "metrics").mkdir(parents=True)  # as of a run that has trained nothing yet
    page = gather_page({**params, "budget": params["budgets"]["d-h1"]}, training_groups(load(GRAPH)["stages"]), {})
    assert page.knn_protocols.empty
    assert {"variant", "trained", "budget", *KNN_PROTOCOLS} <= {*page.knn_protocols.columns}
    assert "<h1" in render_page(page)


def test_1nn_by_protocol_comes_from_the_metrics_and_not_from_a_table_of_an_earlier_run(params: dict[str, Any]) -> None:
    shutil.copytree(ROOT / "reports/demo/metrics", "reports/demo/metrics")
    Path("reports/demo/tables").mkdir()
    Path("reports/demo/tables/knn_protocols.csv").write_text("variant,trained,code_test\nof-old-code,True,99.0\n")
    found = gather_page({**params, "budget": params["budgets"]["demo"]}, training_groups(load(GRAPH)["stages"]), {}).knn_protocols
    assert "of-old-code" not in set(found["variant"])
    assert {"pixels", "bigan"} <= set(found["variant"])
