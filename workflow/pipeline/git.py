"""Whether the project lies in a Git repository: unpacked from a ZIP file it does not, and DVC refuses to work there until it is told."""

import sys
from pathlib import Path

from dvc.config import Config


def tell_dvc_of_git() -> None:
    """Have DVC do without Git where there is none, and with Git where there is one; say so in a line when that changes.

    Without Git, DVC runs the graph as usual, but keeps no experiments and compares with no commit.
    """
    here = any((folder / ".git").exists() for folder in (Path.cwd(), *Path.cwd().parents))
    told = "no_scm" in Config.from_cwd().load_one("local").get("core", {})
    if here != told:
        return
    with Config.from_cwd().edit("local") as settings:
        core = settings.setdefault("core", {})
        if here:
            del core["no_scm"]
        else:
            core["no_scm"] = True
    state = "found: DVC uses it again" if here else "none found: DVC does without it; after `git init`, the next run uses it"
    print(f"Git repository: {state}", file=sys.stderr)
