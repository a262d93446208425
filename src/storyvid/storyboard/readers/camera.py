"""Cameras: a sentence, a list of sentences, or an object whose values may stand in each other's fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from storyvid.errors import did_you_mean
from storyvid.storyboard import aliases, vocabulary
from storyvid.storyboard.camera_words import read_camera
from storyvid.storyboard.findings import Place, show
from storyvid.storyboard.readers.reading import NOTHING, Reading, known_fields
from storyvid.storyboard.schema import MAX_TEXT
from storyvid.storyboard.values import read_number

# Camera field -> ids, aliases, what it is called.
CAMERA_WORDS: Mapping[str, tuple[tuple[str, ...], Mapping[str, str], str]] = {
    "size": (vocabulary.SHOT_SIZES, vocabulary.SIZE_ALIASES, "a shot size"),
    "angle": (vocabulary.ANGLES, vocabulary.ANGLE_ALIASES, "a camera angle"),
    "movement": (vocabulary.MOVEMENTS, vocabulary.MOVEMENT_ALIASES, "a camera move"),
    "framing": (vocabulary.FRAMINGS, vocabulary.FRAMING_ALIASES, "a framing"),
    "speed": (vocabulary.SPEEDS, vocabulary.SPEED_ALIASES, "a speed"),
    "depth_of_field": (get_args(vocabulary.DepthOfField), {"shallow focus": "shallow", "deep focus": "deep"}, "a depth of field"),
    "lens_type": (get_args(vocabulary.LensType), {"fish eye": "fisheye", "macro lens": "macro"}, "a lens type"),
}


def read_camera_value(value: Any, place: Place, reading: Reading) -> Any:
    """A camera: a sentence, a list of sentences, or an object."""
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        value = ", ".join(value)
    if isinstance(value, str):
        return _camera_from_sentence(value, place, reading) if value.strip() else NOTHING
    if not isinstance(value, dict):
        return value
    fields = known_fields(value, aliases.CAMERA, place, reading)
    return read_camera_fields(fields, place, reading)


def _camera_from_sentence(sentence: str, place: Place, reading: Reading) -> dict[str, Any]:
    if len(sentence) > MAX_TEXT:
        return {"text": sentence}  # the schema says that it is too long
    found = read_camera(sentence)
    told = ", ".join(f"{name} {value}" for name, value in found.fields.items() if name != "text")
    kept = "" if "text" not in found.fields else f"; {show(found.fields['text'])} is kept as text"
    reading.findings.warn(
        place, f"{show(sentence)} is read as {told or 'no field'}{kept}", "write the camera as an object", "camera-text"
    )
    for doubt in found.doubts:
        reading.findings.warn(place, doubt, "", "camera-doubt")
    return found.fields


def read_camera_fields(fields: dict[str, Any], place: Place, reading: Reading) -> dict[str, Any]:
    """The fields of a camera, each looked up; a value in the wrong field (OTS as a size) moves to its own."""
    camera: dict[str, Any] = {}
    moved: list[tuple[str, Any]] = []
    for name, value in fields.items():
        if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
            value = ", ".join(value)
        if name == "lens" and isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, str) or name == "text":
            camera[name] = value
        elif value.strip() and not _is_plain_word(name, value, camera, (*place, name), reading):
            moved += _from_words(name, value, (*place, name), reading)
    for name, value in moved:
        if name == "text":
            camera["text"] = f"{camera['text']}, {value}" if camera.get("text") else value
        elif camera.setdefault(name, value) != value:
            reading.findings.error(
                (*place, name),
                f"the camera's fields say both {camera[name]} and {value} for {name}",
                "keep one of them",
                "camera-conflict",
            )
    return camera


def _is_plain_word(name: str, value: str, camera: dict[str, Any], place: Place, reading: Reading) -> bool:
    """Whether the value is one word of the field's own vocabulary; if so, it is put in place."""
    if name == "lens":
        number = read_number(value, "mm")
        if isinstance(number, int):
            reading.findings.warn(place, f"{show(value)} is read as {number}", "write the number without quotes", "unit")
            camera[name] = number
        return isinstance(number, int)
    ids, words, _ = CAMERA_WORDS[name]
    folded = vocabulary.fold(value)
    mixed_up = vocabulary.MOVEMENT_MIXUPS.get(folded) if name == "movement" else None
    meant = mixed_up or vocabulary.lookup(value, ids, words)
    if meant is None:
        return False
    camera[name] = meant
    if mixed_up or (name == "movement" and folded in vocabulary.MOVEMENT_UNDIRECTED):
        why = "" if mixed_up else ", since it names no direction"
        reading.findings.warn(place, f"{show(value)} is read as {meant}{why}", f'write "{meant}"', "camera-doubt")
    elif meant != value:
        reading.findings.warn(place, f"{show(value)} is read as {meant}", f'write "{meant}"', "enum")
    return True


def _from_words(name: str, value: str, place: Place, reading: Reading) -> list[tuple[str, Any]]:
    """Camera fields from a phrase in one field, such as ``"slow push-in towards her"`` as a movement."""
    found = read_camera(value)
    recognised = {key: word for key, word in found.fields.items() if key != "text"}
    if not recognised:
        ids, _, kind = CAMERA_WORDS.get(name, ((), {}, "a focal length in mm"))
        near = did_you_mean(vocabulary.fold(value)[:100], ids)
        choice = f"use one of {', '.join(ids)}" if ids else "write a number, for example 35"
        reading.findings.error(place, f"{show(value)} is not {kind}", near or choice, "enum-unknown")
        return []
    told = ", ".join(f"{key} {word}" for key, word in recognised.items())
    kept = f"; {show(found.fields['text'])} is kept as text" if "text" in found.fields else ""
    code = "camera-moved" if name not in recognised else "camera-text"
    reading.findings.warn(place, f"{show(value)} is read as {told}{kept}", "give each its own field", code)
    for doubt in found.doubts:
        reading.findings.warn(place, doubt, "", "camera-doubt")
    return list(found.fields.items())
