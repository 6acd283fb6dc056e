"""The published page and its figures: made from what Git holds, by one command, without data, training or PyTorch."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.helpers.project import ENVIRONMENT, ROOT
from workflow.io.errors import UserError
from workflow.report.figures.forest import ForestRow, plot
from workflow.report.figures.style import save
from workflow.scripts.publish import main

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
INVISIBLE = 16  # of 255: what another processor's rounding changes at the edges of lines and letters


def publish(folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", WITHOUT_TORCH]
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=600)


def pixels(png: Path) -> NDArray[np.int16]:
    with Image.open(png) as image:
        return np.asarray(image.convert("RGB"), np.int16)


def looks_the_same(one: Path, other: Path) -> bool:
    """Whether two figures show the same; their bytes may differ by what a library's version compresses better."""
    if one.read_bytes() == other.read_bytes():
        return True
    first, second = pixels(one), pixels(other)
    return first.shape == second.shape and int(np.abs(first - second).max()) <= INVISIBLE


def figures(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for pattern in ("docs/*.png", "reports/*/figures/*.png") for file in folder.glob(pattern)}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What Git holds that a page needs, but for the results."""
    for name in ("params.yaml", "dvc.yaml", "README.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("workflow", "envs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_page_is_made_from_what_git_holds_without_pytorch_and_no_figure_is_older_than_its_metrics(clone: Path) -> None:
    shutil.copytree(ROOT / "reports", clone / "reports", ignore=shutil.ignore_patterns("index.html", "*.pdf"))
    shutil.copy(ROOT / "reports/cpu/figures/forest-A.png", clone / "reports/cpu/figures/protocols.png")
    done = publish(clone)
    assert done.returncode == 0, done.stderr
    page = (clone / "docs/index.html").read_text(encoding="utf-8")
    assert len(page) < LARGEST
    for budget in ("cpu", "paper"):
        row = page.partition(f'<tr id="budget-{budget}">')[2].partition("</tr>")[0]
        assert "Intel Xeon" in row, budget
    assert (ROOT / "docs/index.html").stat().st_size < LARGEST
    drawn, committed = figures(clone), figures(ROOT)
    assert drawn == committed, f"run `make page`, and commit what it adds or delete what it leaves out: {', '.join(drawn ^ committed)}"
    stale = [name for name in sorted(drawn) if not looks_the_same(clone / name, ROOT / name)]
    assert not stale, f"older than the metrics that they show, run `make page`: {', '.join(stale)}"


@pytest.mark.parametrize("changes", [{"measured": 94.02}, {"verdict": "inconclusive"}, {"label": "another"}])
def test_a_figure_of_other_values_looks_different(tmp_path: Path, changes: dict[str, object]) -> None:
    row = {"label": "says", "stated": "93.75", "origin": 93.75, "unit": 0.5, "direction": 0, "measured": 94.0, "low": 93.0, "high": 95.0}
    row |= {"primary": True, "named": True, "verdict": "reproduced"}
    for name, values in (("committed", row), ("same", row), ("changed", row | changes)):
        save(plot([ForestRow(**values)], "Report A"), tmp_path / f"{name}.png")
    assert looks_the_same(tmp_path / "committed.png", tmp_path / "same.png")
    assert not looks_the_same(tmp_path / "committed.png", tmp_path / "changed.png")


def test_without_committed_results_there_is_one_clear_line(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone)
    monkeypatch.setattr(sys, "argv", ["publish"])
    with pytest.raises(UserError) as caught:
        main()
    assert (
        str(caught.value) == "reports: found no metrics of paper, paper-bfloat16, tenth, thirty-epochs, ten-epochs, cpu, svhn-10k, demo, "
        "allowed: those of one of them"
    )
