"""The JSON Schema that editors complete and check a storyboard with, made from the strict classes.

``python -m storyvid.storyboard.json_schema`` writes ``templates/storyboard.schema.json`` anew.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from storyvid.storyboard.schema import ShotFields, Storyboard

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PATH = Path(__file__).resolve().parents[3] / "templates" / "storyboard.schema.json"


def storyboard_schema() -> dict[str, Any]:
    """The schema of a storyboard as a person writes it: ids may be left out, ``defaults`` holds shot fields."""
    schema = Storyboard.model_json_schema()
    shot_fields = ShotFields.model_json_schema()
    definitions = {**schema.pop("$defs"), **shot_fields.pop("$defs")}
    definitions["ShotFields"] = shot_fields
    definitions["Shot"]["required"] = []
    _drop_titles(schema)
    for definition in definitions.values():
        _drop_titles(definition)
    properties = schema.pop("properties")
    properties["defaults"] = {"$ref": "#/$defs/ShotFields", "description": properties["defaults"]["description"]}
    editor = {"$schema": {"type": "string", "description": "Tells an editor where this schema lies."}}
    return {
        "$schema": DIALECT,
        "title": "storyvid storyboard",
        **{key: value for key, value in schema.items() if key != "title"},
        "properties": {**editor, **properties},
        "$defs": dict(sorted(definitions.items())),
    }


def _drop_titles(definition: dict[str, Any]) -> None:
    """Take out the titles that pydantic makes from names: in an editor they hide the descriptions."""
    for field in definition.get("properties", {}).values():
        field.pop("title", None)


def schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(storyboard_schema(), indent=2, ensure_ascii=False) + "\n"


def write(path: Path = PATH) -> None:
    """Write the schema file.

    Args:
        path: ``storyboard.schema.json`` beside the template.
    """
    path.write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else PATH)
