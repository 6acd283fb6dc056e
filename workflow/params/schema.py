"""The JSON schema of params.yaml, by which an editor checks it as it is written: `python -m workflow.params.schema`, or `make schema`."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from workflow.io.errors import UserError
from workflow.io.files import write_text
from workflow.params.file import RECIPES, check, models
from workflow.params.groups import GRAPH, training_groups
from workflow.params.model import Model, load

SCHEMA = Path(__file__).with_name("schema.json")


def main() -> None:
    """Write the JSON schema, or complain about params.yaml."""
    argparse.ArgumentParser(prog="workflow.params.schema", description=main.__doc__).parse_args()
    try:
        check()
        write_text(SCHEMA, schema())
    except (UserError, OSError) as error:
        sys.exit(str(error))


def schema() -> str:
    """Return the JSON schema of the file as an editor sees it: a variant may leave out what its recipe says."""
    groups = training_groups(load(GRAPH)["stages"])
    whole = models(tuple(groups.values()))[0].model_json_schema()
    for family, recipe in RECIPES.items():
        whole["$defs"] |= _changes(recipe, _title(family))
    for holder in ("Groups", "Budget"):
        for group in groups.values():
            (names,) = whole["$defs"][holder]["properties"][group.name]["patternProperties"]
            whole["$defs"][holder]["properties"][group.name]["patternProperties"][names] = {"$ref": f"#/$defs/{_title(group.family)}"}
    whole["$defs"]["LenetVariant"] = {**whole["$defs"]["LenetRecipe"], "required": []}
    for name, changes in whole["$defs"]["Changes"]["properties"].items():
        changes["$ref"] = f"#/$defs/{_title(name)}"
    (names,) = whole["properties"]["shared"]["patternProperties"]
    whole["properties"]["shared"]["patternProperties"][names] = {"anyOf": [{"$ref": f"#/$defs/{_title(family)}"} for family in RECIPES]}
    return json.dumps(whole, indent=2) + "\n"


def _title(family: str) -> str:
    return f"{family.title().replace('_', '')}Variant"


def _changes(recipe: type[Model], variant: str) -> dict[str, Any]:
    """Return definitions, the variant's under its name, of what may differ from a recipe."""
    partial = recipe.model_json_schema(ref_template="#/$defs/{model}Change")
    inner = {f"{name}Change": {**definition, "required": []} for name, definition in partial.pop("$defs").items()}
    like = {
        "description": "What it has in common with others, from `shared`. The later come over the earlier, its own keys over all.",
        "items": {"$ref": f"#/$defs/{variant}"},
        "type": "array",
    }
    return {**inner, variant: {**partial, "properties": {**partial["properties"], "like": like}, "required": []}}


if __name__ == "__main__":
    main()
