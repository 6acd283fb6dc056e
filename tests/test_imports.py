"""The packages of workflow/ stand in an order, imports lead one way, and what documents name is there."""

import ast
import re
from pathlib import Path

import pytest

from tests.helpers.project import ROOT

PACKAGES = ["io", "params", "pipeline", "data", "networks", "training", "evaluation", "report", "scripts"]
MODULES = sorted((ROOT / "workflow").rglob("*.py"))


def imported_packages(module: Path) -> set[str]:
    """Return the packages that a module imports from."""
    names = [
        name
        for node in ast.walk(ast.parse(module.read_text()))
        for name in (
            [node.module or ""] + [f"{node.module}.{alias.name}" for alias in node.names]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    ]
    return {name.split(".")[1] for name in names if name.startswith("workflow.")}


def test_every_module_is_in_a_package() -> None:
    assert [path.name for path in (ROOT / "workflow").iterdir() if path.is_dir() and path.name not in [*PACKAGES, "__pycache__"]] == []
    assert [path.name for path in MODULES if path.parent == ROOT / "workflow"] == ["__init__.py"]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_from_those_before_it(package: str) -> None:
    allowed = set(PACKAGES[: PACKAGES.index(package) + 1])
    upward = {
        str(module.relative_to(ROOT)): sorted(found - allowed)
        for module in MODULES
        if module.is_relative_to(ROOT / "workflow" / package) and (found := imported_packages(module)) - allowed
    }
    assert upward == {}


def test_the_order_is_the_one_that_architecture_md_gives() -> None:
    rows = [line.split("`")[1].rstrip("/") for line in (ROOT / "ARCHITECTURE.md").read_text().splitlines() if line.startswith("| `")]
    assert rows == PACKAGES


def test_paths_that_the_documents_name_exist() -> None:
    documents = [*ROOT.glob("*.md"), *ROOT.glob("benchmarks/*.md")]
    named = {
        path
        for document in documents
        for path in re.findall(r"`((?:tests|workflow|profiles|envs|benchmarks)/[\w./-]+)`", document.read_text())
    }
    assert {path for path in named if not (ROOT / path).exists()} == set()
    assert "tests/training/test_source_closure.py" in named


def test_tests_have_the_same_packages() -> None:
    assert {package for package in PACKAGES if (ROOT / "tests" / package).is_dir()} == set(PACKAGES) - {"scripts"}
