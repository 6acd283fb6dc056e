"""The JSON schema of params.yaml."""

import json

import jsonschema
import pytest

from tests.helpers.project import ROOT
from workflow.params.model import load
from workflow.params.schema import SCHEMA, schema


def test_the_json_schema_is_fresh() -> None:
    assert SCHEMA.read_text() == schema(), "run `make schema`"


def test_an_editor_finds_the_file_in_the_project_valid() -> None:
    found = json.loads(schema())
    jsonschema.validate(load(ROOT / "params.yaml"), found)
    with pytest.raises(jsonschema.ValidationError, match="latnet"):
        jsonschema.validate(load(ROOT / "params.yaml") | {"groups": {"bigan": {"bigan": {"latnet": 9}}}}, found)


def test_every_field_is_described() -> None:
    whole = json.loads(schema())
    definitions = {"Params": whole, **whole["$defs"]}
    fields = {f"{name}.{key}": field for name, part in definitions.items() for key, field in part.get("properties", {}).items()}
    assert [key for key, field in fields.items() if not field.get("description")] == []
