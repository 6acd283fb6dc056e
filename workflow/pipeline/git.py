"""Whether the project lies in a Git repository: unpacked from a ZIP file it does not, and DVC refuses to work there until it is told."""

import sys
from pathlib import Path

from dvc.config import Config

LOCAL = Path(".dvc/config.local")  # this copy's own settings, which Git does not hold


def tell_dvc_of_git() -> None:
    """Have DVC do without Git where there is none, and with Git where there is one; say so in a line when that changes.

    Without Git, DVC runs the graph as usual, but keeps no experiments and compares with no commit.
    """
    found = any((folder / ".git").exists() for folder in (Path.cwd(), *Path.cwd().parents))
    without = LOCAL.exists() and _configured().get("no_scm", False)
    if found == bool(without):
        with Config.from_cwd().edit("local") as settings:
            settings.setdefault("core", {})["no_scm"] = not found
        state = "found: DVC uses it again" if found else "none found: DVC does without it; after `git init`, the next run uses it"
        print(f"Git repository: {state}", file=sys.stderr)


def _configured() -> dict[str, object]:
    """Return the section `core` of this copy's settings."""
    return dict(Config.from_cwd().load_one("local").get("core", {}))
