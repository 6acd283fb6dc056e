"""However a command ends, there is no traceback."""

import argparse
import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.helpers.project import ENVIRONMENT, ROOT
from workflow.io.errors import UserError
from workflow.pipeline import command

COMMANDS = ["pipeline.check", "pipeline.remote", "report.compare", "report.equivalence", "report.plan", "report.queue"]
COMMANDS += ["scripts.publish", "scripts.weights"]


def ended(raised: BaseException) -> Any:
    def main() -> None:
        raise raised

    with pytest.raises(SystemExit) as stopped:
        command.run(main)
    return stopped.value.code


def test_what_went_wrong_is_a_line() -> None:
    assert ended(UserError("params.yaml: found 0")) == "params.yaml: found 0"
    assert ended(FileNotFoundError(2, "No such file", "reports")) == "[Errno 2] No such file: 'reports'"


@pytest.mark.parametrize("returned", [None, 0, 3, "ran nothing"])
def test_what_a_command_returns_is_its_status(returned: int | str | None) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.run(lambda: returned)
    assert stopped.value.code == returned


@pytest.fixture
def _environment() -> Iterator[None]:
    """Take back what importing a script sets."""
    before = dict(os.environ)
    yield
    for variable in os.environ.keys() - before:
        del os.environ[variable]


@pytest.mark.usefixtures("_environment")
@pytest.mark.parametrize("name", COMMANDS)
def test_ctrl_c_is_a_line(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(argparse.ArgumentParser, "parse_known_args", interrupted)
    monkeypatch.delitem(sys.modules, f"workflow.{name}", raising=False)  # what is loaded is not run again without a warning
    with pytest.raises(SystemExit) as stopped:
        runpy.run_module(f"workflow.{name}", run_name="__main__")
    assert (stopped.value.code, capsys.readouterr().err) == (130, "interrupted\n")


def test_what_a_terminal_cannot_show_stands_as_its_code() -> None:
    program = """
import dvc.cli  # which puts another sys.stdout in the place of Python's
from workflow.pipeline import command
command.run(lambda: print("90.0 ± 0.5"))
"""
    terminal = {**ENVIRONMENT, "PYTHONIOENCODING": "ascii"}
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=terminal, capture_output=True, text=True, check=True)
    assert said.stdout == "90.0 \\xb1 0.5\n"
