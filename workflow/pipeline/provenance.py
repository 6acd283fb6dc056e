"""What a result comes from: a stage, its parameters, its code, and the versions of the libraries that compute."""

import platform
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

LIBRARIES = ("numpy", "openTSNE", "scikit-learn", "torch")


@dataclass(frozen=True)
class Origin:
    """What a result comes from.

    Attributes:
        name: Of the stage in dvc.yaml.
        item: Its item of the matrix, and its `vars` there: data set, variant, seed, family and the like.
        params: The parameters that dvc.yaml declares for it, nested as in params.yaml.
        code: The sha256 of each file that its script imports.
    """

    name: str
    item: dict[str, Any]
    params: dict[str, Any]
    code: dict[str, str]

    def provenance(self) -> dict[str, Any]:
        """Return all of it, and the versions, as JSON can hold it."""
        versions = {"python": platform.python_version(), **_versions()}
        return {"stage": self.name, **self.item, "params": self.params, "code": self.code, "versions": versions}

    def identity(self) -> dict[str, str]:
        """Return what a checkpoint must come from to be resumed: item, parameters and code, by dotted name."""
        return {**_flat("", self.item), **_flat("", self.params), **self.code}

    def result(self, measured: Mapping[str, Any], **about: Any) -> dict[str, Any]:
        """Return what a metrics file holds: the measured values, and what they are and come from.

        The latter lies in a list, which `dvc metrics` leaves out of its tables.
        """
        return {**measured, "about": [{**about, **self.provenance()}]}


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
