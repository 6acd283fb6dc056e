"""What the pipeline itself costs as stages grow in number: of runs with nothing to do, and of a job.

    python -m benchmarks.overhead

The graph, the parameters and the code's lists are the project's own, over more or fewer seeds; only the stages' commands are
replaced by ones that write a word to each output.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import chdir
from pathlib import Path
from typing import Any

from dvc.dvcfile import Lockfile
from dvc.repo import Repo
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
GRAPHS = [("digits", 1), ("cpu", 1), ("cpu", 3), ("paper", 3)]  # budgets and numbers of seeds
EDIT = r"^    latent: 50$", "    latent: 51"  # of the recipe of the BiGANs


def copy(folder: Path, budget: str, seeds: int) -> None:
    """Copy what the graph is made of into a folder, for a budget and a number of seeds."""
    for part in ("Snakefile", "params.yaml", "dvc.yaml", "profiles", "envs", "workflow", ".dvc/config", ".dvcignore"):
        target = folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, target)
    edit(folder / "params.yaml", r"^budget: \*\w+", f"budget: {{<<: *{budget}, seeds: {list(range(seeds))}}}")
    yaml = YAML()
    content: Any = yaml.load(folder / "dvc.yaml")
    for name, entry in content["stages"].items():
        if name != "source_hashes":
            entry["cmd"] = stub(entry)
    yaml.dump(content, folder / "dvc.yaml")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)


def stub(entry: dict[str, Any]) -> str:
    """Return a command that writes something to each output of a stage."""
    outs = [out if isinstance(out, str) else next(iter(out)) for kind in ("outs", "metrics", "plots") for out in entry.get(kind, [])]
    files = [out if Path(out).suffix else f"{out}/file" for out in outs]
    return " && ".join(f"mkdir -p {Path(file).parent} && echo word > {file}" for file in files)


def edit(file: Path, pattern: str, replacement: str) -> None:
    """Replace the one match of a pattern."""
    text, count = re.subn(pattern, replacement, file.read_text(), count=1, flags=re.M)
    assert count == 1, pattern
    file.write_text(text)


def settle(folder: Path) -> int:
    """Make all outputs and record them, as if every stage had run; return the number of stages."""
    with chdir(folder), Repo(".") as repo, repo.lock:
        stages = list(repo.index.stages)
        for stage in stages:
            subprocess.run(["sh", "-c", stage.cmd], check=True)
        for stage in stages:
            stage.save()
            stage.commit()
        Lockfile(repo, "dvc.lock").dump_stages(stages)
        return len(stages)


def seconds(folder: Path, *command: str) -> tuple[float, str]:
    """Run a command; return how long it took, and what it said."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "DVC_NO_ANALYTICS": "1"}
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
    return time.perf_counter() - start, done.stdout + done.stderr


def measure(budget: str, seeds: int) -> None:
    """Print a row for a budget."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy(folder, budget, seeds)
        count = settle(folder)
        run = ("snakemake", "--cores", "2")
        empty, said = seconds(folder, *run)
        assert "Nothing to be done" in said, said
        status, said = seconds(folder, "dvc", "status")
        assert "up to date" in said, said
        edit(folder / "params.yaml", *EDIT)
        whole, said = seconds(folder, *run)
        jobs = len(re.findall(r"^Finished jobid", said, re.M)) - 1  # but for the rule `all`
        print(f"{count:6d}  {empty:18.1f}  {status:13.1f}  {(whole - empty) / jobs:11.2f}  {jobs:4d}", flush=True)


def main() -> None:
    """Print a row a size."""
    print("stages  empty snakemake, s  dvc status, s  a job, s  jobs")
    for budget, seeds in GRAPHS:
        measure(budget, seeds)


if __name__ == "__main__":
    main()
