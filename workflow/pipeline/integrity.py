"""Whether a stage's inputs are what dvc.lock says, and stay so while the stage runs."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workflow.io.errors import UserError
from workflow.io.files import sha256
from workflow.params.model import parse
from workflow.pipeline import lockfile, sources
from workflow.pipeline.paths import SOURCE_HASHES

TEXTS = {".yaml", ".sha256"}


class Inputs:
    """The files and folders that a stage depends on, as they are when it begins.

    Args:
        deps: What dvc.yaml lists under `deps`.

    Raises:
        UserError: An input is not what dvc.lock says, or the stage runs other code than its list of source hashes says.
    """

    def __init__(self, deps: list[Path]) -> None:
        self._state = _state(deps)
        self.code = _source_hashes(deps)
        self._digests = _recorded_digests(deps)
        check_same(self.code, {file: sources.AT_START.get(Path(file).resolve(), "") for file in self.code})

    def check_unchanged(self) -> None:
        """Raise UserError if an input has changed since.

        DVC hashes the inputs after the stage's command, and would record the edit as what the outputs were made from.
        """
        check_same(self.code, {file: sha256(Path(file).read_bytes()) for file in self.code})
        now = _state([Path(dep) for dep in self._state])
        touched = [Path(dep) for dep in now if now[dep] != self._state[dep]]
        # Of another time alone, such as that of a hard link which another clone has touched: no days of training are lost for it
        same = {str(dep): self._state[str(dep)] for dep in touched if dep.exists() and self._digests.get(dep) == _md5(dep)}
        check_same(self._state, {**now, **same})


def check_same(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise UserError with the names of what has changed."""
    changed = [name for name in before if before[name] != now[name]]
    if changed:
        raise UserError(f"changed while it ran: {', '.join(changed)}; run it again")


def _source_hashes(deps: list[Path]) -> dict[str, str]:
    """Return the sha256 by file of the project's code that a stage depends on, as the stage `source_hashes` has written it."""
    lines = [line for dep in deps if dep.parent == SOURCE_HASHES for line in dep.read_text(encoding="utf-8").splitlines()]
    return {file: digest for digest, file in (line.split("  ") for line in lines)}


def _recorded_digests(deps: list[Path]) -> dict[Path, str]:
    """Return the md5 of each input that a stage has made; raise UserError if it is not what dvc.lock says.

    DVC does not see it: it never hashes a file that it has copied from its cache, and a disk can damage what lies there.
    """
    recorded: dict[Path, list[str]] = {}  # a stage that was renamed leaves another record of the same file behind
    for out in recorded_outputs(deps):
        recorded.setdefault(Path(out["path"]), []).append(out["md5"])
    found = {path: _md5(path) for path in recorded if path.exists()}
    for path, digest in found.items():
        if digest not in recorded[path]:
            raise UserError(
                f"{path}: its md5 is {digest}, but dvc.lock says {recorded[path][-1]}: it is damaged, and maybe in DVC's cache, too; "
                "`snakemake --cores all` makes it anew"
            )
    return found


def recorded_outputs(paths: list[Path]) -> list[dict[str, Any]]:
    """Return the outputs that dvc.lock records for these files and folders, or for files inside of them."""
    lines = lockfile.entries_with_outputs(paths)
    stages = parse(f"stages:\n{lines}", lockfile.FILE)["stages"].values() if lines else []
    return [out for stage in stages for out in stage["outs"] if not set(paths).isdisjoint([Path(out["path"]), *Path(out["path"]).parents])]


def _md5(path: Path) -> str:
    """Return what DVC calls the md5 of a file, or of a folder without folders in it."""
    if path.is_dir():
        files = [{"md5": _md5(file), "relpath": file.name} for file in sorted(path.glob("[!.]*"))]
        return hashlib.md5(json.dumps(files).encode(), usedforsecurity=False).hexdigest() + ".dir"
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _state(deps: list[Path]) -> dict[str, Any]:
    """Return what tells whether a dependency has changed: the content of a small text, size and time of data."""
    return {str(dep): dep.read_bytes() if dep.suffix in TEXTS else _stamps(dep) for dep in deps}


def _stamps(dep: Path) -> list[tuple[str, int, int]]:
    files = sorted(dep.rglob("[!.]*")) if dep.is_dir() else [dep]
    return [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files if file.is_file()]
