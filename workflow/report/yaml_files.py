"""How the files that say what reports state, and what a page shows of that, are read."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from workflow.io.errors import UserError
from workflow.params.model import Model, validate
from workflow.params.yaml_limits import load_checked

M = TypeVar("M", bound=Model)
ITEM = re.compile(r"(?<=: )(\w+)\.(\d+)(?=[.:])")  # where a mistake is, if in an item of a list


def read(model: type[M], path: Path) -> M:
    """Return what a file says as a model; raise UserError with a line for each mistake, which calls an item of a list by its id."""
    content = load_checked(path)
    try:
        return validate(model, content, file=path)
    except UserError as error:
        raise UserError("\n".join(_with_id(line, content) for line in str(error).splitlines())) from None


def repeated(names: Iterable[str]) -> list[str]:
    """Return those that stand there more than once, sorted."""
    return sorted(name for name, count in Counter(names).items() if count > 1)


def _with_id(line: str, content: Mapping[str, Any]) -> str:
    def called(found: re.Match[str]) -> str:
        item = content[found[1]][int(found[2])]
        return f"{found[1]}.{item['id']}" if isinstance(item, dict) and isinstance(item.get("id"), str) else found[0]

    return ITEM.sub(called, line, count=1)
