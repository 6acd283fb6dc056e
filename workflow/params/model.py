"""How params.yaml is read, and how a mistake in it is put into words."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache, reduce
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from workflow.io.errors import UserError, first_line

FILE = Path("params.yaml")
LONGEST_QUOTE = 60

M = TypeVar("M", bound=BaseModel)

# A name becomes part of file names, stage names and command lines.
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]


class Model(BaseModel):
    """A section of params.yaml: each key described, no other key allowed, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True)


def read_text(path: Path) -> str:
    """Read a text file; raise UserError if there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UserError(f"{path}: not found; run this from the project's folder") from error
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text") from error


def load(path: Path = FILE) -> dict[str, Any]:
    """Parse a YAML file; raise UserError with the line of a mistake."""
    return parse(read_text(path), path)


def parse(text: str, path: Path) -> dict[str, Any]:
    """Parse the YAML of a file, or of a part of it; raise UserError with the line of a mistake."""
    try:
        content = YAML(typ="safe").load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        raise UserError(f"{path}{line}: not valid YAML: {_cut(problem)}") from error
    except ValueError as error:  # a date without such a day, a whole number of thousands of digits
        raise UserError(f"{path}: not valid YAML: {first_line(error)}") from error
    if not isinstance(content, dict):
        raise UserError(f"{path}: found {_short(content)}, allowed: a mapping of keys to values")
    return content


def validate(model: type[M], content: Any, where: str = "", file: Path = FILE) -> M:
    """Return `content` as a `model`; raise UserError with a line a mistake: where, what was found, what is allowed."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        schema, mistakes = _schema(model), error.errors()
        lines = [f"{file}: {_explain(mistake, schema, where)}" for mistake in mistakes if not _misspelt(mistake, mistakes)]
        raise UserError("\n".join(dict.fromkeys(lines))) from None


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `changes` over it; mappings inside are merged likewise."""
    both = {
        key: merged(base[key], changes[key])
        for key in base.keys() & changes.keys()
        if isinstance(base[key], Mapping) and isinstance(changes[key], Mapping)
    }
    return {**base, **changes, **both}


def completed(recipe: Mapping[str, Any], *layers: Mapping[str, Any]) -> dict[str, Any]:
    """Return a recipe with a variant over it, then what the budget changes; each first has what it is `like`, the last over the others."""
    own = [{key: value for key, value in layer.items() if key != "like"} for layer in layers]
    parts = [part for layer, keys in zip(layers, own, strict=True) for part in (*layer.get("like", []), keys)]
    return reduce(merged, parts, dict(recipe))


def select(content: Any, key: str) -> Any:
    """Return the part of nested mappings under a dotted key; raise UserError if there is none."""
    for name in key.split("."):
        if not isinstance(content, dict) or name not in content:
            raise UserError(f"{FILE}: {key}: found nothing, allowed: a value that dvc.yaml asks for")
        content = content[name]
    return content


def allowed(found: object, known: Iterable[str]) -> str:
    """Say that a name is not among those known."""
    return f"found {_short(found)}, allowed: {', '.join(known) or 'none'}"


def plain(key: object) -> str:
    """Return a key as it stands in the file, or quoted if it would break the line."""
    text = str(key)
    return text if text.isprintable() else repr(text)


def _misspelt(mistake: Mapping[str, Any], mistakes: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether a key is missing because another mistake is that key, misspelt."""
    *place, key = mistake["loc"] or ("",)
    unknown = [str(other["loc"][-1]) for other in mistakes if other["type"] == "extra_forbidden" and [*other["loc"][:-1]] == place]
    return mistake["type"] == "missing" and bool(get_close_matches(str(key), unknown, n=1))


def _explain(mistake: Mapping[str, Any], schema: dict[str, Any], where: str) -> str:
    loc = list(mistake["loc"])
    wrong_key = loc[-1:] == ["[key]"]
    loc = loc[:-1] if wrong_key else loc
    place = ".".join(plain(part) for part in [where, *_keys(schema, loc)] if part != "") or "the whole"
    if mistake["type"] == "value_error":
        return f"{place}: {mistake['ctx']['error']}"
    if mistake["type"] == "extra_forbidden":
        allowed = _at(schema, loc[:-1]).get("properties", {})
        return f"{place}: found an unknown key, allowed: {', '.join(allowed)}"
    if wrong_key:
        pattern = next(iter(_at(schema, loc[:-1])["patternProperties"]))
        return f"{place}: found the name {_short(loc[-1])}, allowed: a text like {pattern}"
    found = "nothing" if mistake["type"] == "missing" else _short(mistake["input"])
    return f"{place}: found {found}, allowed: {_words(_at(schema, loc), schema)}"


def _at(schema: dict[str, Any], loc: list[Any]) -> dict[str, Any]:
    """Return the part of a JSON schema that describes the value at `loc`."""
    here = schema
    for part in loc:
        if part in (tagged := _tagged(here)):
            here = {"$ref": tagged[part]}
        else:
            options = [_resolve(option, schema) for option in here.get("anyOf", [here])]
            here = next((found for option in options if (found := _below(option, part)) is not None), {})
        here = _resolve(here, schema)
    return here


def _keys(schema: dict[str, Any], loc: list[Any]) -> list[Any]:
    """Return `loc` without the tags that pydantic puts in where one of several models was chosen by a tag."""
    return [part for number, part in enumerate(loc) if part not in _tagged(_at(schema, loc[:number]))]


def _tagged(schema: dict[str, Any]) -> dict[str, str]:
    """Return the references to the models that a tag chooses from, by tag."""
    return dict(schema.get("discriminator", {}).get("mapping", {}))


def _below(schema: dict[str, Any], part: Any) -> dict[str, Any] | None:
    if isinstance(part, int):
        found = schema.get("items")
    else:
        named = schema.get("properties", {}).get(part)
        found = named or next(iter(schema.get("patternProperties", {}).values()), schema.get("additionalProperties"))
    return found if isinstance(found, dict) else None


def _resolve(schema: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    return whole["$defs"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}
BOUNDS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
    "pattern": "like {}",
    "minItems": "with at least {} items",
    "maxItems": "with at most {} items",
    "maxLength": "of at most {} characters",
}


def _words(schema: dict[str, Any], whole: dict[str, Any]) -> str:
    """Put a JSON schema into words: 'a number > 0 and ≤ 1', 'one of unit, signed'."""
    schema = _resolve(schema, whole)
    if "discriminator" in schema:
        return f"a mapping with the key {schema['discriminator']['propertyName']}"
    if "anyOf" in schema:
        return " or ".join(_words(option, whole) for option in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    kind = TYPES.get(schema.get("type", ""), "a value")
    if properties := schema.get("properties"):
        return f"{kind} with the keys {', '.join(properties)}"
    bounds = " and ".join(text.format(schema[key]) for key, text in BOUNDS.items() if key in schema)
    return f"{kind} {bounds}".strip()


def _short(value: Any) -> str:
    return _cut(repr(value))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 3] + "..."
