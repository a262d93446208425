"""The strict schema's complaints in plain words: place, value, limit, fix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from storyvid.errors import did_you_mean
from storyvid.storyboard.findings import Findings, Place, show
from storyvid.storyboard.schema import MAX_DURATION_S, MIN_DURATION_S, ShotFields, Storyboard

# Kinds of value in the schema's words and in ours.
KINDS: Mapping[str, str] = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "tuple_type": "a list",
    "list_type": "a list",
    "int_parsing_size": "a whole number of ordinary size",
}
LIMITS: Mapping[str, tuple[str, str, str]] = {
    "greater_than_equal": ("ge", "is below the least allowed", "or more"),
    "greater_than": ("gt", "must be above", "or more than that"),
    "less_than_equal": ("le", "is above the most allowed", "or less"),
    "less_than": ("lt", "must be below", "or less than that"),
}
UNITS: Mapping[str, str] = {"duration": " s", "at": " s", "target_duration": " s", "lens": " mm"}


def validate(data: dict[str, Any], findings: Findings) -> Storyboard | None:
    """The strict storyboard, or None with every complaint noted.

    Args:
        data: The storyboard in strict names and shapes.
        findings: Takes the complaints; places already complained of are passed over.
    """
    try:
        return Storyboard.model_validate(data)
    except ValidationError as error:
        explain_all(error.errors(include_url=False), data, findings)
        return None


def usable_defaults(defaults: dict[str, Any], findings: Findings) -> dict[str, Any]:
    """The defaults that may be given to shots. A bad one is told here, once, and not again for every shot.

    Args:
        defaults: Shot fields in strict names and shapes.
        findings: Takes the complaints.
    """
    try:
        ShotFields.model_validate(defaults)
    except ValidationError as error:
        explain_all(error.errors(include_url=False), defaults, findings, ("defaults",))
    return {name: value for name, value in defaults.items() if not findings.is_or_holds_bad(("defaults", name))}


def explain_all(errors: Sequence[Mapping[str, Any]], data: Any, findings: Findings, base: Place = ()) -> None:
    """Note each complaint once, at the innermost value it is about.

    Args:
        errors: The schema's complaints.
        data: What was checked.
        findings: Takes them in plain words.
        base: Where ``data`` lies in the storyboard.
    """
    placed = [((*base, *complaint_place(error, data)), error) for error in errors if not is_of_other_branch(error, data)]
    for place, error in sorted(placed, key=lambda entry: -len(entry[0])):
        if findings.is_or_holds_bad(place):
            continue
        what, fix = explain(error, place, findings)
        findings.error(place, what, fix, code_of(error["type"], place))


def is_of_other_branch(error: Mapping[str, Any], data: Any) -> bool:
    """Whether a complaint about a continuity comes from a form that was not meant: a word, a frame, a picture."""
    location, value = error["loc"], error.get("input")
    if "continuity" not in location:
        return False
    steps = location.index("continuity") + 1
    for step in location[:steps]:
        data = data[step]
    if not isinstance(data, dict):
        return "StartImage" in location or "ContinueFrom" in location
    other = "StartImage" if "from" in data else "ContinueFrom"
    return other in location or (error["type"] == "literal_error" and isinstance(value, dict | int))


def complaint_place(error: Mapping[str, Any], data: Any) -> Place:
    """Where a complaint belongs: the value, or the key that is missing or too many."""
    place = value_place(error["loc"], data)
    key = error["loc"][-1]
    return (*place, key) if error["type"] == "missing" and place[-1:] != (key,) else place


def value_place(location: Sequence[str | int], data: Any) -> Place:
    """The part of a complaint's location that exists in the data; the rest names branches of a union."""
    place: list[str | int] = []
    for step in location:
        in_list = isinstance(data, list | tuple) and isinstance(step, int) and 0 <= step < len(data)
        if in_list or (isinstance(data, dict) and step in data):
            data = data[step]
            place.append(step)
    return tuple(place)


def code_of(kind: str, place: Place) -> str:
    """Our short name of a kind of complaint."""
    name = place[-1] if place else ""
    if kind in LIMITS:
        return "duration-range" if name == "duration" and "transition" not in place else "range"
    if kind in KINDS:
        return "type"
    known = {"literal_error": "enum-unknown", "extra_forbidden": "unknown-field", "value_error": "id" if name == "id" else "value"}
    return known.get(kind, kind.replace("_", "-"))


def explain(error: Mapping[str, Any], place: Place, findings: Findings) -> tuple[str, str]:
    """What is wrong and how to mend it, for one complaint of the schema."""
    kind, value, limits = error["type"], error.get("input"), error.get("ctx", {})
    path = findings.path(place)
    name = next((step for step in reversed(place) if isinstance(step, str)), "")
    if name == "duration" and place[0] in ("shots", "defaults") and "transition" not in place and kind in LIMITS:
        return explain_duration(value, path)
    if kind in LIMITS:
        key, words, more = LIMITS[kind]
        unit = UNITS.get(name, "")
        return f"{show(value)}{unit} {words} ({_number(limits[key])}{unit})", f"set {path} to {_number(limits[key])} {more}"
    if kind in KINDS:
        return f"{show(value)} must be {KINDS[kind]}", f"write {KINDS[kind]}" + (
            " in double quotes" if KINDS[kind] == "text" else ""
        )
    if kind == "missing":
        return f"{name} is missing", f"add {path}"
    if kind == "extra_forbidden":
        return f'there is no field "{name}" here', "delete it, or move it to notes"
    if kind == "literal_error":
        known = [word.strip("' ") for word in str(limits["expected"]).replace(" or ", ", ").split(",")]
        return f"{show(value)} is not one of {', '.join(known)}", did_you_mean(str(value)[:100], known) or f"use {known[0]}"
    if kind in ("string_too_long", "string_too_short"):
        limit = limits.get("max_length", limits.get("min_length"))
        if kind == "string_too_long":
            return f"the text has {len(str(value))} characters; the most allowed are {limit}", "shorten it"
        return "the text is empty", "write something, or leave the field out"
    if kind == "finite_number":
        return f"{show(value)} is not a finite number", "write an ordinary number"
    if kind == "value_error":
        return _sentence_and_fix(str(limits["error"]))
    return f"{show(value)} can't be used here ({error['msg']})", "see the template for how this field is written"


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:g}"


def explain_duration(value: Any, path: str) -> tuple[str, str]:
    """A shot that is too long or too short."""
    if value > MAX_DURATION_S:
        return (
            f"{value:g} s is longer than one shot may be ({MAX_DURATION_S:g} s)",
            f"split the shot, or set {path} to {MAX_DURATION_S:g} or less",
        )
    return f"{value:g} s is shorter than one shot may be ({MIN_DURATION_S:g} s)", f"set {path} to {MIN_DURATION_S:g} or more"


def _sentence_and_fix(message: str) -> tuple[str, str]:
    """The schema's own sentences read ``what: fix`` or ``what; fix``."""
    for mark in ("; ", ": "):
        what, found, fix = message.partition(mark)
        if found:
            return what, fix
    return message, "see the template for how this field is written"
