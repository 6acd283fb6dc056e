"""What a YAML file may ask of those who build something from it: how much, which anchors, and each key once."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, Event, MappingStartEvent, ScalarEvent

from workflow.io.errors import UserError
from workflow.params.model import load, read_text

DEEPEST = 20  # levels: the parser in C leaves its stack at some ten thousand, and takes Python with it
MOST = 500_000  # values, each alias written out, ten times the project's own: aliases of aliases could ask for more than any memory holds
LONGEST = 1000  # characters of a value


def load_checked(path: Path) -> dict[str, Any]:
    """Parse a YAML file that people write; raise UserError with the line of a mistake."""
    _check_limits(path)
    for event in _repeated_keys(_events(path)):
        raise UserError(f"{path}:{event.start_mark.line + 1}: found the key {event.value} twice, allowed: each key once")
    return load(path)


def _events(path: Path) -> Iterator[Event]:
    """Yield what a YAML file consists of, up to where it is no YAML: that is left to `load`."""
    with suppress(YAMLError):
        yield from YAML(typ="safe").parse(read_text(path))


@dataclass
class _Open:
    """A collection that has begun and not ended."""

    is_mapping: bool
    nodes: int = 0  # keys and values so far
    keys: set[str] = field(default_factory=set)


def _repeated_keys(events: Iterable[Event]) -> Iterator[ScalarEvent]:
    """Yield the keys that have stood in their mapping before: beside a merge key the parser takes the last one, and says nothing."""
    collections = [_Open(is_mapping=False)]  # from the file itself inwards
    for event in events:
        if isinstance(event, CollectionEndEvent):
            collections.pop()
            continue
        within = collections[-1]
        if isinstance(event, ScalarEvent) and within.is_mapping and within.nodes % 2 == 0:
            if event.value in within.keys:
                yield event
            within.keys.add(event.value)
        within.nodes += 1
        if isinstance(event, CollectionStartEvent):
            collections.append(_Open(isinstance(event, MappingStartEvent)))


def _check_limits(path: Path) -> None:
    """Raise UserError with the line at which a YAML file asks too much."""
    values = [0]  # of each collection that is open, from the file itself inwards
    anchors: list[str | None] = []  # of the same, without the file
    behind: dict[str | None, int] = {None: 1}  # how many values an alias stands for, by the anchor of what has ended
    for event in _events(path):
        match event:
            case CollectionStartEvent():
                values.append(1)
                anchors.append(event.anchor)
            case CollectionEndEvent():
                within = values.pop()
                values[-1] += within
                behind[anchors.pop()] = within
            case AliasEvent():
                values[-1] += behind.get(event.anchor, 1)
            case ScalarEvent():
                values[-1] += 1
                behind[event.anchor] = 1
        if problem := _problem(event, anchors, behind, sum(values)):
            raise UserError(f"{path}:{event.start_mark.line + 1}: {problem}")


def _problem(event: object, anchors: list[str | None], known: Collection[str | None], values: int) -> str | None:
    if isinstance(event, AliasEvent) and event.anchor in anchors:
        return f"found *{event.anchor} inside &{event.anchor}, allowed: an alias of what stands before it"
    if isinstance(event, AliasEvent) and event.anchor not in known:
        near = get_close_matches(event.anchor, [name for name in known if name], n=1)
        return f"found *{event.anchor}, allowed: an anchor that stands before it{f', such as *{near[0]}' if near else ''}"
    if tag := getattr(event, "tag", None):
        return f"found the tag {tag}, allowed: none"
    if isinstance(event, ScalarEvent) and len(event.value) > LONGEST:
        return f"found a value of {len(event.value)} characters, allowed: at most {LONGEST}"
    if len(anchors) > DEEPEST:
        return f"found more than {DEEPEST} levels of lists and mappings, allowed: at most {DEEPEST}"
    if values > MOST:
        return f"found more than {MOST} values, each alias written out, allowed: at most {MOST}"
    return None
