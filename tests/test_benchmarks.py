"""That benchmarks still run. What they measure is not tested."""

import importlib
import re
import sys
from pathlib import Path

import pytest

from benchmarks import mnist, numerics
from tests.helpers.project import ROOT
from workflow.pipeline.trainings import computes_in_bfloat16

BENCHMARKS = sorted(file.stem for file in (ROOT / "benchmarks").glob("[!_]*.py"))


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_can_be_imported(name: str) -> None:
    assert importlib.import_module(f"benchmarks.{name}").__doc__


def test_a_step_is_made_in_each_kind(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(numerics, "ROUNDS", 1)
    monkeypatch.setitem(numerics.STEPS, "cgan", 1)
    monkeypatch.setattr(sys, "argv", ["numerics", "cgan"])  # the fastest
    numerics.main()
    kinds = ("portable", "fast", "bfloat16") if computes_in_bfloat16() else ("portable", "fast")
    shown = ", ".join(rf"{kind} [\d.]+ ms \([\d.]+\)" for kind in kinds)
    assert re.match(rf"cgan +{shown}; .", capfd.readouterr().out)


def test_without_mnist_a_line_says_what_makes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=r"^data/processed/mnist\.safetensors: not there; `make demo` makes it$"):
        mnist.processed()
