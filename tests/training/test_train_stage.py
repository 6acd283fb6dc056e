"""A training as a stage: what it writes, and what it says of it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from torch import Tensor

from tests.helpers.runs import CPU, SMALL, recipe_of, toy
from workflow.data import dataset as data
from workflow.io.errors import UserError
from workflow.networks.registry import load_model
from workflow.pipeline import paths
from workflow.pipeline.run_id import RunId
from workflow.pipeline.stage import Stage
from workflow.training import train_stage as stages
from workflow.training.callbacks import Callback, Observation
from workflow.training.registry import FAMILIES
from workflow.training.train_stage import train_stage

OWN_EPOCHS = 8


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a data set of 23 training images."""
    monkeypatch.chdir(tmp_path)
    data.save(paths.processed("toy"), data.DataSet(toy(), toy(5), 0))


def stage(family: str, variant: str = "one", images: int | None = None, **facts: Any) -> Stage:
    """Return a training's stage, of a quarter of its own epochs."""
    recipe = {**recipe_of(family, **SMALL[family]).model_dump(), "epochs": OWN_EPOCHS, "precision": "float32"}
    params = {
        "budget": {"name": "small", "epochs": {family: 0.25}, "images": images, "changes": {family: {}}, "a_group": {variant: {}}},
        "compute": {"device": "cpu", "threads": 1, "numerics": "portable"},
        "recipes": {family: recipe},
    }
    item = {"family": family, "group": "a_group", "dataset": "toy", "variant": variant, "seed": 3, **facts}
    return Stage(f"train_{family}", item, params, {}, lambda: None)


def metrics(variant: str) -> dict[str, Any]:
    return json.loads(paths.metrics("small", "train", RunId(variant, 3)).read_text())


def weights(variant: str) -> dict[str, Tensor]:
    return load_model(paths.model("small", RunId(variant, 3)), CPU).state_dict()


def test_a_training_whose_inputs_have_changed_keeps_its_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "SECONDS_BETWEEN_CHECKPOINTS", 0)

    def changed() -> None:
        raise UserError("changed while it ran: data/processed/toy.safetensors")

    with pytest.raises(UserError, match="changed while it ran"):
        train_stage(replace(stage("bigan"), check_unchanged=changed), FAMILIES["bigan"])
    assert paths.checkpoint("small", RunId("one", 3)).exists()
    train_stage(stage("bigan"), FAMILIES["bigan"])
    assert not paths.checkpoint("small", RunId("one", 3)).exists()


@pytest.mark.parametrize("family", ["bigan", "cgan"])
def test_it_leaves_weights_losses_and_metrics_and_no_checkpoint(family: str) -> None:
    train_stage(stage(family), FAMILIES[family])
    found = metrics("one")
    assert (found["epoch"], found["images"], found["planned_epochs"], found["collapsed"]) == (2, 23, 2, False)
    (about,) = found["about"]
    assert {key: about[key] for key in ("dataset", "family", "device", "precision", "start", "own_epochs", "all_images")} == {
        "dataset": "toy",
        "family": family,
        "device": "cpu",
        "precision": "float32",
        "start": None,
        "own_epochs": OWN_EPOCHS,
        "all_images": True,
    }
    table = pd.read_csv(paths.losses("small", RunId("one", 3)), sep="\t")
    assert table["epoch"].tolist() == [1, 2]
    assert table["generator"].iloc[-1] == pytest.approx(found["generator"], rel=1e-6)
    assert weights("one")
    assert not paths.checkpoint("small", RunId("one", 3)).exists()
    assert not paths.snapshots("small", RunId("one", 3)).exists(), "nothing was kept"


def test_fewer_images_are_said_to_be_fewer() -> None:
    train_stage(stage("bigan", images=15), FAMILIES["bigan"])
    assert metrics("one")["images"] == 15
    assert metrics("one")["about"][0]["all_images"] is False


def test_a_start_is_another_variants_weights_of_the_same_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    train_stage(stage("bigan"), FAMILIES["bigan"])
    begun: list[dict[str, Tensor]] = []
    fit = stages.fit

    def watched(trainer: Any, *others: Any) -> Any:
        begun.append({name: value.clone() for name, value in trainer.update.gan.state_dict().items()})
        return fit(trainer, *others)

    monkeypatch.setattr(stages, "fit", watched)
    train_stage(stage("bigan", "two", start="one"), FAMILIES["bigan"])
    assert all(torch.equal(value, weights("one")[name]) for name, value in begun[0].items())
    assert metrics("two")["about"][0]["start"] == "one"


def test_what_callbacks_find_is_written() -> None:
    def look(gan: Any, images: data.Images) -> Callback:
        return lambda epoch: Observation({"pixels": float(gan.pixels)}, {str(epoch): images.pixels[:epoch].clone()})

    train_stage(stage("bigan"), FAMILIES["bigan"], [look])
    assert metrics("one")["pixels"] == 16
    assert paths.snapshots("small", RunId("one", 3)).exists()


def test_a_checkpoint_is_kept_until_everything_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(stages, "SECONDS_BETWEEN_CHECKPOINTS", 0)
    monkeypatch.setattr(stages, "write_json", full)
    with pytest.raises(OSError, match="no space left"):
        train_stage(stage("bigan"), FAMILIES["bigan"])
    assert paths.checkpoint("small", RunId("one", 3)).exists()
