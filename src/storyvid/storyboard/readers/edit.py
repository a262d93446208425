"""Transitions and continuity: how shots join, and what a shot starts from."""

from __future__ import annotations

import re
from typing import Any

from storyvid.storyboard import aliases, vocabulary
from storyvid.storyboard.findings import Place, show
from storyvid.storyboard.readers.plain import as_number, number_reader, read_duration, read_media_path, word_reader
from storyvid.storyboard.readers.reading import NOTHING, Reading, known_fields
from storyvid.storyboard.values import LONGEST_VALUE, read_seconds


def read_transition(value: Any, place: Place, reading: Reading) -> Any:
    """A transition: ``{"type", "duration"}`` from a name, a name with a length ("dissolve 0.5s"), or an object."""
    if isinstance(value, dict):
        fields = known_fields(value, aliases.TRANSITION, place, reading)
        if "duration" in fields:
            fields["duration"] = read_duration(fields["duration"], (*place, "duration"), reading)
        if "type" in fields:
            fields["type"] = _transition_type(fields["type"], (*place, "type"), reading)
        return {name: part for name, part in fields.items() if part is not NOTHING}
    if not isinstance(value, str):
        return value
    if not value.strip():
        return NOTHING
    timed = re.fullmatch(r"(.*[a-zA-Z])[\s,(]+([\d.:]+\s*[a-z]+)\)?\.?", value.strip()) if len(value) <= LONGEST_VALUE else None
    seconds = read_seconds(timed[2], reading.fps) if timed else None
    if timed and seconds is not None:
        kind = _transition_type(timed[1], place, reading)
        reading.findings.warn(
            place, f"{show(value)} is read as {kind}, {seconds.normalize():f} s", "write type and duration", "unit"
        )
        return NOTHING if kind is NOTHING else {"type": kind, "duration": as_number(seconds)}
    kind = _transition_type(value, place, reading)
    return NOTHING if kind is NOTHING else {"type": kind}


def _transition_type(value: Any, place: Place, reading: Reading) -> Any:
    if isinstance(value, str) and value.startswith("xfade:") and value[6:] in vocabulary.XFADE_NAMES:
        return value
    names = (
        tuple(f"xfade:{name}" for name in vocabulary.XFADE_NAMES) if isinstance(value, str) and value.startswith("xfade:") else ()
    )
    return word_reader((*vocabulary.TRANSITIONS, *names), vocabulary.TRANSITION_ALIASES, "a transition")(value, place, reading)


def read_continuity(value: Any, place: Place, reading: Reading) -> Any:
    """What the first frame is made from. References to shots are resolved later, when all ids are known."""
    if isinstance(value, bool):
        meant = "continue" if value else "cut"
        reading.findings.warn(place, f"{show(value)} is read as {meant}", f'write "{meant}"', "enum")
        return meant
    if isinstance(value, dict):
        fields = known_fields(value, aliases.CONTINUITY, place, reading)
        if ("from" in fields) == ("image" in fields):
            fix = 'write {"from": "S01", "frame": "last"} or {"image": "picture.png"}'
            reading.findings.error(place, "an object needs either from or image", fix, "continuity-shape")
            return NOTHING
        return _continuity_fields(fields, place, reading)
    if not isinstance(value, str):
        reading.findings.error(
            place,
            f"{show(value)} is not a continuity",
            'use "auto", "cut", "continue", {"from": …} or {"image": …}',
            "continuity-shape",
        )
        return NOTHING
    return word_reader(("auto", "cut", "continue"), aliases.CONTINUITY_WORDS, "a continuity")(value, place, reading)


def _continuity_fields(fields: dict[str, Any], place: Place, reading: Reading) -> dict[str, Any]:
    if "frame" in fields and isinstance(fields["frame"], str):
        frame = number_reader()(fields["frame"], (*place, "frame"), reading)
        frame = word_reader(("last", "first"), {"end": "last", "start": "first"}, "a frame")(frame, (*place, "frame"), reading)
        fields = {name: part for name, part in fields.items() if name != "frame"} | ({} if frame is NOTHING else {"frame": frame})
    if "image" in fields:
        fields["image"] = read_media_path(fields["image"], (*place, "image"), reading)
    return fields
