"""The graph on a real Slurm cluster, where all goes wrong that can: each stage still runs to its end, and never twice at once."""

import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import psutil
import pytest

from tests.helpers.project import ENVIRONMENT, ROOT, Project, write_params
from tests.helpers.slurm_cluster import Cluster, missing
from tests.helpers.training_graph import training_graph
from workflow.params.model import load
from workflow.pipeline.snakemake import rules

TRAININGS = ("one", "two", "three", "four")  # as many as there are GPUs
SNAKEMAKE = shlex.split("snakemake --profile profiles/slurm --slurm-init-seconds-before-status-checks 1 --slurm-keep-successful-logs")
# The first time that a training ends its second and its fourth epoch, it saves and stops.
STOPS = """watch(row)
                stop = checkpoint.path.with_suffix(f".{row['epoch']:.0f}")
                if row["epoch"] in (2, 4) and not stop.exists():
                    checkpoint.save(trainer.state())
                    stop.touch()
                    os.kill(os.getpid(), signal.SIGSTOP)"""

WHY_NOT = missing()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


@dataclass(frozen=True)
class Training:
    """A training that runs somewhere on the cluster."""

    project: Project
    variant: str

    @property
    def process(self) -> psutil.Process | None:
        """The process that trains. Another one at the same time is what must never be, unless it is its child, about to start a program."""
        command = ["-m", "workflow.scripts.train_bigan", "--dataset", "digits", "--variant", self.variant]
        found = [each for each in self.project.processes() if (each.info["cmdline"] or [])[1:7] == command]
        parents = [each for each in found if each.info["ppid"] not in [other.pid for other in found]]
        assert len(parents) <= 1
        return parents[0] if parents else None

    @property
    def stopped(self) -> psutil.Process | None:
        """The process, if it has stopped: see STOPS."""
        process = self.process
        return process if process and process.status() == psutil.STATUS_STOPPED else None

    @property
    def starts(self) -> int:
        """How many processes have come as far as the end of an epoch."""
        return len(list((self.project.folder / f"data/events/digits/{self.variant}-0").iterdir()))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    cluster = Cluster()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Iterator[Project]:
    """The project with four trainings of six epochs, and 1NN of each."""
    project = training_graph(tmp_path_factory.mktemp("slurm") / "project", *TRAININGS, encoders={name: {} for name in TRAININGS})
    content = load(project.folder / "params.yaml")
    content["compute"]["device"] = "auto"
    content["recipes"]["bigan"]["epochs"] = 600
    write_params(project.folder, content)
    project.edit("workflow/training/loop.py", r"^import torch$", "import os\nimport signal\n\nimport torch")
    project.edit("workflow/training/loop.py", r"watch\(row\)", STOPS)
    project.commit()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ENVIRONMENT, "SLURM_CONF", str(cluster.configuration))
        yield project


@contextmanager
def running(project: Project) -> Iterator["subprocess.Popen[bytes]"]:
    """Run Snakemake, as long as it is needed at most."""
    process = project.start(*SNAKEMAKE)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def snakemake(project: Project) -> Iterator["subprocess.Popen[bytes]"]:
    with running(project) as process:
        yield process


@pytest.fixture(scope="module")
def trainings(project: Project, cluster: Cluster, snakemake: "subprocess.Popen[bytes]") -> dict[Training, dict[str, str]]:
    """The trainings, each after its second epoch; with the environment that Slurm gave it."""

    def environment(training: Training) -> dict[str, str] | None:
        assert snakemake.poll() is None, project.said.read_text()
        return training.stopped.environ() if training.stopped else None

    every = [Training(project, variant) for variant in TRAININGS]
    return {training: cluster.wait_for(partial(environment, training)) for training in every}


@pytest.fixture(scope="module")
def held(cluster: Cluster, trainings: dict[Training, dict[str, str]]) -> Training:
    """A training after its fourth epoch. Each of them has come to another end after its second, and was retried."""
    by_node = sorted(trainings, key=lambda training: trainings[training]["SLURMD_NODENAME"])
    jobs = [trainings[training]["SLURM_JOB_ID"] for training in by_node]
    node = trainings[by_node[3]]["SLURMD_NODENAME"]

    def states() -> list[str]:
        return [cluster.says("squeue", "-h", "--states=all", "-o", "%T", "-j", job) for job in jobs]

    cluster.says("scontrol", "update", f"JobId={jobs[0]}", "EndTime=now")
    cluster.says("scancel", jobs[1])
    by_node[2].process.kill()
    cluster.wait_for(lambda: states()[2] == "FAILED")
    cluster.kill(node)
    cluster.wait_for(lambda: states() == ["TIMEOUT", "CANCELLED", "FAILED", "NODE_FAIL"])
    cluster.boot(node)
    waiting = list(by_node)
    while len(waiting) > 1:  # in any order: a retry that is not to run on the node that was down waits for a GPU of another training
        training = cluster.wait_for(lambda: next((training for training in waiting if training.stopped), None))
        training.process.resume()
        waiting.remove(training)
    (held,) = waiting
    cluster.wait_for(lambda: held.stopped)
    return held


@pytest.fixture(scope="module")
def finished(project: Project, cluster: Cluster, snakemake: "subprocess.Popen[bytes]", held: Training) -> str:
    """What the first Snakemake said until it was killed. A second one has run the graph to its end meanwhile."""
    snakemake.kill()
    snakemake.wait()
    said = project.said.read_text()
    with running(project) as again:
        logs = project.folder / f".snakemake/slurm_logs/rule_train_bigan/{held.variant}"
        cluster.wait_for(lambda: any("another job is at it" in log.read_text() for log in logs.glob("*.log")))
        held.process.resume()
        assert again.wait(300) == 0, project.said.read_text()
    return said


def test_no_two_trainings_share_a_gpu(trainings: dict[Training, dict[str, str]]) -> None:
    gpus = {(environment["SLURMD_NODENAME"], environment["CUDA_VISIBLE_DEVICES"]) for environment in trainings.values()}
    assert gpus == {("node1", "0"), ("node1", "1"), ("node2", "0"), ("node2", "1")}


def test_what_ends_too_early_is_retried_from_its_checkpoint(finished: str) -> None:
    assert finished.count("Trying to restart job") >= len(TRAININGS)  # a retry that waits on the node that goes down is one more
    for state in ("TIMEOUT", "CANCELLED", "FAILED", "NODE_FAIL"):
        assert f"SLURM status is: '{state}'" in finished


@pytest.mark.usefixtures("finished")
def test_a_second_snakemake_takes_the_results_of_jobs_that_the_first_has_left(trainings: dict[Training, dict[str, str]]) -> None:
    assert [training.starts for training in trainings] == [2] * len(TRAININGS)


@pytest.mark.usefixtures("finished")
def test_dvc_has_recorded_what_the_cluster_made(project: Project) -> None:
    assert project.is_clean()
    assert "\none," in (project.folder / "reports/digits/tables/training.csv").read_text()


@pytest.mark.usefixtures("finished")
def test_where_a_training_was_interrupted_makes_no_difference(project: Project) -> None:
    losses = {(project.folder / f"reports/digits/losses/{variant}-0.tsv").read_bytes() for variant in TRAININGS}
    assert len(losses) == 1


def test_slurm_has_a_node_for_what_any_rule_asks_for(cluster: Cluster) -> None:
    stages, params = load(ROOT / "dvc.yaml")["stages"], load(ROOT / "params.yaml")
    wanted = {
        (rule.threads, *(rule.resources.get(kind, 0) for kind in ("mem_mb", "runtime", "gpu")))
        for budget in params["budgets"].values()
        for rule in rules(stages, {**params, "budget": budget}, gpus=True)
    }
    assert {gpus for *_, gpus in wanted} == {0, 1}
    for threads, memory, minutes, gpus in wanted:
        options = (f"--cpus-per-task={threads}", f"--mem={memory}", f"--time={minutes}", f"--gpus={gpus}")
        assert min(memory, minutes) > 0
        cluster.check("sbatch", "--test-only", *options, "--wrap", "true")
