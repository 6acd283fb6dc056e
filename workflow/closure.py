"""Which code a stage runs: what its script imports, and what that imports, and so on.

`python -m workflow.closure` writes it into dvc.yaml, under each stage's `deps`; a test fails if it is not there.
"""

import ast
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from workflow.files import write_text

GRAPH = Path("dvc.yaml")
PACKAGE = "workflow"


def closure(script: Path) -> list[str]:
    """Return the script and every file of the project that it imports, directly or not, sorted."""
    found: set[Path] = set()
    waiting = [script]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += _imported(file)
    return sorted(map(str, found))


def deps(command: str, listed: list[str]) -> list[str]:
    """Return what a stage's deps must be: its script's closure, then the other files that are listed.

    Args:
        command: `python -m workflow.scripts.<script> ...`.
        listed: The deps as they are.
    """
    code = closure(Path(command.split()[2].replace(".", "/")).with_suffix(".py"))
    return [*code, *(dep for dep in listed if not dep.endswith(".py"))]


def _imported(file: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module)):
                names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
            case ast.Import():
                names = [alias.name for alias in node.names]
            case _:
                continue
        for name in names:
            if name.split(".")[0] == PACKAGE:
                yield from _files(name)


def _files(name: str) -> Iterator[Path]:
    """Yield the file of a module, and of the packages that are run before it."""
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        path = Path(*parts[:count])
        yield from (file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file())


def main() -> None:
    """Write each stage's code into dvc.yaml, and leave all else in it as it is."""
    yaml = YAML()
    yaml.width = 160
    yaml.indent(mapping=2, sequence=4, offset=2)
    content: Any = yaml.load(GRAPH)
    for entry in content["stages"].values():
        wanted = deps(entry["cmd"], entry["deps"])
        entry["deps"].clear()
        entry["deps"].extend(wanted)
    text = io.StringIO()
    yaml.dump(content, text)
    write_text(GRAPH, text.getvalue())


if __name__ == "__main__":
    main()
