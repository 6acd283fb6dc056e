"""What jobs do in DVC's place: the same, in less time."""

import subprocess
from pathlib import Path

import pytest
from conftest import ENVIRONMENT, ROOT
from dvc.dependency import param
from dvc.dvcfile import Lockfile
from dvc.repo import Repo
from dvc.utils.serialize import dumps_yaml, parse_yaml

from workflow.io.errors import UserError
from workflow.pipeline.lockfile import load_stage, place, replaced
from workflow.pipeline.params_cache import look_up_quickly
from workflow.pipeline.snakemake import check_lock


def test_a_stage_is_recorded_in_the_place_of_its_old_lines_or_at_the_end() -> None:
    first, second = "  train@a-0:\n    deps:\n    - path: x\n", "  train@a:\n    cmd: y\n"
    lock = f"schema: '2.0'\nstages:\n{first}{second}"
    assert replaced(lock, "  train@a-0:\n    cmd: z\n") == f"schema: '2.0'\nstages:\n  train@a-0:\n    cmd: z\n{second}"
    assert replaced(lock, "  train@a:\n    cmd: z\n") == f"schema: '2.0'\nstages:\n{first}  train@a:\n    cmd: z\n"
    assert replaced(lock, "  train:\n    cmd: z\n") == lock + "  train:\n    cmd: z\n"


def test_a_job_reads_of_the_lock_its_own_stage_as_dvc_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    subprocess.run(["dvc", "init", "-q", "--no-scm"], check=True, env=ENVIRONMENT)
    lock = parse_yaml((ROOT / "dvc.lock").read_text(), "dvc.lock")
    names = [*list(lock["stages"])[:3], list(lock["stages"])[-1]]
    whole = {"schema": "2.0", "stages": {name: lock["stages"][name] for name in names}}
    Path("dvc.lock").write_text(dumps_yaml(whole))
    with Repo(".") as repo:
        lockfile = Lockfile(repo, "dvc.lock")
        assert lockfile.load() == whole
        for name in names:
            found, _ = load_stage(name)(lockfile)
            assert found == {"schema": "2.0", "stages": {name: lock["stages"][name]}}
        assert load_stage("another")(lockfile) == ({}, "")


def test_parameters_are_parsed_again_once_their_file_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def load_path(path: str, _fs: object) -> dict[str, str]:
        parsed.append(Path(path).read_text())
        return {"a": {"b": parsed[-1]}}

    monkeypatch.setattr(param, "load_path", load_path)
    monkeypatch.setattr(param, "dpath", None)
    look_up_quickly()
    path = tmp_path / "params.yaml"
    for text in ("first", "second one"):
        path.write_text(text)
        for _ in range(2):
            assert param.read_param_file(None, str(path), ["a.b", "a.c", "b"], flatten=True) == {"a.b": text}
    assert parsed == ["first", "second one"]


def test_a_lock_that_is_cut_off_is_one_clear_line(tmp_path: Path) -> None:
    lock = tmp_path / "dvc.lock"
    check_lock(lock)
    whole = "schema: '2.0'\nstages:\n  a:\n    cmd: b\n    outs:\n    - path: c\n      hash: md5\n"
    lock.write_text(whole)
    check_lock(lock)
    lock.write_text(whole[:-3])
    with pytest.raises(UserError, match=r"unable to read: '.*dvc.lock': its end is missing; delete it"):
        check_lock(lock)
    assert place(whole[:-3], "  a:") == (whole.index("  a:"), len(whole) - 3)
