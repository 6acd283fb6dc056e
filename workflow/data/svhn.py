"""SVHN's cropped digits, as their authors publish them: one MATLAB file a split (http://ufldl.stanford.edu/housenumbers/)."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.io import loadmat

from workflow.io.errors import UserError, first_line

SIDE = 32
CHANNELS = 3
ZERO = 10  # the label of the digit 0
Bytes = NDArray[np.uint8]


def read(path: Path) -> tuple[Bytes, Bytes]:
    """Return a split's images, (N, 3, 32, 32), and their labels, (N,) in 0..9, both uint8.

    The file has them as `X`, (32, 32, 3, N), and `y`, (N, 1) from 1 to 10, where 10 is the digit 0.

    Raises:
        UserError: If the file is no such one, or not whole.
    """
    content = _load(path)
    for name in ("X", "y"):
        if not isinstance(content.get(name), np.ndarray):
            raise UserError(f"{path}: found the variables {', '.join(sorted(content)) or 'none'}, allowed: X and y")
    x, y = content["X"], content["y"]
    if x.dtype != np.uint8 or x.ndim != 4 or x.shape != (SIDE, SIDE, CHANNELS, x.shape[3]) or y.shape != (x.shape[3], 1) or y.size == 0:
        found = f"X {x.dtype} {x.shape} and y {y.shape}"
        raise UserError(f"{path}: found {found}, allowed: X uint8 ({SIDE}, {SIDE}, {CHANNELS}, N) and y (N, 1), N > 0")
    if y.dtype.kind not in "ui" or y.min() < 1 or y.max() > ZERO:
        raise UserError(f"{path}: found labels {y.dtype} from {y.min()} to {y.max()}, allowed: whole numbers from 1 to {ZERO}")
    return np.ascontiguousarray(x.transpose(3, 2, 0, 1)), (y[:, 0] % ZERO).astype(np.uint8)


def _load(path: Path) -> dict[str, Any]:
    """Return the variables of a MATLAB file; SciPy says in a dozen ways that a file is none, or a damaged one."""
    try:
        content = loadmat(path)
    except FileNotFoundError:
        raise
    except Exception as error:
        raise UserError(f"{path}: not a whole MATLAB file ({first_line(error)})") from error
    return {name: value for name, value in content.items() if not name.startswith("__")}
