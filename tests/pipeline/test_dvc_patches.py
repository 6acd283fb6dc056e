"""What is changed in DVC does what it says, and the project runs without it."""

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from dvc import rwlock
from dvc.dependency import param
from dvc.dvcfile import Lockfile
from dvc.parsing import DataResolver
from dvc.parsing.context import Context
from dvc.repo import Repo
from dvc.stage.cache import StageCache, _get_cache_hash
from dvc.utils.serialize import dumps_yaml, load_yaml, parse_yaml
from dvc_data.hashfile.db.local import LocalHashFileDB

from tests.helpers.project import ROOT, Project, small_params, write_params
from tests.helpers.tiny_graph import tiny_graph
from workflow.pipeline import dvc_patches
from workflow.pipeline.dvc_patches import TESTED, cache_params, read_and_write_one_stage, share_params, verify_cache, without_stage_locks

# Python imports this module at its start: then a package has a version that it has not
PRETEND = """
from importlib import metadata
real = metadata.version
metadata.version = lambda name: "9.9.9" if name in {packages} else real(name)
"""
ENTRY = b"""cmd: python -m this
deps:
- path: in
  md5: 0123456789abcdef0123456789abcdef
  size: 3
outs:
- path: out
  md5: 0123456789abcdef0123456789abcdef
  size: 4
- path: other
  md5: 0123456789abcdef0123456789abcdef
  size: 5
"""


@pytest.fixture(autouse=True)
def unpatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """DVC's own functions are back when a test ends."""
    for owner, name in [
        (LocalHashFileDB, "check"),
        (StageCache, "_load_cache"),
        (param, "load_path"),
        (param, "dpath"),
        (Lockfile, "_load_yaml"),
        (Lockfile, "dump_stages"),
    ]:
        monkeypatch.setattr(owner, name, getattr(owner, name))
    monkeypatch.setattr(Context, "clone", Context.__dict__["clone"])


def test_the_versions_that_are_pinned_are_the_tested_ones() -> None:
    pinned = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert {f"{package}=={version}" for package, version in TESTED.items()} <= set(pinned)


def test_with_other_versions_nothing_is_patched_and_it_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    dvc_patches.warn_of_versions()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(dvc_patches, "version", lambda _: "9.9.9")
    before = (LocalHashFileDB.check, StageCache._load_cache, param.load_path, Context.clone, Lockfile._load_yaml, rwlock.rwlock)
    dvc_patches.apply_patches("train")
    with without_stage_locks():
        assert (LocalHashFileDB.check, StageCache._load_cache, param.load_path, Context.clone, Lockfile._load_yaml, rwlock.rwlock) == before
    dvc_patches.warn_of_versions()
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("DVC 9.9.9 is not the tested 3.67.1: running plain `dvc repro`, slower")
    assert second.startswith("Snakemake 9.9.9 is not the tested 9.27.1")


def test_a_graph_runs_without_the_patches(tmp_path: Path) -> None:
    project = tiny_graph(tmp_path / "project")
    (tmp_path / "sitecustomize.py").write_text(PRETEND.format(packages=["dvc", "snakemake"]))
    pretend = {"PYTHONPATH": str(tmp_path)}
    said = project.run("snakemake", "--cores", "2", **pretend)
    assert said.count("DVC 9.9.9 is not the tested 3.67.1: running plain `dvc repro`, slower") == 1
    assert said.count("Snakemake 9.9.9 is not the tested") == 1
    lock = (project.folder / "dvc.lock").read_bytes()
    assert "Nothing to be done" in project.run("snakemake", "--cores", "1", **pretend)
    assert project.is_clean()

    shutil.rmtree(project.folder / "out")
    (project.folder / "all.txt").unlink()
    (project.folder / "dvc.lock").unlink()
    assert project.snakemake() == [], "all of it comes back from the run cache"
    assert sorted(load_yaml(project.folder / "dvc.lock")["stages"].items()) == sorted(parse_yaml(lock.decode(), "")["stages"].items())


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An entry of the run cache."""
    verify_cache()
    monkeypatch.setattr(StageCache, "_get_cache_path", lambda *_: str(tmp_path / "entry"))
    (tmp_path / "entry").write_bytes(ENTRY)
    return tmp_path / "entry"


def test_a_whole_entry_of_the_run_cache_is_taken(entry: Path) -> None:
    content = load_yaml(entry)
    assert StageCache.__new__(StageCache)._load_cache("key", _get_cache_hash(content)) == content
    assert entry.exists()


@pytest.mark.parametrize(
    "damaged",
    [
        b"cmd: \xe1\n",  # no text
        ENTRY[: ENTRY.index(b"outs")],  # a mapping, but without outputs
        ENTRY[: ENTRY.index(b"- path: other")],  # with one output less
        ENTRY.replace(b"path: out\n  md5: 0", b"path: out\n  md5: 1"),
        b"",
    ],
)
def test_a_damaged_entry_of_the_run_cache_is_none(entry: Path, damaged: bytes) -> None:
    value = _get_cache_hash(load_yaml(entry))
    entry.write_bytes(damaged)
    cache = StageCache.__new__(StageCache)
    assert cache._load_cache("key", value) is None
    assert not entry.exists()
    assert cache._load_cache("key", value) is None


def test_parameters_are_parsed_again_once_their_file_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def load_path(path: str, _fs: object) -> dict[str, dict[str, str]]:
        parsed.append(Path(path).read_text())
        return {"a": {"b": parsed[-1]}}

    monkeypatch.setattr(param, "load_path", load_path)
    monkeypatch.setattr(param, "dpath", None)
    cache_params()
    path = tmp_path / "params.yaml"
    for text in ("first", "second one"):
        path.write_text(text)
        for _ in range(2):
            assert param.read_param_file(None, str(path), ["a.b", "a.c", "b"], flatten=True) == {"a.b": text}
    assert parsed == ["first", "second one"]


def test_stages_that_share_the_parameters_are_those_that_copy_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_params(tmp_path, small_params())
    shutil.copy(ROOT / "dvc.yaml", tmp_path)
    with Repo.init(no_scm=True) as repo:
        copied, params = DataResolver(repo, str(tmp_path), load_yaml("dvc.yaml")).resolve(), load_yaml("params.yaml")
        share_params()
        resolver = DataResolver(repo, str(tmp_path), load_yaml("dvc.yaml"))
        assert resolver.resolve() == copied
    assert resolver.context.value == params, "what a stage adds to the parameters is its own"


def test_a_job_reads_of_the_lock_its_own_stage_as_dvc_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Project(tmp_path).run("dvc", "init", "-q", "--no-scm")
    names = ["make@digits-a-0", "make@digits-a-1", "gather"]
    stages: dict[str, dict[str, Any]] = {
        name: {"cmd": f"echo {name}", "params": {"params.yaml": {"a.b": {"c": [number, 2.5e-5]}}}} for number, name in enumerate(names)
    }
    for name, entry in stages.items():
        entry["outs"] = [{"path": f"out/{name}.txt", "hash": "md5", "md5": "0" * 32, "size": 1}]
    whole = {"schema": "2.0", "stages": stages}
    Path("dvc.lock").write_text(dumps_yaml(whole))
    with Repo(".") as repo:
        lockfile = Lockfile(repo, "dvc.lock")
        assert lockfile.load() == whole
        for name in names:
            read_and_write_one_stage(name)
            found, _ = lockfile._load_yaml()
            assert found == {"schema": "2.0", "stages": {name: stages[name]}}
        read_and_write_one_stage("another")
        assert lockfile._load_yaml() == ({}, "")


def test_a_job_records_the_same_bytes_as_dvc(tmp_path: Path) -> None:
    project = tiny_graph(tmp_path / "project")
    project.run("dvc", "repro")
    by_dvc = (project.folder / "dvc.lock").read_bytes()
    for stage in ("make@digits-b", "gather"):
        lines = dumps_yaml({"stages": {stage: load_yaml(project.folder / "dvc.lock")["stages"][stage]}}).removeprefix("stages:\n")
        (project.folder / "dvc.lock").write_text(by_dvc.decode().replace(lines, lines.replace("md5: ", "md5: 0")))
        assert (project.folder / "dvc.lock").read_bytes() != by_dvc
        project.run("python", "-m", "workflow.pipeline.job", stage, "job.log")
        assert (project.folder / "dvc.lock").read_bytes() == by_dvc
