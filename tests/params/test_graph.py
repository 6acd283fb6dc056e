"""Whatever stands in dvc.yaml where this project reads it, it is taken or refused in words."""

import copy
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.generated import complaint, places
from tests.helpers.project import ROOT
from workflow.io.errors import UserError
from workflow.params.file import check
from workflow.params.groups import measured_keys, read_graph, training_groups
from workflow.params.model import load

CONTENT = load(ROOT / "dvc.yaml")
READ = ("meta", "vars", "matrix", "deps", "params")
STAGES = ("train_triplet", "knn")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the environments, and so a place for another dvc.yaml."""
    (tmp_path / "envs").symlink_to(ROOT / "envs")
    return tmp_path


def written(folder: Path, content: Any) -> Path:
    path = folder / "dvc.yaml"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


PLACES = [place for name in STAGES for place in places(CONTENT["stages"][name], ("stages", name)) if place[2] in READ]


def changed(place: tuple[Any, ...], *value: Any) -> Any:
    """Return the content with another value in a place, or with none there."""
    content = copy.deepcopy({"stages": {name: CONTENT["stages"][name] for name in STAGES}})
    *above, last = place
    part: Any = content
    for key in above:
        part = part[key]
    if value:
        part[last] = value[0]
    else:
        del part[last]
    return content


def read(path: Path) -> None:
    """Read all that this project takes from a dvc.yaml."""
    stages = read_graph(path)["stages"]
    training_groups(stages)
    measured_keys(stages)


def test_the_project_s_own_is_taken() -> None:
    assert read_graph(ROOT / "dvc.yaml") == CONTENT
    assert check(ROOT / "params.yaml", ROOT / "dvc.yaml").budget.name == load(ROOT / "params.yaml")["budget"]["name"]


def test_what_computes_on_the_device_asks_for_a_gpu_and_nothing_else_does() -> None:
    computing = {name for name, stage in CONTENT["stages"].items() if "compute" in stage.get("params", [])}
    assert computing == {name for name, stage in CONTENT["stages"].items() if "gpu" in stage["meta"]["resources"]}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place[1:])))
def test_a_value_left_out_or_another_one_anywhere(folder: Path, place: tuple[Any, ...]) -> None:
    for value in [(), (None,), ("x",), ([],), ([{"x": 1}],)]:
        path = written(folder, changed(place, *value))
        said = complaint(partial(read, path))
        assert said is None or all(line.startswith(f"{path}: stages.") and "allowed: " in line for line in said.splitlines())


@pytest.mark.parametrize(
    ("place", "value", "line"),
    [
        (("stages", "knn", "meta"), (), "stages.knn.meta: found nothing, allowed: a mapping with the keys conda, resources"),
        (("stages", "knn", "meta", "conda"), ("gann",), "stages.knn.meta.conda: found 'gann', allowed: data, gan, report"),
        (
            ("stages", "knn", "matrix", "seed"),
            ({"from": 0},),
            "stages.knn.matrix.seed: found {'from': 0}, allowed: a list of texts and whole numbers, or a text that names one",
        ),
        (
            ("stages", "knn", "meta", "resources", "mem_mb"),
            (None,),
            "stages.knn.meta.resources.mem_mb: found None, allowed: a whole number or a text",
        ),
        (
            ("stages", "knn", "meta", "resources", "runtime"),
            ("8h",),
            "stages.knn.meta.resources.runtime: found '8h', allowed: a whole number ≥ 0",
        ),
        (("stages", "knn", "deps"), (None,), "stages.knn.deps: found None, allowed: a list"),
        (("stages", "knn", "deps", 1), ({"a": "b"},), "stages.knn.deps.1: found {'a': 'b'}, allowed: a text"),
        (("stages", "knn", "params"), (None,), "stages.knn.params: found None, allowed: a list"),
        (
            ("stages", "train_triplet", "matrix", "dataset"),
            (["${budget.mnist}"],),
            "data set of the group triplet: found 'mnist', allowed: dataset, fashion, svhn, donahue_split",
        ),
        *(
            (
                ("stages", "train_triplet", "vars", 0, "group"),
                (name,),
                f"group: found {name}, allowed: a name that begins with a letter, and that no key of every budget has",
            )
            for name in ("changes", "seeds", "trained", "_triplet")
        ),
        (
            ("stages", "train_triplet", "vars", 0, "group"),
            (),
            "stages.train_triplet: found no group, allowed: family and group in vars; "
            "dataset in matrix, as a key of budgets: ${budget.dataset}",
        ),
        (
            ("stages", "train_triplet", "matrix", "dataset"),
            (["mnist"],),
            "stages.train_triplet: found no dataset, allowed: family and group in vars; "
            "dataset in matrix, as a key of budgets: ${budget.dataset}",
        ),
    ],
)
def test_a_mistake_is_a_line(folder: Path, place: tuple[Any, ...], value: tuple[Any, ...], line: str) -> None:
    path = written(folder, changed(place, *value))
    with pytest.raises(UserError) as error:
        check(ROOT / "params.yaml", path)
    assert str(error.value) == f"{path}: {line}"


@pytest.mark.parametrize("key", ["images", "trained"])
def test_an_evaluation_of_what_is_no_list_measures_nothing(folder: Path, key: str) -> None:
    content = copy.deepcopy(CONTENT)
    for stage in content["stages"].values():
        if "variant" in stage.get("matrix", {}):
            stage["matrix"]["variant"] = f"${{budget.{key}}}"
    with pytest.raises(UserError, match=r"is trained, but nothing measures it"):
        check(ROOT / "params.yaml", written(folder, content))


def test_a_family_that_is_none(folder: Path) -> None:
    content = changed(("stages", "train_triplet", "vars", 0, "family"), "bigann")
    with pytest.raises(UserError, match=r"family of the group triplet: found 'bigann', allowed: .*bigan"):
        check(ROOT / "params.yaml", written(folder, content))
