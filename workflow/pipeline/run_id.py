"""What a run is called: its variant and its seed."""

from pathlib import Path
from typing import NamedTuple, Self

from workflow.io.errors import UserError


class RunId(NamedTuple):
    """A run of a budget: its files are called `<variant>-<seed>`.

    Attributes:
        variant: Or a baseline, or a data set, of which LeNet is trained.
        seed: Of PyTorch's random numbers.
    """

    variant: str
    seed: int

    def __str__(self) -> str:
        return f"{self.variant}-{self.seed}"

    @classmethod
    def of(cls, file: Path) -> Self:
        """Return the run that a file is named for; raise UserError if it is named for none."""
        variant, _, seed = file.stem.rpartition("-")
        if not (variant and seed.isdecimal()):
            raise UserError(f"{file}: named for no run, allowed: <variant>-<seed>{file.suffix}")
        return cls(variant, int(seed))
