"""A round: a fault, what a user makes of it, and what comes out in the end."""

import random
import re
import subprocess
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.conftest import Project
from tests.faults.states import OUTPUTS, copy
from tests.faults.strikes import ROOT, STRIKES, Struck, disk
from workflow import files
from workflow.params.model import load

COMMANDS = {"snakemake": ("snakemake", "--cores", "2"), "dvc": ("dvc", "repro")}
RUNS = 3  # that a user has patience for
LIMIT = 30  # times what a command takes undisturbed: then it hangs
FAILURES = ("DIFFERENT", "GAVE UP", "HANGS", "TRACEBACK")


# What a printed line calls for. Each is given the project and the line's match.
ADVICE: dict[str, Callable[[Project, "re.Match[str]"], object]] = {
    r"is busy, it is being blocked by|Unable to acquire lock": lambda project, _: psutil.wait_procs(project.processes(), timeout=60),
    r"Unable to read RWLock-file '(.*?)'": lambda project, line: (project.folder / line[1]).unlink(),
    r"`(snakemake [^`]*)`": lambda project, line: project.start(*line[1].split()).wait(),
    r"[Rr]emove '?([^\s',;]+)": lambda project, line: files.remove(project.folder / line[1]),
}


@dataclass(frozen=True)
class Outcome:
    """What became of a round."""

    fault: str
    tool: str
    where: str
    said: list[str]  # what the user read: a line a run that failed
    ended: str
    seconds: float

    def __str__(self) -> str:
        return " | ".join([f"{self.fault}, {self.tool}", self.where, *self.said, self.ended, f"{self.seconds:.0f} s"])


def play(states: Path, room: Path, seconds: float, fault: str, chance: random.Random) -> Outcome:
    """Play a round.

    Args:
        states: Where `prepare` has made its projects.
        room: A folder to play in, which isn't there yet.
        seconds: What a run takes.
        fault: Which.
        chance: Decides the rest.
    """
    state, strike = STRIKES[fault]
    tool = chance.choice(sorted(COMMANDS))
    began = time.monotonic()
    with disk(room / "project") if ROOT else nullcontext():
        project = copy(states / state, room / "project")
        struck = Struck(project, COMMANDS[tool], chance, seconds, LIMIT * seconds)
        said: list[str] = []
        where = ""
        try:
            where = strike(struck)
            said = recover(struck)
            ended = verdict(struck, said, states / "done")
        except subprocess.TimeoutExpired:
            ended = "HANGS"
        psutil.wait_procs(project.processes(), timeout=struck.limit)  # what a killed parent has left running
        project.kill()
    return Outcome(fault, tool, where, said, ended, time.monotonic() - began)


def verdict(struck: Struck, said: list[str], undisturbed: Path) -> str:
    """Say how a round has ended."""
    if not struck.succeeded:
        return "GAVE UP: " + essence(struck.project.said.read_text(errors="replace"))
    return "TRACEBACK" if any("Traceback" in line for line in said) else differences(undisturbed, struck.project.folder)


def recover(struck: Struck) -> list[str]:
    """Do what a user would until the command succeeds; return what each run that did not has said."""
    said = []
    while not struck.succeeded and len(said) < RUNS:
        text = struck.project.said.read_text(errors="replace")
        said.append(essence(text))
        for pattern, act in ADVICE.items():
            if line := re.search(pattern, text):
                act(struck.project, line)
        struck.run()
    return said


def essence(text: str) -> str:
    """Return of what a run has printed the lines that say why it failed."""
    lines = [line.strip() for line in text.splitlines()]
    telling = [line for line in lines if re.search(r"^ERROR|^\w+: |Traceback|busy|Error:|No space|Read-only", line)]
    return "; ".join(dict.fromkeys(telling))[:600] or "nothing"


def differences(undisturbed: Path, project: Path) -> str:
    """Say which outputs, if any, are not byte for byte those of an undisturbed project."""
    there, here = (contents(folder) for folder in (undisturbed, project))
    changed = sorted(name for name in there.keys() | here.keys() if there.get(name) != here.get(name))
    return f"DIFFERENT: {', '.join(changed)}" if changed else "the same"


def contents(folder: Path) -> dict[str, Any]:
    """Return each output of a project, and what dvc.lock says of each stage."""
    made = [path for output in OUTPUTS for path in (folder / output).rglob("*") if path.is_file() and path.name[0] != "."]
    return {**{str(path.relative_to(folder)): path.read_bytes() for path in made}, **load(folder / "dvc.lock")["stages"]}
