"""What DVC says of the graph: its stages with all templates filled in, and which of them have to run."""

import os
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dvc.dependency import ParamsDependency
from dvc.exceptions import DvcException
from dvc.lock import LockError
from dvc.repo import Repo
from dvc.stage import Stage as DvcStage
from networkx import DiGraph, ancestors, topological_sort

from workflow.io.errors import UserError
from workflow.params.file import check
from workflow.pipeline import dvc_patches, lockfile, source_hashes
from workflow.pipeline.disk_space import check_disk_space
from workflow.pipeline.git import tell_dvc_of_git

STALE = Path(".snakemake/stale")  # newer than any output: an input of each stage that has to run


@dataclass(frozen=True)
class ResolvedStage:
    """A stage of dvc.yaml with its templates filled in, e.g. train_bigan@mnist-bigan-0."""

    inputs: list[str]
    outputs: list[str]
    stale: bool  # it, or a stage before it, has to run
    minutes_to_end: int  # that it and the longest chain of stages after it may take


def resolved_stages() -> dict[str, ResolvedStage]:
    """Return the stages of the project in the current folder, and which of them are stale.

    Raises:
        UserError: For a mistake in params.yaml or dvc.yaml, and where DVC cannot work.
    """
    # A job finds the Python of this very environment, activated or not; conda puts its own before it.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    try:
        dvc_patches.warn_of_versions()
        check()
        check_disk_space()
        tell_dvc_of_git()
        lockfile.check_whole()
        dvc_patches.apply_patches()
        return _ask_dvc()
    except (DvcException, OSError, sqlite3.Error) as error:  # DVC's state is a database
        raise UserError(str(error)) from error


def _ask_dvc() -> dict[str, ResolvedStage]:
    repo = _with_current_hashes(Repo(".", _wait_for_lock=True))
    graph = repo.index.graph  # its edges lead from a stage to those it needs
    made = _by_folder(_path(out) for stage in graph for out in stage.outs)
    needed = {stage.name: [_path(dep) for dep in stage.deps if not isinstance(dep, ParamsDependency)] for stage in graph}
    _make_empty(set().union(*needed.values()).difference(made["."]), made)
    with repo.lock, dvc_patches.without_stage_locks():
        changed = [stage for stage in graph if _changed(stage)]
    stale = set(changed).union(*(ancestors(graph, stage) for stage in changed))
    minutes = minutes_to_end(graph)
    return {
        stage.name: ResolvedStage(_files(needed[stage.name], made), [_path(out) for out in stage.outs], stage in stale, minutes[stage])
        for stage in graph
        if stage.name != source_hashes.STAGE
    }


def minutes_to_end(graph: DiGraph) -> dict[DvcStage, int]:
    """Return how many minutes each stage and the longest chain of stages after it may take.

    Args:
        graph: DVC's stages; its edges lead from a stage to those it needs.
    """
    minutes: dict[DvcStage, int] = {}
    for stage in topological_sort(graph):
        after = max((minutes[each] for each in graph.predecessors(stage)), default=0)
        minutes[stage] = after + stage.meta.get("resources", {}).get("runtime", 0)
    return minutes


def _with_current_hashes(repo: Repo) -> Repo:
    """Return the repository after the stage `source_hashes` has run, if it is stale.

    Only then is it known which others are.
    """
    (stage,) = (stage for stage in repo.index.stages if stage.name == source_hashes.STAGE)
    with repo.lock, dvc_patches.without_stage_locks():
        if not _changed(stage):
            return repo
    job = [sys.executable, "-m", "workflow.pipeline.job", source_hashes.STAGE, f".snakemake/{source_hashes.STAGE}.log"]
    done = subprocess.run(job, capture_output=True, text=True)
    if done.returncode:
        raise UserError(done.stderr.strip())
    return Repo(".", _wait_for_lock=True)


def _changed(stage: DvcStage) -> bool:
    try:
        return bool(stage.status())
    except (FileNotFoundError, LockError):  # another process has removed an output at this very moment, or runs the stage
        return True


def _by_folder(made: Iterable[str]) -> dict[str, list[str]]:
    """Return the files that stages write, by each folder that they lie in, directly or not."""
    inside = defaultdict(list)
    for file in sorted(made):
        for folder in Path(file).parents:
            inside[str(folder)].append(file)
    return dict(inside)


def _files(paths: list[str], made: Mapping[str, list[str]]) -> list[str]:
    """Replace a folder by what other stages write into it."""
    return [file for path in paths for file in made.get(path, [path])]


def _make_empty(paths: set[str], made: Mapping[str, list[str]]) -> None:
    """Make the folders that a budget has nothing to put into, and that are gathered all the same."""
    for path in paths:
        if path not in made and not Path(path).suffix:
            Path(path).mkdir(parents=True, exist_ok=True)


def _path(item: Any) -> str:
    """Return the path of an input or output as dvc.yaml has it: from the project's folder, or whole if it lies outside."""
    path = Path(item.fs_path)
    return str(path.relative_to(item.repo.root_dir) if path.is_relative_to(item.repo.root_dir) else path)


def touch_stale(stages: Mapping[str, ResolvedStage]) -> None:
    """Make the file that stands for staleness newer than any file of the graph, even if a clock has been set back since.

    Its content is another each time, too: Snakemake takes a small file of the same content for unchanged.
    """
    now = time.time()
    for name in {file for stage in stages.values() for file in (*stage.inputs, *stage.outputs)}:
        for path in (Path(name), Path(name, ".snakemake_timestamp")):  # a folder's time is that of a file in it
            if path.exists() and path.stat().st_mtime >= now:
                os.utime(path, (now - 1, now - 1))
    STALE.parent.mkdir(exist_ok=True)
    STALE.write_text(str(time.time_ns()))
