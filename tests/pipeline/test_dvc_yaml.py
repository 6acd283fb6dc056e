"""dvc.yaml is read as DVC itself resolves it."""

from pathlib import Path

import pytest
from dvc.repo import Repo

from tests.helpers.project import Project
from workflow.io.errors import UserError
from workflow.params.groups import GRAPH
from workflow.params.model import load
from workflow.pipeline.dvc_yaml import Declared, declared, fill, matrix_axes, output_templates

PARAMS = """
budget:
  name: tiny
  dataset: digits
  seeds: [0, 1]
  plain: {gan: {}, gan-wide: {width: 9}}
  triplet: {gan-triplet: {margin: 1}}
  nothing: {}
recipes: {gan: {width: 5}, other: {width: 3}}
"""
DVC_YAML = """
stages:
  train_gan: &train
    vars: [{family: gan, group: plain}]
    matrix: {dataset: ['${budget.dataset}'], variant: '${budget.plain}', seed: '${budget.seeds}'}
    cmd: python -m train_${family} --group ${group} ${item}
    deps: ['code/train_${family}.sha256', 'data/${item.dataset}']
    params: [budget.name, 'recipes.${family}', 'budget.${group}.${item.variant}']
    outs: ['models/${budget.name}/${item.variant}-${item.seed}']
    metrics: [{'metrics/${item.variant}-${item.seed}.json': {cache: false}}]
  train_triplet:
    <<: *train
    vars: [{family: gan, group: triplet, start: gan}]
    matrix: {dataset: [letters, '${budget.dataset}'], variant: '${budget.triplet}'}
    deps: ['code/train_${family}.sha256', 'models/${budget.name}/${start}-0']
    outs: ['models/${budget.name}/${item.dataset}-${item.variant}']
    metrics: []
  empty:
    <<: *train
    matrix: {dataset: [digits], variant: '${budget.nothing}'}
  single:
    cmd: echo
    outs: [single]
"""


@pytest.fixture(autouse=True)
def graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dvc.yaml with all that ours has, and its parameters, in the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("dvc.yaml").write_text(DVC_YAML)
    Path("params.yaml").write_text(PARAMS)


def axes(stage: str) -> dict[str, list[object]]:
    return matrix_axes(load(GRAPH)["stages"][stage], load())


def test_an_axis_is_a_list_or_names_a_list_or_a_mapping_for_its_keys() -> None:
    assert axes("train_gan") == {"dataset": ["digits"], "variant": ["gan", "gan-wide"], "seed": [0, 1]}
    assert axes("train_triplet") == {"dataset": ["letters", "digits"], "variant": ["gan-triplet"]}
    assert axes("empty") == {"dataset": ["digits"], "variant": []}
    assert axes("single") == {}


def test_a_stage_declares_its_own_variables_and_what_they_and_its_item_name() -> None:
    item = {"dataset": "digits", "variant": "gan-triplet"}
    assert declared("train_triplet", item) == Declared(
        deps=[Path("code/train_gan.sha256"), Path("models/tiny/gan-0")],
        facts={"family": "gan", "group": "triplet", "start": "gan", **item},
        params={
            "budget": {"name": "tiny", "triplet": {"gan-triplet": {"margin": 1}}},
            "recipes": {"gan": {"width": 5}},
        },
    )
    assert declared("train_gan", {"dataset": "digits", "variant": "gan-wide", "seed": 1}).params["budget"]["plain"] == {
        "gan-wide": {"width": 9}
    }, "another variant's values are not there to be read"


def test_dvc_resolves_the_same_stages_from_it() -> None:
    Project(Path.cwd()).run("dvc", "init", "-q", "--no-scm")
    with Repo(".") as repo:
        stages = {stage.name: stage for stage in repo.index.stages}
    expected = {
        *(f"train_gan@digits-{variant}-{seed}" for variant in axes("train_gan")["variant"] for seed in (0, 1)),
        *(f"train_triplet@{dataset}-gan-triplet" for dataset in ("letters", "digits")),
        "single",
    }
    assert stages.keys() == expected
    stage = stages["train_triplet@letters-gan-triplet"]
    assert stage.cmd == "python -m train_gan --group triplet --dataset letters --variant gan-triplet"
    item = {"dataset": "letters", "variant": "gan-triplet"}
    found = declared("train_triplet", item)
    assert [Path(dep.def_path) for dep in stage.deps if dep.def_path != "params.yaml"] == found.deps
    (params,) = (dep for dep in stage.deps if dep.def_path == "params.yaml")
    assert set(params.params) == {"budget.name", "recipes.gan", "budget.triplet.gan-triplet"}


def test_outputs_are_outs_metrics_and_plots() -> None:
    content = {**load(), "item": {"variant": "gan", "seed": 1}}
    templates = output_templates(load(GRAPH)["stages"]["train_gan"])
    assert [fill(template, content) for template in templates] == ["models/tiny/gan-1", "metrics/gan-1.json"]


def test_what_is_not_there_is_one_clear_line() -> None:
    with pytest.raises(UserError, match=r"^dvc.yaml: found 'train_cgan', allowed: train_gan, train_triplet, empty, single$"):
        declared("train_cgan", {})
    with pytest.raises(UserError, match=r"budget\.speed"):
        fill("${budget.speed}", load())
