"""MNIST, which `make demo` makes: prepared, and where torchvision looks for it."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workflow.data.dataset import DataSet, load
from workflow.pipeline import paths


def processed() -> DataSet:
    """Return the prepared data set; end with a line if there is none."""
    file = paths.processed("mnist")
    if not file.exists():
        sys.exit(f"{file}: not there; `make demo` makes it")
    return load(file)


@contextmanager
def torchvision_root() -> Iterator[Path]:
    """Give a folder in which torchvision finds data/raw/mnist, which `make demo` makes."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "MNIST/raw"
        raw.mkdir(parents=True)
        for file in (paths.RAW / "mnist").glob("*ubyte"):
            (raw / file.name).symlink_to(file.resolve())
        yield Path(folder)
