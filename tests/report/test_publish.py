"""The published page: made from what Git holds, by one command, without data, training or PyTorch."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.project import ENVIRONMENT, ROOT

WITHOUT_TORCH = """
import runpy, sys

class NoTorch:
    def find_spec(name, *_):
        if name.split(".")[0] == "torch":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, NoTorch)
runpy.run_module("workflow.scripts.publish", run_name="__main__")
"""
LARGEST = 15e6  # bytes


def publish(folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", WITHOUT_TORCH]
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=600)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What Git holds that a page needs."""
    for name in ("params.yaml", "dvc.yaml", "README.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "workflow", tmp_path / "workflow", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "reports", tmp_path / "reports", ignore=shutil.ignore_patterns("index.html", "*.pdf"))
    return tmp_path


def test_the_page_is_made_from_what_git_holds_without_pytorch(clone: Path) -> None:
    drawn = clone / "reports/cpu/figures/protocols.png"
    drawn.write_bytes(b"of older metrics")
    done = publish(clone)
    assert done.returncode == 0, done.stderr
    assert drawn.read_bytes() == (ROOT / "reports/cpu/figures/protocols.png").read_bytes()
    page = (clone / "docs/index.html").read_text(encoding="utf-8")
    assert len(page) < LARGEST
    assert "cpu: Intel Xeon" in page
    assert "paper: Intel Xeon" in page
    assert (ROOT / "docs/index.html").stat().st_size < LARGEST


def test_without_committed_results_there_is_one_clear_line(clone: Path) -> None:
    shutil.rmtree(clone / "reports")
    done = publish(clone)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr.strip()
        == "reports: found no metrics of paper, paper-bfloat16, tenth, cpu, svhn-10k, demo, allowed: those of one of them"
    )
