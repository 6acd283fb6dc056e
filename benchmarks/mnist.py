"""MNIST where torchvision looks for it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workflow.pipeline import paths


@contextmanager
def torchvision_root() -> Iterator[Path]:
    """Give a folder in which torchvision finds data/raw/mnist, which `make demo` makes."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "MNIST/raw"
        raw.mkdir(parents=True)
        for file in (paths.RAW / "mnist").glob("*ubyte"):
            (raw / file.name).symlink_to(file.resolve())
        yield Path(folder)
