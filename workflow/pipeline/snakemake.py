"""The graph as the Snakefile uses it: rules with their inputs, and what is done as a run begins and ends."""

import atexit
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from workflow.params.groups import GRAPH
from workflow.params.model import load
from workflow.pipeline import dvc_patches
from workflow.pipeline.durations import Durations, spoken
from workflow.pipeline.job import DIFFERS, FAILED, FORCED
from workflow.pipeline.rules import Rule, rules
from workflow.pipeline.staleness import STALE, ResolvedStage, touch_stale
from workflow.pipeline.trainings import check_precision, is_training, planned_trainings

DEFAULT_RATE_LIMIT = (100, 1.0)  # Snakemake's: jobs, seconds
GPUS = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")  # NVIDIA's, NVIDIA's in WSL, AMD's: asking PyTorch takes seconds


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
            touch_stale(stages)
        params, entries = load(), load(GRAPH)["stages"]
        device, stale = params["compute"]["device"], [name for name, stage in stages.items() if stage.stale]
        gpus = device != "cpu" and (elsewhere or gpu_available(device, stale))
        if not gpus and not elsewhere and any(map(is_training, stale)):
            check_precision({name: each for name, each in planned_trainings(params, entries).items() if name in stale})
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

    def begin(self, settings: Any, scheduler: Any) -> None:
        """Prepare for jobs, which are about to start: what is forced has to compute, and what jobs say comes last on the screen.

        Args:
            settings: Snakemake's DAGSettings: what the options -F, -f and -R name.
            scheduler: Snakemake's JobScheduler.
        """
        without_default_rate_limit(scheduler)
        for folder in (FAILED, FORCED, DIFFERS):
            shutil.rmtree(folder, ignore_errors=True)
        FORCED.mkdir(parents=True, exist_ok=True)  # another Snakemake may begin at this very moment
        for stage in forced(self.stages, settings):
            (FORCED / stage).touch()
        atexit.register(_say_what_jobs_said)


def forced(stages: Mapping[str, ResolvedStage], settings: Any) -> list[str]:
    """Return the stages that Snakemake is told to run although they are fresh: all, or those of some rules or files."""
    names = {*settings.forcerun, *(settings.targets if settings.forcetargets else ())}
    return [
        name
        for name, stage in stages.items()
        if settings.forceall or name.partition("@")[0] in names or not names.isdisjoint(stage.outputs)
    ]


def gpu_available(wanted: str, stale: Collection[str]) -> bool:
    """Return whether there is a GPU here; say in a line, before days are spent on the CPU, why it is not used.

    Args:
        wanted: `auto`, or what the jobs are told to use, whatever comes of it.
        stale: The stages that have to run.
    """
    if not any(Path(gpu).exists() for gpu in GPUS):
        return False
    if wanted != "auto" or not any(map(is_training, stale)):
        return True
    asked = subprocess.run([sys.executable, "-m", "workflow.training.gpu"], capture_output=True, text=True)
    problem = asked.stdout.strip()
    if problem:
        time_needed = spoken(Durations().of_stages(stale))
        print(f"the GPU cannot be used: {problem}; computing on the CPU: about {time_needed} of work for one core", file=sys.stderr)
    return not problem


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
