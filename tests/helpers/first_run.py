"""What a run of the whole graph was, in a copy of the project that had none."""

import fcntl
import shutil
from pathlib import Path

from pydantic import BaseModel

from tests.helpers.conda_channel import LOG, make_conda
from tests.helpers.project import ENVIRONMENT, ROOT, Project

GATHERED = {"tables", "scorecard", "hypotheses", "figures", "figures_reports", "report"}  # rules of one job, which follow from all others


class FirstRun(BaseModel):
    """A run of the whole graph.

    Attributes:
        folder: Of the project that has run, committed; it stays as it is.
        planned: How many jobs of each rule there were to run.
        ran: The stages that ran.
        environments: Of conda, by job.
    """

    folder: Path
    planned: dict[str, int]
    ran: list[str]
    environments: list[Path]

    def copy_project(self, folder: Path) -> Project:
        """Copy the project that has run to a folder."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Project(folder)


def run_once(folder: Path) -> FirstRun:
    """Return the run in a folder; the first of the processes that ask for it runs it, and the others wait."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        record = folder / "first_run.json"
        if not record.exists():
            record.write_text(_run(folder).model_dump_json())
        return FirstRun.model_validate_json(record.read_text())


def _run(folder: Path) -> FirstRun:
    """Run the whole graph in a project in a folder, as on a machine with conda."""
    project = Project.create(folder / "project")
    planned = project.planned()
    conda = make_conda(folder / "conda", ROOT / "envs")
    ran = project.snakemake("--cores", "all", "--use-conda", PATH=f"{conda}:{ENVIRONMENT['PATH']}")
    log = project.folder / LOG
    environments = [Path(line) for line in log.read_text().splitlines()]
    log.unlink()
    project.commit()
    return FirstRun(folder=project.folder, planned=planned, ran=ran, environments=environments)
