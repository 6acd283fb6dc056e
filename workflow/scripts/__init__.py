"""A thin script for each stage of dvc.yaml."""

from workflow.pipeline import sources  # noqa: F401 - before all else, see there
from workflow.training.numerics import set_environment

set_environment()  # before a script imports PyTorch or NumPy
