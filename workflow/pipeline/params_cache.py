"""How DVC looks up parameters here: params.yaml is parsed once for as long as it stays the same, and a key is looked up in it.

DVC itself parses the file for each stage anew, several times over, and walks all of it for each key that a stage depends on.
"""

from collections.abc import Callable
from functools import cache, reduce
from pathlib import Path
from typing import Any

from dvc.dependency import param


class _Lookup:
    """In place of dpath."""

    @staticmethod
    def get(content: dict[str, Any], key: str, separator: str) -> Any:
        return reduce(lambda part, name: part[name], key.split(separator), content)


def look_up_quickly() -> None:
    """Have DVC do so in this process from now on."""
    param.load_path, param.dpath = _parsed_once(param.load_path), _Lookup


def _parsed_once(load_path: Callable[..., Any]) -> Callable[..., Any]:
    @cache
    def parsed(path: str, fs: Any, state: tuple[int, ...]) -> Any:  # noqa: ARG001 - of another state, it is another file
        return load_path(path, fs)

    def load(path: str, fs: Any) -> Any:
        found = Path(path).stat()
        return parsed(path, fs, (found.st_mtime_ns, found.st_size, found.st_ino))

    return load
