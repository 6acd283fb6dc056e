"""IDX, the file format of MNIST (described at the foot of Yann LeCun's MNIST page)."""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workflow.io.errors import UserError

UNSIGNED_BYTE = 8
MOST_DIMENSIONS = 3  # images


def read(path: Path) -> NDArray[np.uint8]:
    """Return the array of an IDX file of unsigned bytes; raise UserError if the file is not one, whole."""
    content = path.read_bytes()
    if len(content) < 4 or content[:3] != bytes([0, 0, UNSIGNED_BYTE]):
        raise UserError(f"{path}: found {content[:4]!r} at the start, allowed: an IDX file of unsigned bytes")
    if not 1 <= content[3] <= MOST_DIMENSIONS:
        raise UserError(f"{path}: found {content[3]} dimensions, allowed: 1 to {MOST_DIMENSIONS}")
    header = 4 + 4 * content[3]
    if len(content) < header:
        raise UserError(f"{path}: found {len(content)} bytes, allowed: a whole IDX header of {header}")
    shape = struct.unpack(f">{content[3]}I", content[4:header])
    size = int(np.prod(shape, dtype=object))
    if len(content) != header + size:
        raise UserError(f"{path}: found {len(content)} bytes, allowed: {header + size}, as its header says {shape}")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape).copy()


def write(path: Path, array: NDArray[np.uint8]) -> None:
    """Write an array of unsigned bytes as an IDX file."""
    header = bytes([0, 0, UNSIGNED_BYTE, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(header + array.tobytes())
