"""The rooms of workflow/ stand in an order, and imports lead one way."""

import ast
from pathlib import Path

import pytest

from tests.helpers.project import ROOT

ROOMS = ["io", "params", "pipeline", "data", "networks", "training", "evaluation", "report", "scripts"]
MODULES = sorted((ROOT / "workflow").rglob("*.py"))


def imported_rooms(module: Path) -> set[str]:
    """Return the rooms that a module imports from."""
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


def test_every_module_is_in_a_room() -> None:
    assert [path.name for path in (ROOT / "workflow").iterdir() if path.is_dir() and path.name not in [*ROOMS, "__pycache__"]] == []
    assert [path.name for path in MODULES if path.parent == ROOT / "workflow"] == ["__init__.py"]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_rooms_before_it(room: str) -> None:
    allowed = set(ROOMS[: ROOMS.index(room) + 1])
    upward = {
        str(module.relative_to(ROOT)): sorted(found - allowed)
        for module in MODULES
        if module.is_relative_to(ROOT / "workflow" / room) and (found := imported_rooms(module)) - allowed
    }
    assert upward == {}


def test_the_order_is_the_one_that_architecture_md_gives() -> None:
    rows = [line.split("`")[1].rstrip("/") for line in (ROOT / "ARCHITECTURE.md").read_text().splitlines() if line.startswith("| `")]
    assert rows == ROOMS


def test_tests_have_the_same_rooms() -> None:
    assert {room for room in ROOMS if (ROOT / "tests" / room).is_dir()} == set(ROOMS) - {"scripts"}
