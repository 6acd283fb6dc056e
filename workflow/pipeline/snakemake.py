"""dvc.yaml, the one definition of the graph, as Snakemake needs it."""

import atexit
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
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
from workflow.params.groups import GRAPH, variables
from workflow.params.model import load
from workflow.pipeline import dvc_patches, dvc_yaml, lockfile
from workflow.pipeline.disk_space import check_disk_space
from workflow.pipeline.durations import Durations, spoken
from workflow.pipeline.git import tell_dvc_of_git
from workflow.pipeline.job import DIFFERS, FAILED, FORCED
from workflow.pipeline.trainings import check_precision, is_training, planned_trainings

CAPTIONS = Path("workflow/report/templates/captions")
STALE = Path(".snakemake/stale")  # newer than any output: an input of each stage that has to run
SOURCE_HASHES = "source_hashes"  # the stage that comes before all others, and that no rule is made from: see _with_current_hashes
DEFAULT_RATE_LIMIT = (100, 1.0)  # Snakemake's: jobs, seconds
GPUS = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")  # NVIDIA's, NVIDIA's in WSL, AMD's: asking PyTorch takes seconds


@dataclass(frozen=True)
class ResolvedStage:
    """A stage of dvc.yaml with its templates filled in, e.g. train_bigan@mnist-bigan-0."""

    inputs: list[str]
    outputs: list[str]
    stale: bool  # it, or a stage before it, has to run
    minutes_to_end: int = 0  # that it and the longest chain of stages after it may take


@dataclass(frozen=True)
class Rule:
    """An entry of dvc.yaml; the axes of its matrix that have several values are wildcards."""

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
        stages: As `resolved_stages` returns them. One process of a run asks for them; those that it starts, on other machines, are
            told which job to run, take its inputs to be there, and know of no stages.
        elsewhere: Whether the jobs run on other machines than this one.

    Raises:
        UserError: If this machine cannot train in the budget's precision.
    """

    def __init__(self, stages: Mapping[str, ResolvedStage], elsewhere: bool) -> None:
        self.stages = stages
        if stages:
            self._touch_stale()
        params = load()
        entries = load(GRAPH)["stages"]
        gpus = params["compute"]["device"] != "cpu" and (elsewhere or self._gpus_here(params["compute"]["device"]))
        if not gpus and not elsewhere and self._trains:
            check_precision({name: each for name, each in planned_trainings(params, entries).items() if name in self._stale})
        self.rules = rules(entries, params, gpus)

    def inputs(self, rule: Rule, ancient: Callable[[str], Any]) -> Callable[[Any], list[Any]]:
        """Return Snakemake's input function of a rule.

        DVC alone decides what has to run: a stale stage gets an input that is newer than any output; fresh stages get `ancient()` inputs.
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

    def priority(self, rule: Rule) -> int:
        """Return how urgent a rule's jobs are: the longer their way to the end, the longer other cores would wait if they began last."""
        return max((stage.minutes_to_end for name, stage in self.stages.items() if name.partition("@")[0] == rule.name), default=0)

    @property
    def _stale(self) -> list[str]:
        return [name for name, stage in self.stages.items() if stage.stale]

    @property
    def _trains(self) -> bool:
        return any(map(is_training, self._stale))

    def begin(self, settings: Any, scheduler: Any) -> None:
        """Prepare for jobs, which are about to start: what is forced has to compute, and what jobs say comes last on the screen.

        Args:
            settings: Snakemake's DAGSettings: what the options -F, -f and -R name.
            scheduler: Snakemake's JobScheduler.
        """
        without_default_rate_limit(scheduler)
        for folder in (FAILED, FORCED, DIFFERS):
            shutil.rmtree(folder, ignore_errors=True)
        FORCED.mkdir(parents=True)
        for stage in self.forced(settings):
            (FORCED / stage).touch()
        atexit.register(_say_what_jobs_said)

    def forced(self, settings: Any) -> list[str]:
        """Return the stages that Snakemake is told to run although they are fresh: all, or those of some rules or files."""
        names = {*settings.forcerun, *(settings.targets if settings.forcetargets else ())}
        return [
            name
            for name, stage in self.stages.items()
            if settings.forceall or name.partition("@")[0] in names or not names.isdisjoint(stage.outputs)
        ]

    def _gpus_here(self, wanted: str) -> bool:
        """Return whether there is a GPU here; say in a line, before days are spent on the CPU, why it is not used."""
        if not any(Path(gpu).exists() for gpu in GPUS):
            return False
        if wanted != "auto" or not self._trains:
            return True
        asked = subprocess.run([sys.executable, "-m", "workflow.training.gpu"], capture_output=True, text=True)
        problem = asked.stdout.strip()
        if problem:
            time_needed = spoken(Durations().of_stages(self._stale))
            print(f"the GPU cannot be used: {problem}; computing on the CPU: about {time_needed} of work for one core", file=sys.stderr)
        return not problem

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


def rules(stages: Mapping[str, Any], params: Mapping[str, Any], gpus: bool) -> list[Rule]:
    """Return a rule for each stage of dvc.yaml that this budget has any items of.

    Args:
        stages: The `stages` of dvc.yaml.
        params: The content of params.yaml.
        gpus: Whether jobs may ask for the resource `gpu`.
    """
    found = []
    for name, entry in stages.items():
        axes = dvc_yaml.matrix_axes(entry, params)
        if name == SOURCE_HASHES or not all(axes.values()):
            continue
        # Snakemake needs each wildcard in each output; not all outputs name an axis with one value, such as the data set
        item = {axis: values[0] if len(values) == 1 else f"{{{axis}}}" for axis, values in axes.items()}
        content = {**params, **variables(entry), "item": item}
        patterns = [dvc_yaml.fill(template, content) for template in dvc_yaml.output_templates(entry)]
        meta = entry["meta"]
        found.append(
            Rule(
                name=name,
                stage="@".join([name, *(["-".join(map(str, item.values()))] if item else [])]),
                files=[pattern for pattern in patterns if Path(pattern).suffix],
                folders=[pattern for pattern in patterns if not Path(pattern).suffix],
                captions={pattern: str(caption) for pattern in patterns if (caption := _caption(pattern)).exists()},
                constraints={axis: "|".join(map(str, values)) for axis, values in axes.items() if len(values) > 1},
                conda=meta["conda"],
                threads=params["compute"]["threads"] if "compute" in entry.get("params", []) else 1,
                resources={kind: amount for kind, amount in meta.get("resources", {}).items() if kind != "gpu" or gpus},
            )
        )
    return found


def _caption(pattern: str) -> Path:
    """Return where the caption of `figures/map-{variant}.png` or `tables/map.csv` would lie: captions/map.rst."""
    shown = Path(pattern).suffix in (".png", ".csv")
    return CAPTIONS / f"{Path(pattern).stem.split('-')[0] if shown else ''}.rst"


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
    made = sorted(_path(out) for stage in graph for out in stage.outs)
    needed = {stage.name: [_path(dep) for dep in stage.deps if not isinstance(dep, ParamsDependency)] for stage in graph}
    _make_empty(set().union(*needed.values()), made)
    with repo.lock, dvc_patches.without_stage_locks():
        changed = [stage for stage in graph if _changed(stage)]
    stale = set(changed).union(*(ancestors(graph, stage) for stage in changed))
    minutes = minutes_to_end(graph)
    return {
        stage.name: ResolvedStage(_files(needed[stage.name], made), [_path(out) for out in stage.outs], stage in stale, minutes[stage])
        for stage in graph
        if stage.name != SOURCE_HASHES
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
    (stage,) = (stage for stage in repo.index.stages if stage.name == SOURCE_HASHES)
    with repo.lock, dvc_patches.without_stage_locks():
        if not _changed(stage):
            return repo
    job = [sys.executable, "-m", "workflow.pipeline.job", SOURCE_HASHES, f".snakemake/{SOURCE_HASHES}.log"]
    done = subprocess.run(job, capture_output=True, text=True)
    if done.returncode:
        raise UserError(done.stderr.strip())
    return Repo(".", _wait_for_lock=True)


def _changed(stage: DvcStage) -> bool:
    try:
        return bool(stage.status())
    except (FileNotFoundError, LockError):  # another process has removed an output at this very moment, or runs the stage
        return True


def _files(paths: list[str], made: list[str]) -> list[str]:
    """Replace a folder by what other stages write into it."""
    inside = {path: [out for out in made if out.startswith(path + "/")] for path in paths}
    return [file for path in paths for file in inside[path] or [path]]


def _make_empty(paths: set[str], made: list[str]) -> None:
    """Make the folders that a budget has nothing to put into, and that are gathered all the same."""
    for path in paths.difference(made):
        if _files([path], made) == [path] and not Path(path).suffix:
            Path(path).mkdir(parents=True, exist_ok=True)


def _path(item: Any) -> str:
    return str(Path(item.fs_path).relative_to(item.repo.root_dir))


def without_default_rate_limit(scheduler: Any) -> None:
    """Let Snakemake start any number of jobs a second, unless `--max-jobs-per-timespan` says how many.

    For its default, 100 a second, Snakemake 9 looks through all jobs that are ready a second after each look, and after each
    job that ends. So every job that ends adds a look a second to the rest of the run: after 50 jobs that takes a quarter of a core.

    Args:
        scheduler: Snakemake's JobScheduler.
    """
    if not dvc_patches.is_tested("snakemake"):
        return
    limit = scheduler.job_rate_limiter
    if limit and (limit.max_jobs, limit.timespan) == DEFAULT_RATE_LIMIT:
        scheduler.job_rate_limiter = None


def _say_what_jobs_said() -> None:
    """Print why jobs have failed, or that a result is another one now, whatever Snakemake is told to be quiet about."""
    for file in [*sorted(DIFFERS.glob("*")), *sorted(FAILED.glob("*"))]:
        print(file.read_text(encoding="utf-8"), end="", file=sys.stderr)
