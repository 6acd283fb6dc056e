"""A copy of the project that tests may run and break."""

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from ruamel.yaml import YAML

from workflow.params.model import load, parse

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},  # such as a hook's: the repository that commits
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "PATH": f"{BIN}:{os.environ['PATH']}",
    "DVC_NO_ANALYTICS": "1",
    "GIT_AUTHOR_NAME": "test",
    "GIT_AUTHOR_EMAIL": "test@example.org",
    "GIT_COMMITTER_NAME": "test",
    "GIT_COMMITTER_EMAIL": "test@example.org",
}


SMALL = {  # of params.yaml: what stands there, once, and what does here
    "device: auto": "device: cpu",
    "hidden: [1024, 1024]": "hidden: [64, 64]",
    "channels: [32, 64, 128, 256, 512]": "channels: [2, 2, 2, 2, 2]",
    "gradient_penalty: null\n    batch_size: 256": "gradient_penalty: null\n    batch_size: 750",
    "early_exaggeration_iterations: 250, iterations: 250": "early_exaggeration_iterations: 20, iterations: 20",
    "lenet: {batch_size: 128, epochs: 10,": "lenet: {batch_size: 128, epochs: 1,",
    "fine_tuning: {epochs: 10,": "fine_tuning: {epochs: 1,",
}


def small_text() -> str:
    """Return params.yaml as it is written, but with small networks, and with the budget `digits` alone.

    DVC goes through all that the file means for each key that a stage depends on.
    """
    text = re.sub(r"^budget: \*[\w-]+", "budget: *digits", (ROOT / "params.yaml").read_text(), flags=re.M)
    kept, _, rest = text.partition("\n  demo: &demo ")
    anchors, _, end = rest.partition("\nanchors: {<<: [*digits")[2].partition("]}")
    assert anchors.startswith(", *demo-seeds")
    text = f"{kept}\nanchors: {{<<: [*digits]}}{end}"
    for old, new in SMALL.items():
        assert text.count(old) == 1, f"{old} does not stand once in params.yaml"
        text = text.replace(old, new)
    return text


def small_params() -> dict[str, Any]:
    """Return what that says, without the variants that the budget does not train."""
    content = parse(small_text(), ROOT / "params.yaml")
    return {**content, "groups": {group: {} for group in content["groups"]}, "anchors": {}}


def write_params(folder: Path, content: dict[str, Any]) -> None:
    """Write params.yaml, what stands in several places once, with an anchor."""
    text = io.StringIO()
    yaml = YAML(typ="safe")
    yaml.default_flow_style = False
    yaml.dump(content, text)
    (folder / "params.yaml").write_text(text.getvalue())


def emptied(budget: dict[str, Any]) -> dict[str, Any]:
    """Return a budget that trains nothing and measures nothing."""
    kept = ("seeds", "epochs", "changes")
    return budget | {key: type(value)() for key, value in budget.items() if isinstance(value, list | dict) and key not in kept}


class Project:
    """A clone of the project in a folder of its own, on the digits data set, its networks small."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def create(cls, folder: Path) -> "Project":
        """Copy what Git holds of the project, uncommitted changes included, with small parameters, and commit it."""
        names = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout
        for name in names.splitlines():
            if (ROOT / name).is_file() and not name.startswith(("reports/", "dvc.lock", "docs/", "weights/")):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
        project = cls(folder)
        (folder / "params.yaml").write_text(small_text())
        (folder / "workflow/report/hypotheses.yaml").write_text("rows: {}\nhypotheses: []\n")  # its budgets are not in these parameters
        findings = folder / "workflow/report/page/findings.yaml"
        findings.write_text(re.sub(r"\{[A-Z]-H\w+\.\w+\}", "not tried", findings.read_text()))
        project.edit(".gitignore", r"^/reports/digits/\n/reports/said_measured/digits.csv\n", "")
        project.run("git", "init", "-q")
        project.commit()
        return project

    def run(self, *command: str, ok: bool = True, **variables: str) -> str:
        """Run a command in the project; return what it printed, and check whether it succeeded."""
        environment = {**ENVIRONMENT, **variables}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=1800)
        said = done.stdout + done.stderr
        assert (done.returncode == 0) == ok, said
        return said

    def start(self, *command: str) -> "subprocess.Popen[bytes]":
        """Start a command in the project; what it prints goes to `said`."""
        with self.said.open("w") as said:
            return subprocess.Popen(command, cwd=self.folder, env=ENVIRONMENT, stdout=said, stderr=subprocess.STDOUT)

    def processes(self, part: str = "") -> list[psutil.Process]:
        """Return the processes at work in the project's folder whose command line has this part."""
        found = psutil.process_iter(["cwd", "cmdline", "ppid"])
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

    @contextmanager
    def varied(self, variant: str, **changes: object) -> Iterator[None]:
        """Change a BiGAN's keys in params.yaml, for as long as the block runs."""
        path = self.folder / "params.yaml"
        before, content = path.read_bytes(), load(path)
        content["budget"]["bigan"][variant].update(changes)
        write_params(self.folder, content)
        yield
        path.write_bytes(before)

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
