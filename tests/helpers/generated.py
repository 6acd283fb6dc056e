"""What tests of bad input share: how cases are generated, and what may come of one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings

from workflow.io.errors import UserError


def cases(count: int) -> settings:
    """Return settings for so many cases, the same ones each time."""
    slow = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    phases = [Phase.explicit, Phase.generate]  # to make a failing case smaller can take minutes
    return settings(max_examples=count, derandomize=True, database=None, deadline=None, phases=phases, suppress_health_check=slow)


def complaint(read: Callable[[], object]) -> str | None:
    """Return what a user is told of bad input, or None if it is taken; any other exception fails the test."""
    try:
        read()
    except UserError as error:
        said = str(error)
        assert said, "nothing is said"
        assert all(line.isprintable() and len(line) < 1000 for line in said.split("\n")), said
        return said
    return None


def places(content: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value in nested mappings and lists."""
    items = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [place for key, value in items for place in [(*above, key), *places(value, (*above, key))]]


def tree(folder: Path) -> dict[str, bytes | None]:
    """Return everything in a folder, the content of files included; links are not followed."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() and not path.is_symlink() else None for path in folder.rglob("*")
    }
