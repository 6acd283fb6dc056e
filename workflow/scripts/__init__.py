"""A thin script for each stage of dvc.yaml."""

from workflow.pipeline import sources  # noqa: F401 - before all else, see there
