"""What tests share: small parameters, and a copy of the project that they may run and break."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from workflow.params.bigan import BiganRecipe
from workflow.params.file import Params, check
from workflow.params.model import load, merged

os.environ["OMP_NUM_THREADS"] = "1"  # before PyTorch is imported: as in the stages, since sums over two threads are rounded otherwise

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
ENVIRONMENT = {
    **os.environ,
    "PATH": f"{BIN}:{os.environ['PATH']}",
    "DVC_NO_ANALYTICS": "1",
    "GIT_AUTHOR_NAME": "test",
    "GIT_AUTHOR_EMAIL": "test@example.org",
    "GIT_COMMITTER_NAME": "test",
    "GIT_COMMITTER_EMAIL": "test@example.org",
}

# The lists of the budget `digits` that have something besides BiGANs
BESIDE_BIGANS = (
    *("baselines", "untrained", "triplet", "cgan", "dcgan", "linear_gan", "conv_bigan"),
    *("samples_by_epoch", "generators", "retraining", "pictured"),
)


LONGEST = ("test_slurm.py", "test_graph.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the files that take longest begin first, so that no process is left alone with one of them at the end."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


class Project:
    """A clone of the project in a folder of its own, on the digits data set, its networks small."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def create(cls, folder: Path) -> "Project":
        names = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout
        for name in names.splitlines():
            if (ROOT / name).is_file() and not name.startswith(("reports/", "dvc.lock", "docs/")):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
        project = cls(folder)
        project.edit("params.yaml", r"^budget: \*\w+", "budget: *digits")
        project.edit("params.yaml", r"device: auto", "device: cpu")
        project.edit("params.yaml", r"hidden: \[1024, 1024\]", "hidden: [64, 64]")
        project.edit("params.yaml", r"channels: \[32, 64, 128, 256, 512\]", "channels: [2, 2, 2, 2, 2]")
        project.edit("params.yaml", r"(name: digits[\s\S]*?)bigan: \[bigan\]", r"\1bigan: [bigan, bigan-small, bigan-tiny]")
        project.edit("params.yaml", r"(name: digits[\s\S]*?)encoders: \[bigan\]", r"\1encoders: [bigan, bigan-small]")
        others = "  bigan-small: {recipe: bigan, latent: 20}\n  bigan-tiny: {recipe: bigan, latent: 19}"  # the tiny one is only trained
        project.edit("params.yaml", r"^  bigan: \{recipe: bigan\}$", "  bigan: {recipe: bigan}\n" + others)
        project.edit("params.yaml", r"(early_exaggeration_iterations): 250, iterations: 250", r"\1: 20, iterations: 20")
        project.edit("params.yaml", r"^lenet: \{batch_size: 128, epochs: 10", "lenet: {batch_size: 128, epochs: 1")
        project.edit(".gitignore", r"^/reports/digits/\n", "")
        project.run("git", "init", "-q")
        project.commit()
        return project

    def run(self, *command: str, ok: bool = True, **variables: str) -> str:
        """Run a command in the project; return what it printed, and check whether it succeeded."""
        environment = {**ENVIRONMENT, **variables}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=600)
        said = done.stdout + done.stderr
        assert (done.returncode == 0) == ok, said
        return said

    def start(self, *command: str) -> "subprocess.Popen[bytes]":
        """Start a command in the project; what it prints goes to `said`."""
        with self.said.open("w") as said:
            return subprocess.Popen(command, cwd=self.folder, env=ENVIRONMENT, stdout=said, stderr=subprocess.STDOUT)

    def processes(self, part: str = "") -> list[psutil.Process]:
        """Return the processes at work in the project's folder whose command line has this part."""
        found = psutil.process_iter(["cwd", "cmdline"])
        return [one for one in found if one.info["cwd"] == str(self.folder.resolve()) and part in " ".join(one.info["cmdline"] or [])]

    def kill(self, part: str = "") -> bool:
        """Kill these processes; return whether there were any."""
        found = self.processes(part)
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        return bool(found)

    @property
    def said(self) -> Path:
        """What the last command that was started has printed."""
        return self.folder.parent / "said.txt"

    def edit(self, file: str, pattern: str, replacement: str) -> None:
        """Replace the one match of a pattern in a file."""
        path = self.folder / file
        text, count = re.subn(pattern, replacement, path.read_text(), count=1, flags=re.M)
        assert count == 1, f"{pattern} is not in {file}"
        path.write_text(text)

    def train_only(self, *variants: str) -> None:
        """Have the budget `digits` train these BiGANs, measure the first one's encoder, and do nothing else."""
        lists = {**dict.fromkeys(BESIDE_BIGANS, ""), "bigan": ", ".join(variants), "encoders": variants[0]}
        for key, listed in lists.items():
            self.edit("params.yaml", rf"(name: digits[\s\S]*?\b{key}): \[.+\]", rf"\1: [{listed}]")

    def commit(self) -> None:
        """Commit everything."""
        self.run("git", "add", "-A")
        self.run("git", "commit", "-qm", "test", "--allow-empty")

    def planned(self) -> dict[str, int]:
        """Return how many jobs of each rule Snakemake would run."""
        said = self.run("snakemake", "-n")
        table = re.search(r"^job +count\n-+ +-+\n(.*?)^total", said, re.S | re.M)
        assert table or "Nothing to be done" in said, said
        rows = dict(row.split() for row in table[1].splitlines()) if table else {}
        return {name: int(count) for name, count in rows.items() if name != "all"}

    def is_clean(self) -> bool:
        """Return whether DVC and Snakemake both see nothing to do."""
        return "up to date" in self.run("dvc", "status") and not self.planned()

    def snakemake(self, *options: str, **variables: str) -> list[str]:
        """Run Snakemake; return the stages whose commands truly ran, and were not restored from the cache."""
        logs = self.folder / ".snakemake/logs"
        shutil.rmtree(logs, ignore_errors=True)
        self.run("snakemake", *(options or ("--cores", "2")), **variables)
        return ran("".join(log.read_text() for log in sorted(logs.glob("*.log"))))


def ran(said: str) -> list[str]:
    """Return the stages whose commands DVC says it ran."""
    return sorted(re.findall(r"^Running stage '(.+)'", said, re.M))


@pytest.fixture(scope="session")
def params() -> Params:
    """params.yaml as it is in the project, each variant whole."""
    return check(ROOT / "params.yaml")


@pytest.fixture
def recipe() -> Callable[..., BiganRecipe]:
    """Report A's recipe from params.yaml, with changes."""

    def make(**changes: object) -> BiganRecipe:
        return BiganRecipe.model_validate(merged(load(ROOT / "params.yaml")["recipes"]["bigan"], changes))

    return make


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of made-up results, on disk beside them."""
    from helpers.small_page import small_page  # which needs this module

    file = tmp_path_factory.mktemp("page") / "index.html"
    file.write_text(small_page(file.parent), encoding="utf-8")
    return file
