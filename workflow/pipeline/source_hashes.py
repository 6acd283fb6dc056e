"""Which code a script's results depend on: itself, what it imports, what that imports, and so on, but for `workflow/pipeline`.

That carries parameters in and results out, and cannot change a number; so an edit of it retrains nothing.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from workflow.io.errors import UserError, first_line

STAGE = "source_hashes"  # of dvc.yaml: it comes before all others, and only after it is known which others are stale
PACKAGE = "workflow"
IGNORED = "workflow.pipeline"


def closures(scripts: Iterable[Path]) -> dict[Path, list[Path]]:
    """Return of each script its own file and all of the project that it imports, directly or not, sorted, but for `workflow/pipeline`.

    Raises UserError if one of them is not valid Python, or has a relative import.
    """
    imported = cache(lambda file: list(_imported(file)))  # most files are imported by most scripts
    return {script: _closure(script, imported) for script in scripts}


def _closure(script: Path, imported: Callable[[Path], Iterable[Path]]) -> list[Path]:
    found: set[Path] = set()
    waiting = [script]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += imported(file)
    return sorted(found)


def _imported(file: Path) -> Iterator[Path]:
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        line = f":{error.lineno}" if error.lineno else ""  # a null byte has none
        raise UserError(f"{file}{line}: not valid Python: {error.msg}") from error
    except ValueError as error:  # not UTF-8
        raise UserError(f"{file}: not valid Python: {first_line(error)}") from error
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(level=level) if level:
                raise UserError(f"{file}:{node.lineno}: found a relative import, allowed: one that begins with {PACKAGE}")
            case ast.ImportFrom(module=str(module)):
                names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
            case ast.Import():
                names = [alias.name for alias in node.names]
            case _:
                continue
        for name in names:
            if name.split(".")[0] == PACKAGE and not f"{name}.".startswith(f"{IGNORED}."):
                yield from _files(name)


def _files(name: str) -> Iterator[Path]:
    """Yield the file of a module, and of the packages that are run before it."""
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        path = Path(*parts[:count])
        yield from (file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file())
