"""What a training tells while it runs, and after."""

import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

import pandas as pd
from torch.utils.tensorboard import SummaryWriter


class Events:
    """TensorBoard events of a run, a scalar an epoch. A resumed run goes on where its checkpoint was."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.writer: SummaryWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.writer:
            self.writer.close()

    def add(self, row: dict[str, float]) -> None:
        """Write an epoch's values."""
        epoch = int(row["epoch"])
        if self.writer is None:
            if epoch == 1:
                shutil.rmtree(self.folder, ignore_errors=True)  # the events of an earlier run
            self.writer = SummaryWriter(self.folder, purge_step=epoch)
        for name, value in row.items():
            if name != "epoch":
                self.writer.add_scalar(name, value, epoch)


def losses_table(history: list[dict[str, float]]) -> str:
    """Return a row an epoch as tab-separated values, for `dvc plots` and for the figures."""
    return pd.DataFrame(history).to_csv(sep="\t", index=False, float_format="%.8g")
