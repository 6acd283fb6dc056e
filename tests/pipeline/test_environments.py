"""The conda environments and pyproject.toml pin what the locks have.

Whether conda-forge has these packages is known only by a machine that can reach it; here, names and versions are compared.
"""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.helpers.project import ROOT
from workflow.params.model import load

ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
USERS, TESTERS = "requirements.lock", "requirements-dev.lock"
# What a package is called on PyPI, where its name on conda-forge is another one
NAMES = {"pytorch": "torch", "matplotlib-base": "matplotlib"}

OF_A_TOOL = {"dvc_data", "dvc_objects", "snakemake_interface_logger_plugins"}  # parts of DVC and Snakemake


def locked(file: str) -> dict[str, str]:
    """Return the versions in a lock by name."""
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)", (ROOT / file).read_text(), re.M))


def pins(environment: Path) -> dict[str, str]:
    """Return the versions of an environment by conda's names, without Python's own."""
    found = dict(line.split("=") for line in load(environment)["dependencies"])
    found.pop("python")
    return found


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda file: file.stem)
def test_an_environment_pins_the_versions_of_the_lock(environment: Path) -> None:
    versions = locked(USERS)
    for name, version in pins(environment).items():
        of_lock = versions[NAMES.get(name, name).replace(".", "-")]
        assert re.sub(r"\.post\d+$", "", of_lock) == version, f"{environment.name}: {name}"  # PyPI's repaired uploads are no new version


@pytest.mark.parametrize(("file", "groups"), [(USERS, []), (TESTERS, ["dev"])])
def test_a_lock_has_what_pyproject_pins(file: str, groups: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    pinned = [*project["project"]["dependencies"], *(each for group in groups for each in project["dependency-groups"][group])]
    found = [re.sub(r"\[\w+\]|;.*", "", each).split("==") for each in pinned]
    expected = {name.replace(".", "-"): version for name, version in found}  # of one by Python's version the last, as of the lock
    assert expected.items() <= locked(file).items(), "run `make lock`"


def test_what_is_imported_is_pinned_and_does_not_only_come_with_something_else() -> None:
    trees = [ast.parse(file.read_text()) for file in (ROOT / "workflow").rglob("*.py")]
    names = {name for tree in trees for node in ast.walk(tree) for name in imported(node)} - sys.stdlib_module_names - {"workflow"}
    pinned = {re.split("[=;[]", each)[0] for each in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]}
    providers = packages_distributions()
    assert {name for name in names - OF_A_TOOL if pinned.isdisjoint(each.lower() for each in providers[name])} == set()


def imported(node: ast.AST) -> list[str]:
    """Return the first parts of the names of the modules that a statement imports."""
    match node:
        case ast.Import():
            return [alias.name.partition(".")[0] for alias in node.names]
        case ast.ImportFrom(module=str(module)):
            return [module.partition(".")[0]]
        case _:
            return []


def test_tests_run_on_what_users_have() -> None:
    assert locked(USERS).items() < locked(TESTERS).items(), "run `make lock`"
    assert not {"pytest", "moto", "torchvision"} & locked(USERS).keys()


def test_environments_are_solved_from_conda_forge_alone() -> None:
    assert len(ENVIRONMENTS) == 3
    assert all(load(environment)["channels"] == ["conda-forge", "nodefaults"] for environment in ENVIRONMENTS)
