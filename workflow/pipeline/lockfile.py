"""dvc.lock as text: to parse all of it takes a second at some hundred stages, and a job needs the lines of its own stage."""

import re
from pathlib import Path
from typing import Any

from workflow.io.errors import UserError
from workflow.params.model import parse

FILE = Path("dvc.lock")
EMPTY = "schema: '2.0'\nstages:\n"


def read() -> str:
    """Return the text of dvc.lock, or of one without stages if there is none."""
    return FILE.read_text(encoding="utf-8") if FILE.exists() else EMPTY


def check_whole() -> None:
    """Raise UserError if dvc.lock ends within a line: what is left may still be YAML, and a hash of another kind, or of none."""
    if not read().endswith("\n"):
        raise UserError(f"unable to read: '{FILE}': its end is missing; delete it, and its results come back from the cache")


def entry(text: str, name: str) -> str:
    """Return the lines of a stage in the text of a dvc.lock, or an empty text."""
    return text[slice(*_place(text, f"  {name}:"))]


def replaced(text: str, lines: str) -> str:
    """Return the text of a dvc.lock with a stage's lines in the place of its old ones, or at the end."""
    start, end = _place(text, lines.partition("\n")[0])
    return text[:start] + lines + text[end:]


def outputs(paths: list[Path]) -> list[dict[str, Any]]:
    """Return the outputs that dvc.lock records for these files and folders, or for files inside of them."""
    entries = [part.partition("\n    outs:\n") for part in re.split(r"^(?=  \S)", read(), flags=re.MULTILINE)[1:]]
    found = ["".join(parts) for parts in entries if any(str(path) in parts[2] for path in paths)]
    stages = parse("".join(["stages:\n", *found]), FILE)["stages"].values() if found else []
    return [out for stage in stages for out in stage["outs"] if not set(paths).isdisjoint([Path(out["path"]), *Path(out["path"]).parents])]


def _place(text: str, first: str) -> tuple[int, int]:
    """Return where the lines of a stage, of which this is the first, begin and end in the text of a dvc.lock, or would."""
    start = f"\n{text}".find(f"\n{first}\n")
    if start < 0:
        return len(text), len(text)
    end = start + len(first) + 1
    while text.startswith(("   ", "  -"), end):
        end = text.find("\n", end) + 1 or len(text)  # its last line may be cut off
    return start, end
