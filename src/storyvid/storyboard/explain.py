"""The strict schema's complaints in plain words: place, value, limit, fix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from storyvid import plain_words
from storyvid.plain_words import BOUNDS, Complaint
from storyvid.storyboard.findings import Findings, Place, show
from storyvid.storyboard.schema import MAX_DURATION_S, MIN_DURATION_S, ShotFields, Storyboard

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
        complaint = explain(error, place, findings)
        findings.error(place, complaint.what, complaint.fix, complaint.code)


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


def explain(error: Mapping[str, Any], place: Place, findings: Findings) -> Complaint:
    """What is wrong, how to mend it and the code of the problem, for one complaint of the schema."""
    path, value = findings.path(place), error.get("input")
    name = next((step for step in reversed(place) if isinstance(step, str)), "")
    if name == "duration" and place[0] in ("shots", "defaults") and "transition" not in place and error["type"] in BOUNDS:
        return explain_duration(value, path)
    complaint = plain_words.explain(error, path, show(value), UNITS.get(name, ""))
    return replace(complaint, code="id") if name == "id" and complaint.code == "value" else complaint


def explain_duration(value: Any, path: str) -> Complaint:
    """A shot that is too long or too short."""
    if value > MAX_DURATION_S:
        what = f"{value:g} s is longer than one shot may be ({MAX_DURATION_S:g} s)"
        return Complaint(what, f"split the shot, or set {path} to {MAX_DURATION_S:g} or less", "duration-range")
    what = f"{value:g} s is shorter than one shot may be ({MIN_DURATION_S:g} s)"
    return Complaint(what, f"set {path} to {MIN_DURATION_S:g} or more", "duration-range")
