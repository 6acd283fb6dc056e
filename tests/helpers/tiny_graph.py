"""A project with a graph of a few shell commands, for tests of what runs the stages, not of the stages."""

import shutil
from pathlib import Path
from typing import Any

from dvc.utils.serialize import dumps_yaml

from tests.helpers.project import ROOT, Project, emptied, small_params, write_params

PARTS = ("Snakefile", "profiles/default", "envs", "workflow", ".dvc/config", ".dvc/.gitignore", ".dvcignore", ".gitignore")
HASHES = {
    "cmd": "python -m workflow.scripts.source_hashes",
    "deps": ["workflow"],
    "outs": ["data/source_hashes"],
    "meta": {"conda": "data"},
}
MAKE = {
    "vars": [{"greeting": "hello"}],
    "matrix": {"dataset": ["digits"], "variant": ["a", "b"]},
    "cmd": "mkdir -p out && echo ${greeting} ${item.variant} ${samples.images} > out/${item.variant}.txt",
    "params": ["samples.images"],
    "outs": ["out/${item.variant}.txt"],
    "meta": {"conda": "data"},
}
GATHER = {"cmd": "cat out/*.txt > all.txt", "deps": ["out"], "outs": ["all.txt"], "meta": {"conda": "data"}}


def tiny_graph(folder: Path, **stages: dict[str, Any]) -> Project:
    """Return a project in a folder that has, beside `source_hashes`, these stages, or else `make` for a and b, and `gather`."""
    for part in PARTS:
        target = folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, target)
    with (folder / ".gitignore").open("a") as ignored:
        ignored.write("/out/\n")  # or else DVC writes a .gitignore into it, in the order in which jobs end
    write_params(folder, params_without_groups())
    project = Project(folder)
    write_stages(project, **(stages or {"make": MAKE, "gather": GATHER}))
    project.run("git", "init", "-q")
    project.run("dvc", "config", "--local", "core.site_cache_dir", ".dvc/tmp/site")
    return project


def params_without_groups() -> dict[str, Any]:
    """Return small parameters for a graph that trains nothing."""
    content = small_params()
    budget = {key: value for key, value in emptied(content["budget"]).items() if key not in content["groups"]}
    return {**content, "groups": {}, "budgets": {"digits": budget}, "budget": budget}


def write_stages(project: Project, **stages: dict[str, Any]) -> None:
    """Have dvc.yaml be these stages, and `source_hashes`."""
    (project.folder / "dvc.yaml").write_text(dumps_yaml({"stages": {"source_hashes": HASHES, **stages}}))
