"""What a run of the whole graph was, in a copy of the project that had none."""

from dataclasses import dataclass
from pathlib import Path

from tests.helpers.conda_channel import LOG, make_conda
from tests.helpers.project import ENVIRONMENT, ROOT, Project

GATHERED = {"tables", "scorecard", "hypotheses", "figures", "figures_reports", "report"}  # rules of one job, which follow from all others


@dataclass(frozen=True)
class FirstRun:
    """A run of the whole graph.

    Attributes:
        project: Where it was; committed afterwards.
        planned: How many jobs of each rule there were to run.
        ran: The stages that ran.
        environments: Of conda, by job.
    """

    project: Project
    planned: dict[str, int]
    ran: list[str]
    environments: list[Path]


def run_first(folder: Path) -> FirstRun:
    """Run the whole graph in a project in a folder, as on a machine with conda."""
    project = Project.create(folder / "project")
    planned = project.planned()
    conda = make_conda(folder / "conda", ROOT / "envs")
    ran = project.snakemake("--cores", "all", "--use-conda", PATH=f"{conda}:{ENVIRONMENT['PATH']}")
    log = project.folder / LOG
    environments = [Path(line) for line in log.read_text().splitlines()]
    log.unlink()
    project.commit()
    return FirstRun(project, planned, ran, environments)
