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

from tests.faults.faults import FAULTS, MOUNTED, Target, disk
from tests.faults.states import OUTPUTS, copy
from workflow.params.model import load

COMMANDS = {"snakemake": ("snakemake", "--cores", "2"), "dvc": ("dvc", "repro")}
RUNS = 3  # that a user has patience for
LIMIT = 20  # times what a command takes undisturbed: then it hangs
TRACEBACK = "Traceback (most recent call last)"
FAILURES = ("DIFFERENT", "GAVE UP", "HANGS", "TRACEBACK")


# What a printed line calls for
ADVICE: dict[str, Callable[[Target, "re.Match[str]"], object]] = {
    r"is busy, it is being blocked by|Unable to acquire lock": lambda target, _: target.wait_for_others(),
    r"Unable to read RWLock-file '(.*?)'": lambda target, line: (target.project.folder / line[1]).unlink(),
    r"(unable to read: 'dvc\.lock'|dvc\.lock' (is invalid|validation))": lambda target, _: (target.project.folder / "dvc.lock").unlink(),
    r"`(snakemake [^`]*)`": lambda target, line: target.run(*line[1].split()),
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


def play(states: Path, workdir: Path, seconds: float, fault: str, rng: random.Random) -> Outcome:
    """Play a round.

    Args:
        states: Where `prepare` has made its projects.
        workdir: An empty folder to play in.
        seconds: What a run takes.
        fault: Which.
        rng: Decides the rest.
    """
    state, tools, happen = FAULTS[fault]
    tool = rng.choice(tools)
    began = time.monotonic()
    with disk(workdir / "project") if fault in MOUNTED else nullcontext():
        project = copy(states / state, workdir / "project")
        target = Target(project, COMMANDS[tool], rng, seconds, LIMIT * seconds)
        said: list[str] = []
        where = ""
        try:
            where = happen(target)
            said = recover(target)
            target.wait_for_others()
            ended = verdict(target, said, states / "done")
        except subprocess.TimeoutExpired:
            ended = "HANGS"
        finally:
            project.kill()
    return Outcome(fault, tool, where, said, ended, time.monotonic() - began)


def verdict(target: Target, said: list[str], undisturbed: Path) -> str:
    """Say how a round has ended."""
    if not target.succeeded:
        return "GAVE UP: " + essence(target.project.said.read_text(errors="replace"))
    if any(TRACEBACK in line for line in said):
        return "TRACEBACK"
    return differences(undisturbed, target.project.folder)


def recover(target: Target) -> list[str]:
    """Do what a user would until the command succeeds; return what each run that did not has said."""
    said: list[str] = []
    while not target.succeeded and len(said) < RUNS:
        text = target.project.said.read_text(errors="replace")
        said.append(essence(text))
        for pattern, act in ADVICE.items():
            if line := re.search(pattern, text):
                act(target, line)
        target.run()
    return said


def essence(text: str) -> str:
    """Return of what a run has printed the lines that say why it failed."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(rf"^ERROR|^[a-z]\w+: |^'|busy|Error:.|{re.escape(TRACEBACK)}", line)]
    return "; ".join(dict.fromkeys(telling or lines[-2:]))


def differences(undisturbed: Path, project: Path) -> str:
    """Say which outputs, if any, are not byte for byte those of an undisturbed project."""
    there, here = made(undisturbed), made(project)
    changed = sorted(name for name in there.keys() | here.keys() if there.get(name) != here.get(name))
    lock = recorded(project)
    changed += [f"dvc.lock: {name}" for name, entry in recorded(undisturbed).items() if lock.get(name) != entry]
    return f"DIFFERENT: {', '.join(changed)}" if changed else "the same"


def made(folder: Path) -> dict[str, bytes]:
    """Return the files that the stages have made."""
    files = [path for output in OUTPUTS for path in (folder / output).rglob("[!.]*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def recorded(folder: Path) -> dict[str, Any]:
    """Return what dvc.lock has of each stage, but for the sizes: DVC does not read them."""
    return {
        name: {**entry, **{kind: {file["path"]: file["md5"] for file in entry.get(kind, [])} for kind in ("deps", "outs")}}
        for name, entry in load(folder / "dvc.lock")["stages"].items()
    }
