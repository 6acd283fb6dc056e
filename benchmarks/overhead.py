"""What the pipeline itself costs: seconds a job, and seconds of a run with nothing to do, as stages grow in number.

python -m benchmarks.overhead
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SIZES = (30, 120, 300)
STAGES = """
stages:
  trivial:
    matrix: {{number: {numbers}}}
    cmd: mkdir -p data && echo ${{item.number}} > data/${{item.number}}.txt
    deps: [params.yaml]
    outs: ["data/${{item.number}}.txt"]
    meta: {{conda: data}}
"""


def seconds(*command: str, folder: Path) -> float:
    """Run a command; return how long it took."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "DVC_NO_ANALYTICS": "1"}
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


def measure(count: int) -> tuple[float, float, float]:
    """Return the seconds a job, of an empty run of Snakemake, and of an empty run of DVC, with `count` stages."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("Snakefile", "params.yaml", "profiles", "envs", "workflow", ".dvc/config"):
            target = folder / part
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, target)
        (folder / "dvc.yaml").write_text(STAGES.format(numbers=list(range(count))))
        seconds("git", "init", "-q", folder=folder)
        whole = seconds("snakemake", "--cores", "2", folder=folder)
        snakemake = seconds("snakemake", "--cores", "2", folder=folder)
        return (whole - snakemake) / count, snakemake, seconds("dvc", "repro", folder=folder)


def main() -> None:
    """Print a row a size."""
    print("stages  s a job  empty snakemake, s  empty dvc repro, s")
    for count in SIZES:
        job, snakemake, dvc = measure(count)
        print(f"{count:6d}  {job:7.2f}  {snakemake:18.1f}  {dvc:18.1f}", flush=True)


if __name__ == "__main__":
    main()
