"""Results that one clone pushes to a DVC remote, a folder or S3, are another's without computing anything again."""

import hashlib
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from tests.helpers.project import Project, write_params
from tests.helpers.tiny_graph import tiny_graph
from workflow.params.model import load

# A stage with an output in DVC's cache, one that Git holds, and a folder
TRAIN = {
    "cmd": "mkdir -p models && for file in models/m score.json; do echo ${samples.images} > $file; done",
    "params": ["samples.images"],
    "outs": ["models"],
    "metrics": [{"score.json": {"cache": False}}],
    "meta": {"conda": "data"},
}
IMAGES = {"before": 7, "now": 6, "here": 8, "there": 9}


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a local S3 with a bucket `bucket`."""
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    with urllib.request.urlopen(urllib.request.Request(f"{address}/bucket", method="PUT")):
        yield address
    server.stop()


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory, s3: str) -> Project:
    """A project that was run and committed with two values of a parameter; its remotes are a folder and a bucket."""
    folder = tmp_path_factory.mktemp("shared")
    project = tiny_graph(folder / "origin", train=TRAIN)
    with (project.folder / ".gitignore").open("a") as ignored:
        ignored.write("/models\n")
    project.run("dvc", "remote", "add", "folder", str(folder / "remote"))
    project.run("dvc", "remote", "add", "s3", "s3://bucket/cache")
    for option, value in {"endpointurl": s3, "access_key_id": "any", "secret_access_key": "any", "region": "us-east-1"}.items():
        project.run("dvc", "remote", "modify", "s3", option, value)
    for value in ("before", "now"):
        change(project, value)
        assert project.snakemake() == ["train"]
        project.commit()
    return project


def change(project: Project, value: str) -> None:
    """Give the parameter one of its values."""
    content = load(project.folder / "params.yaml")
    content["samples"]["images"] = IMAGES[value]
    write_params(project.folder, content)


SHARE = ("python", "-m", "workflow.pipeline.remote")


def push(origin: Project, remote: str) -> None:
    """Push all results to a remote, which is from now on the default."""
    origin.run("dvc", "remote", "default", remote)
    origin.commit()
    origin.run(*SHARE, "push")


def clone(origin: Project, folder: Path) -> Project:
    """Return a clone that has pulled all results."""
    origin.run("git", "clone", "-q", str(origin.folder), str(folder))
    cloned = Project(folder)
    cloned.run(*SHARE, "pull")
    cloned.run("dvc", "checkout")
    return cloned


def test_a_clone_computes_nothing_that_another_has_pushed(origin: Project, tmp_path: Path) -> None:
    push(origin, "folder")
    cloned = clone(origin, tmp_path / "clone")
    assert cloned.is_clean()
    change(cloned, "before")
    assert cloned.planned()["train"] == 1
    assert cloned.snakemake() == [], "old parameters are restored from the run cache"
    assert cloned.is_clean()


def test_two_clones_push_at_once_and_a_third_has_the_results_of_both(origin: Project, tmp_path: Path) -> None:
    push(origin, "s3")
    two = {value: clone(origin, tmp_path / value / "clone") for value in ("here", "there")}
    for value, cloned in two.items():
        change(cloned, value)
        assert cloned.snakemake() == ["train"]
    pushing = [cloned.start(*SHARE, "push") for cloned in two.values()]
    assert [process.wait(60) for process in pushing] == [0, 0], [cloned.said.read_text() for cloned in two.values()]

    third = clone(origin, tmp_path / "third")
    for value in two:
        change(third, value)
        assert third.snakemake() == []


def test_what_a_remote_lacks_is_counted(origin: Project, tmp_path: Path) -> None:
    push(origin, "folder")
    md5 = hashlib.md5(f"{IMAGES['now']}\n".encode(), usedforsecurity=False).hexdigest()
    (origin.folder.parent / "remote/files/md5" / md5[:2] / md5[2:]).unlink()
    origin.run("git", "clone", "-q", str(origin.folder), str(tmp_path / "clone"))
    said = Project(tmp_path / "clone").run(*SHARE, "pull", ok=False)
    assert re.fullmatch(r"pull: 1 of \d+ objects could not be copied", said.splitlines()[-1]), said
    push(origin, "folder")


def test_without_a_remote_it_says_what_makes_one(tmp_path: Path) -> None:
    project = tiny_graph(tmp_path / "project", train=TRAIN)
    assert project.run(*SHARE, "push", ok=False).startswith("no default remote: make one by `dvc remote add -d <name> <url>`")
