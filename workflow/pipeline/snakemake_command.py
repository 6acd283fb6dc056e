"""How Snakemake is called from Python: by this environment's Python, with a line of progress in the place of its own messages."""

import os
import sys

SNAKEMAKE = [sys.executable, "-m", "snakemake"]
HERE = ["--cores", "all", "--logger", "progress"]  # on all cores of this machine


def environment() -> dict[str, str]:
    """Return the environment in which Snakemake finds the project's plugins."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([".", "workflow/pipeline/plugins"])}
