"""The one definition of the graph, dvc.yaml, as Snakemake needs it."""

import logging
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dvc import rwlock
from dvc.dependency import ParamsDependency
from dvc.exceptions import DvcException
from dvc.repo import Repo
from dvc.stage import Stage as DvcStage
from networkx import ancestors

from workflow.io.errors import UserError
from workflow.params.file import check
from workflow.params.model import fill, load, select
from workflow.pipeline.params_cache import look_up_quickly
from workflow.pipeline.stage import LOCK
from workflow.pipeline.verify_cache import distrust_cache

CAPTIONS = Path("workflow/report/templates/captions")
STALE = Path(".snakemake/stale")  # newer than any output: an input of each stage that has to run
CODE = "code"  # the stage that comes before all others, and that no rule of Snakemake is made from: see _current
GPUS = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")  # NVIDIA's, NVIDIA's in WSL, AMD's: asking PyTorch takes seconds


@dataclass(frozen=True)
class Stage:
    """A stage of dvc.yaml with its templates filled in, e.g. train_bigan@bigan-0."""

    inputs: list[str]
    outputs: list[str]
    stale: bool  # it, or a stage before it, has to run


@dataclass(frozen=True)
class Rule:
    """An entry of dvc.yaml, its matrix turned into wildcards."""

    name: str
    stage: str
    files: list[str]
    folders: list[str]  # outputs whose name has no ending
    captions: dict[str, str]  # of the files that Snakemake's own report shows
    constraints: dict[str, str]
    conda: str
    threads: int
    resources: dict[str, Any]


class Graph:
    """The stages and rules of the project in the current folder.

    Args:
        ask: Whether DVC is asked for the stages, and which of them are stale. One process of a run does; those that it starts,
            on other machines, are told which job to run, and take its inputs to be there.
        elsewhere: Whether the jobs run on other machines than this one.
    """

    def __init__(self, ask: bool, elsewhere: bool) -> None:
        self.stages: dict[str, Stage] = {}
        logging.raiseExceptions = False  # Snakemake's log on a full disk must not bury what else is said
        try:
            if ask:
                # A job finds the Python of this very environment, activated or not; conda puts its own before it.
                os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
                check()
                check_lock(LOCK)
                distrust_cache()
                look_up_quickly()
                self.stages = _stages()
                self._touch_stale()
            params = load()
            self.rules = _rules(params, params["compute"]["device"] != "cpu" and (elsewhere or any(Path(gpu).exists() for gpu in GPUS)))
        except (UserError, DvcException, OSError, sqlite3.Error) as error:  # DVC's state is a database
            sys.exit(str(error))

    def inputs(self, rule: Rule, ancient: Callable[[str], Any]) -> Callable[[Any], list[Any]]:
        """Return Snakemake's input function of a rule.

        DVC alone decides what has to run: a stale stage gets an input that is newer than any output, and every
        other stage has only inputs whose time does not count.
        """

        def of(wildcards: Any) -> list[Any]:
            if not self.stages:
                return []
            stage = self.stages[rule.stage.format(**wildcards)]
            files = [str(STALE), *stage.inputs]
            return files if stage.stale else [ancient(file) for file in files]

        return of

    @property
    def outputs(self) -> list[str]:
        """Every file and folder that the graph makes."""
        return [output for stage in self.stages.values() for output in stage.outputs]

    def _touch_stale(self) -> None:
        """Make the file that stands for staleness newer than any other of the graph, even if a clock has been set back since.

        Its content is another each time, too: Snakemake takes a small file of the same content for unchanged.
        """
        now = time.time()
        for name in {file for stage in self.stages.values() for file in (*stage.inputs, *stage.outputs)}:
            for path in (Path(name), Path(name, ".snakemake_timestamp")):  # a folder's time is that of a file in it
                if path.exists() and path.stat().st_mtime >= now:
                    os.utime(path, (now - 1, now - 1))
        STALE.parent.mkdir(exist_ok=True)
        STALE.write_text(str(time.time_ns()))


def check_lock(path: Path) -> None:
    """Raise UserError if dvc.lock ends within a line: what is left may still be YAML, and a hash of another kind, or of none."""
    if path.exists() and not path.read_bytes().endswith(b"\n"):
        raise UserError(f"unable to read: '{path}': its end is missing; delete it, and its results come back from the cache")


def _current(repo: Repo) -> Repo:
    """Return the repository after the stage `code` has run, if an edit has made it stale: only then is it known which others are."""
    (code,) = (stage for stage in repo.index.stages if stage.name == CODE)
    with repo.lock, _asked():
        if not _changed(code):
            return repo
    done = subprocess.run([sys.executable, "-m", "workflow.pipeline.lockfile", CODE], capture_output=True, text=True)
    if done.returncode:
        raise UserError(done.stderr.strip())
    return Repo(".", _wait_for_lock=True)


def _stages() -> dict[str, Stage]:
    repo = _current(Repo(".", _wait_for_lock=True))
    graph = repo.index.graph  # its edges lead from a stage to those it needs
    made = sorted(_path(out) for stage in graph for out in stage.outs)
    needed = {stage.name: [_path(dep) for dep in stage.deps if not isinstance(dep, ParamsDependency)] for stage in graph}
    _make_empty(set().union(*needed.values()), made)
    with repo.lock, _asked():
        changed = [stage for stage in graph if _changed(stage)]
    stale = set(changed).union(*(ancestors(graph, stage) for stage in changed))
    return {
        stage.name: Stage(
            _files(needed[stage.name], made),
            [_path(out) for out in stage.outs],
            stage in stale,
        )
        for stage in graph
        if stage.name != CODE
    }


@contextmanager
def _asked() -> Iterator[None]:
    """Have DVC lock no stage that is only asked. One that another process runs at this moment is stale: its outputs are gone."""
    before = rwlock.rwlock
    rwlock.rwlock = lambda *_: nullcontext()
    try:
        yield
    finally:
        rwlock.rwlock = before


def _rules(params: dict[str, Any], gpus: bool) -> list[Rule]:
    rules = []
    for name, entry in load(Path("dvc.yaml"))["stages"].items():
        if name == CODE:
            continue
        matrix = {key: _values(values, params) for key, values in entry.get("matrix", {}).items()}
        if not all(matrix.values()):
            continue  # this budget has none of them
        keys = "-".join(f"{{{key}}}" for key in matrix)
        wildcards = {**params, "item": {key: f"{{{key}}}" for key in matrix}}
        outs = [out for kind in ("outs", "metrics", "plots") for out in entry.get(kind, [])]
        patterns = [fill(out if isinstance(out, str) else next(iter(out)), wildcards) for out in outs]
        rules.append(
            Rule(
                name,
                f"{name}@{keys}" if keys else name,
                [pattern for pattern in patterns if Path(pattern).suffix],
                [pattern for pattern in patterns if not Path(pattern).suffix],
                {pattern: str(caption) for pattern in patterns if (caption := _caption(pattern)).exists()},
                {key: "|".join(map(str, values)) for key, values in matrix.items()},
                entry["meta"]["conda"],
                entry["meta"].get("threads", 1),
                {name: amount for name, amount in entry["meta"].get("resources", {}).items() if name != "gpu" or gpus},
            )
        )
    return rules


def _caption(pattern: str) -> Path:
    """Return where the caption of `figures/map-{variant}.png` or `tables/map.csv` would lie: captions/map.rst."""
    shown = Path(pattern).suffix in (".png", ".csv")
    return CAPTIONS / f"{Path(pattern).stem.split('-')[0] if shown else ''}.rst"


def _values(values: str | list[Any], params: dict[str, Any]) -> list[Any]:
    """Return what a key of a matrix ranges over: a list, or `${a.b}`, the place of one in params.yaml."""
    return values if isinstance(values, list) else list(select(params, values.strip("${}")))


def _files(paths: list[str], made: list[str]) -> list[str]:
    """Replace a folder by what other stages write into it."""
    inside = {path: [out for out in made if out.startswith(path + "/")] for path in paths}
    return [file for path in paths for file in inside[path] or [path]]


def _make_empty(paths: set[str], made: list[str]) -> None:
    """Make the folders that a budget has nothing to put into, and that are gathered all the same."""
    for path in paths.difference(made):
        if _files([path], made) == [path] and not Path(path).suffix:
            Path(path).mkdir(parents=True, exist_ok=True)


def _changed(stage: DvcStage) -> bool:
    try:
        return bool(stage.status())
    except FileNotFoundError:  # another process has removed it at this very moment
        return True


def _path(item: Any) -> str:
    return str(Path(item.fs_path).relative_to(item.repo.root_dir))
