"""The pipeline: a script for each stage of dvc.yaml, and the library that the scripts share."""

from pathlib import Path

# Read before anything else is imported: what a stage compares with at its end, to know that
# the code it ran is the code that DVC is about to record.
SOURCES = {path: path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py"))}
