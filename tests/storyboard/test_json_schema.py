import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from storyvid.storyboard.json_schema import PATH, schema_text, storyboard_schema

TEMPLATE = PATH.parent / "storyboard.template.json"


def allowed(node: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The alternatives a node of the schema allows, references followed."""
    if "$ref" in node:
        return allowed(schema["$defs"][node["$ref"].removeprefix("#/$defs/")], schema)
    if "anyOf" in node:
        return [one for alternative in node["anyOf"] for one in allowed(alternative, schema)]
    return [node]


def accepts(value: Any, node: dict[str, Any], schema: dict[str, Any]) -> bool:
    """As much of JSON Schema as the storyboard's uses for shapes: type, properties, required, items, enum."""
    return any(_accepts_one(value, one, schema) for one in allowed(node, schema))


def _accepts_one(value: Any, node: dict[str, Any], schema: dict[str, Any]) -> bool:
    kinds = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "null": type(None),
    }
    if "type" in node and not isinstance(value, kinds[node["type"]]):
        return False
    if value not in node.get("enum", [value]) or value != node.get("const", value):
        return False
    if isinstance(value, dict):
        known, others = node.get("properties", {}), node.get("additionalProperties", {})
        parts = [(part, known.get(key, others)) for key, part in value.items()]
        return set(node.get("required", [])) <= set(value) and all(
            rule is not False and accepts(part, rule, schema) for part, rule in parts
        )
    if isinstance(value, list):
        return all(accepts(part, node.get("items", {}), schema) for part in value)
    return True


def test_the_file_is_fresh() -> None:
    assert PATH.read_text(encoding="utf-8") == schema_text(), "run python -m storyvid.storyboard.json_schema"
    assert b"\r" not in PATH.read_bytes()


def test_the_template_follows_it() -> None:
    schema = storyboard_schema()
    template = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    assert template["$schema"] == PATH.name
    assert accepts(template, schema, schema)
    template["shots"][0]["durration"] = 3
    assert not accepts(template, schema, schema)


def test_short_forms_and_missing_ids_are_accepted() -> None:
    schema = storyboard_schema()
    short = {
        "shots": [{"prompt": "x", "camera": "wide shot", "transition": "dissolve", "transition_in": "fade_in"}],
        "defaults": {"camera": "wide"},
    }
    assert accepts(short, schema, schema)
    assert not accepts({"title": "x"}, schema, schema)
    assert not accepts({"shots": [], "defaults": {"id": "S01"}}, schema, schema)
    assert not accepts({"shots": [{"camera": {"size": "huge"}}]}, schema, schema)


def test_every_field_says_what_it_is() -> None:
    schema = storyboard_schema()
    for name, definition in [("film", schema), *schema["$defs"].items()]:
        for field, node in definition.get("properties", {}).items():
            assert node.get("description"), f"{name}.{field}"


def test_the_module_writes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    subprocess.run([sys.executable, "-m", "storyvid.storyboard.json_schema", str(path)], check=True, timeout=60)
    assert path.read_text(encoding="utf-8") == schema_text()
