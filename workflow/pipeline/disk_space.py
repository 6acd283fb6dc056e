"""A check of the free disk space before work begins: on a full disk DVC does not fail, it tries again until there is room."""

import shutil

from workflow.io.errors import UserError

LEAST_FREE = 64 << 20  # bytes


def check_disk_space() -> None:
    """Raise UserError if the disk of the current folder is full, or nearly so."""
    free = shutil.disk_usage(".").free
    if free < LEAST_FREE:
        raise UserError(f"the disk is full: {free >> 20} MiB are free, and a job needs {LEAST_FREE >> 20}; what is done is kept")
