"""What every stage's script does around its work."""

import argparse
import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from workflow import SOURCES
from workflow.io.errors import UserError
from workflow.io.files import sha256
from workflow.params.model import FILE, M, allowed, completed, fill, load, merged, parse, select, validate
from workflow.pipeline.paths import CODE

GRAPH = Path("dvc.yaml")
LOCK = Path("dvc.lock")
TEXTS = {".yaml", ".jinja", ".sha256"}
LIBRARIES = ("numpy", "openTSNE", "scikit-learn", "torch")


@dataclass(frozen=True)
class Stage:
    """A stage at work: its name, its item of the matrix, and the parameters that dvc.yaml declares for it."""

    name: str
    item: dict[str, Any]
    params: dict[str, Any]
    code: dict[str, str]

    def read(self, model: type[M], key: str) -> M:
        """Return the parameters under a dotted key as a `model`.

        Only what dvc.yaml declares for this stage is there to be read. Raises UserError in words for a user.
        """
        return validate(model, select(self.params, key), key)

    def recipe(self, model: type[M], variant: str) -> M:
        """Return a variant's recipe, what it leaves out filled in. Raises UserError in words for a user."""
        changes = select(self.params, f"variants.{variant}")
        return validate(model, completed(self.params["recipes"], changes), f"variants.{variant}")

    def provenance(self) -> dict[str, Any]:
        """Return what the result came from: code (sha256 by file), parameters and versions."""
        versions = {"python": platform.python_version(), **_versions()}
        return {"stage": self.name, **self.item, "params": self.params, "code": self.code, "versions": versions}

    def identity(self) -> dict[str, str]:
        """Return what a checkpoint must come from to be resumed: item of the matrix, parameters and code, by dotted name."""
        return {**_flat("", self.item), **_flat("", self.params), **self.code}

    def result(self, measured: Mapping[str, Any], **about: Any) -> dict[str, Any]:
        """Return what a metrics file holds: the measured values, and what they are and came from.

        The latter lies in a list, which `dvc metrics` leaves out of its tables.
        """
        return {**measured, "about": [{**about, **self.provenance()}]}


@contextmanager
def stage(**item: Any) -> Iterator[Stage]:
    """Give a script the parameters of the stage that DVC runs it for; end it in one line if something is wrong.

    DVC hashes a stage's inputs after its command, so an edit made in the meantime would be recorded as
    what the outputs were made from: one whose inputs have changed when it ends fails instead, and one whose code is
    another than the stage `code` has recorded does not begin. Nor does one whose inputs are not what other stages have made.
    """
    name = os.environ.get("DVC_STAGE", "").partition("@")[0]
    if not name:
        sys.exit("run this through `dvc repro <stage>` or Snakemake: DVC says in DVC_STAGE which stage it is")
    try:
        deps, params = _declared(name, item)
        state, code = _state(deps), _recorded(deps)
        _check_made(deps)
        _check(code, {file: sha256(SOURCES.get(file.resolve(), b"")) for file in code})
        yield Stage(name, item, params, {str(file): digest for file, digest in code.items()})
        _check(code, {file: sha256(file.read_bytes()) for file in code})
        _check(state, _state(deps))
        _check({FILE: (deps, params)}, {FILE: _declared(name, item)})
    except KeyboardInterrupt:
        sys.exit(f"{name}: interrupted")
    except (UserError, OSError) as error:
        for line in str(error).splitlines():
            print(f"{name}: {line}", file=sys.stderr)
        sys.exit(1)


def arguments(description: str | None, *names: str) -> dict[str, Any]:
    """Parse a script's command line: `--variant NAME`, `--seed NUMBER` and the like, all of them required."""
    parser = argparse.ArgumentParser(description=description)
    for name in names:
        parser.add_argument(f"--{name}", required=True, type=int if name == "seed" else str)
    return vars(parser.parse_args())


def _declared(stage: str, item: dict[str, Any]) -> tuple[list[Path], dict[str, Any]]:
    """Return the files and the parameters that dvc.yaml declares for a stage."""
    stages = load(GRAPH)["stages"]
    if stage not in stages:
        raise UserError(f"DVC_STAGE: {allowed(stage, stages)}")
    entry = stages[stage]
    content = load()
    values = {**content, "item": item}
    params: dict[str, Any] = {}
    for key in (fill(key, values) for key in entry.get("params", [])):
        part = select(content, key)
        for name in reversed(key.split(".")):
            part = {name: part}
        params = merged(params, part)
    return [Path(fill(dep, values)) for dep in entry["deps"]], params


def _recorded(deps: list[Path]) -> dict[Path, str]:
    """Return the sha256 of the project's code that the stage depends on, as the stage `code` has written it down."""
    lines = [line for dep in deps if dep.parent == CODE for line in dep.read_text(encoding="utf-8").splitlines()]
    return {Path(file): digest for digest, file in (line.split("  ") for line in lines)}


def _check(before: dict[Path, Any], now: dict[Path, Any]) -> None:
    changed = [str(file) for file in before if before[file] != now[file]]
    if changed:
        raise UserError(f"changed while it ran: {', '.join(changed)}; run it again")


def _check_made(deps: list[Path]) -> None:
    """Raise UserError if an input is not what dvc.lock says that a stage has made.

    DVC does not see it: it never hashes a file that it has copied from its cache, and a disk can damage what lies there.
    """
    made = [out for stage in _makers(deps) for out in stage["outs"] if _among(Path(out["path"]), deps)]
    for out in made:
        if Path(out["path"]).exists() and (found := _md5(Path(out["path"]))) != out["md5"]:
            raise UserError(
                f"{out['path']}: found the md5 {found}, allowed: {out['md5']}, as dvc.lock says: damaged, and maybe in DVC's cache, too; "
                "`snakemake --cores all` makes it anew"
            )


def _makers(deps: list[Path]) -> list[dict[str, Any]]:
    """Return of the stages in dvc.lock those with outputs that may be these, or lie in these. To parse all takes seconds where
    there are thousands.
    """
    lock = LOCK.read_text(encoding="utf-8") if LOCK.exists() else ""
    entries = [entry.partition("\n    outs:\n") for entry in re.split(r"^(?=  \S)", lock, flags=re.MULTILINE)[1:]]
    found = ["".join(parts) for parts in entries if any(str(dep) in parts[2] for dep in deps)]
    return list(parse("".join(["stages:\n", *found]), LOCK)["stages"].values()) if found else []


def _among(path: Path, deps: list[Path]) -> bool:
    """Return whether a file or folder is one of these, or lies in one."""
    return not set(deps).isdisjoint([path, *path.parents])


def _md5(path: Path) -> str:
    """Return what DVC calls the md5 of a file, or of a folder without folders in it."""
    if path.is_dir():
        files = [{"md5": _md5(file), "relpath": file.name} for file in sorted(path.glob("[!.]*"))]
        return hashlib.md5(json.dumps(files).encode(), usedforsecurity=False).hexdigest() + ".dir"
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _state(deps: list[Path]) -> dict[Path, Any]:
    """Return what tells whether a dependency has changed: the content of a small text, the stamps of data."""
    return {dep: dep.read_bytes() if dep.suffix in TEXTS else _stamps(dep) for dep in deps}


def _stamps(dep: Path) -> list[tuple[str, int, int]]:
    files = sorted(dep.rglob("[!.]*")) if dep.is_dir() else [dep]
    return [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files if file.is_file()]


def _flat(name: str, content: Any) -> dict[str, str]:
    if not isinstance(content, dict):
        return {name: str(content)}
    return {key: text for part, below in content.items() for key, text in _flat(f"{name}.{part}".lstrip("."), below).items()}


def _versions() -> dict[str, str]:
    """Return the versions of the libraries that compute; a stage's environment need not have them all."""
    found = {}
    for library in LIBRARIES:
        with suppress(PackageNotFoundError):
            found[library] = version(library)
    return found
