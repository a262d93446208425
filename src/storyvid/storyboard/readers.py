"""What a field of the lenient form means in the strict one: one reader for each kind of field.

A reader returns the strict value, or `NOTHING` where the field says nothing or was refused. A value that it can't
judge goes through unchanged, and the strict schema speaks about it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, get_args

from storyvid.errors import did_you_mean
from storyvid.plain_words import UnfitError
from storyvid.storyboard import aliases, vocabulary
from storyvid.storyboard.camera_words import read_camera
from storyvid.storyboard.fields import keep_unknown, rename
from storyvid.storyboard.findings import Findings, Place, show
from storyvid.storyboard.schema import NTSC_RATES, parse_fps
from storyvid.storyboard.values import read_bool, read_number, read_seconds

NOTHING: Final = object()


@dataclass
class Reading:
    """What readers share.

    Attributes:
        findings: Errors and warnings so far.
        fps: Frames per second of the film, for timecodes.
        people: Folded id or name of a character to its id.
        new_people: Characters that shots define, to be added to the film's.
        extra: Unknown fields met inside objects, for the film's ``extra``.
    """

    findings: Findings
    fps: Fraction = Fraction(24)
    people: dict[str, str] = field(default_factory=dict)
    new_people: dict[str, dict[str, Any]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


Reader = Callable[[Any, Place, Reading], Any]

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


def read_text(value: Any, place: Place, reading: Reading) -> Any:
    """Text; a list or an object of texts is joined by commas."""
    findings = reading.findings
    parts = list(value.values()) if isinstance(value, dict) else value
    if isinstance(parts, list) and parts and all(isinstance(part, str) for part in parts):
        findings.warn(place, "the parts are joined by commas into one text", "write one text", "text-joined")
        value = ", ".join(part for part in parts if part.strip())
    if value in ([], {}) or (isinstance(value, str) and not value.strip()):
        return NOTHING
    return value


def read_text_or_none(value: Any, place: Place, reading: Reading) -> Any:
    """Text, where "none" and "N/A" mean that there is none."""
    text = read_text(value, place, reading)
    if isinstance(text, str) and text.strip().casefold() in aliases.NOTHING_WORDS:
        reading.findings.warn(place, f"{show(value)} is read as nothing", "leave the field out", "nothing-word")
        return NOTHING
    return text


def read_label(value: Any, place: Place, reading: Reading) -> Any:
    """Text that people often write as a number, such as a scene."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        reading.findings.warn(place, "the number is read as text", "write it in double quotes", "number-as-text")
        return str(value)
    return read_text(value, place, reading)


def read_duration(value: Any, place: Place, reading: Reading) -> Any:
    """Seconds as a number."""
    if not isinstance(value, str):
        return value
    seconds = read_seconds(value, reading.fps)
    if seconds is None:
        reading.findings.error(
            place, f"{show(value)} is not a length of time", "write seconds as a number, for example 4", "duration-text"
        )
        return NOTHING
    reading.findings.warn(place, f"{show(value)} is read as {seconds.normalize():f} s", "write seconds as a number", "unit")
    return as_number(seconds)


def as_number(seconds: Decimal) -> int | float:
    """A decimal as JSON writes it: whole numbers without a point."""
    return int(seconds) if seconds == seconds.to_integral_value() else float(seconds)


def number_reader(unit: str = "") -> Reader:
    """A reader of numbers, which may stand in quotes with a unit behind them."""

    def read(value: Any, place: Place, reading: Reading) -> Any:
        if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
            return int(value)
        number = read_number(value, unit) if isinstance(value, str) else None
        if number is None:
            return value
        reading.findings.warn(place, f"{show(value)} is read as {number}", "write the number without quotes", "unit")
        return number

    return read


def read_fps(value: Any, place: Place, reading: Reading) -> Any:
    """Frames per second; "24000/1001" becomes 23.976."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,6}/\d{1,5}", value.strip()):
        try:
            exact = parse_fps(value)
        except UnfitError as refusal:
            reading.findings.error(place, refusal.what, refusal.fix, "value")
            return NOTHING
        name = next((name for name, rate in NTSC_RATES.items() if rate == exact), None)
        reading.findings.warn(place, f"{show(value)} is read as {name or exact}", "write it as a number", "unit")
        return float(name) if name else int(exact)
    return number_reader(r"fps|frames per second|p")(value, place, reading)


def read_seed(value: Any, place: Place, reading: Reading) -> Any:
    """A seed; -1 asks for a random one, which is drawn here, once, and told."""
    value = number_reader()(value, place, reading)
    if value == -1 and not isinstance(value, bool):
        drawn = secrets.randbelow(2**32)
        reading.findings.warn(
            place, f"-1 asks for a random seed; {drawn} was drawn", f"write {drawn} to get the same film again", "random-seed"
        )
        return drawn
    return value


def read_switch(value: Any, place: Place, reading: Reading) -> Any:
    """True or false."""
    meant = read_bool(value) if isinstance(value, str) else None
    if meant is None:
        return value
    reading.findings.warn(place, f"{show(value)} is read as {show(meant)}", "write true or false without quotes", "boolean-text")
    return meant


def read_aspect_ratio(value: Any, place: Place, reading: Reading) -> Any:
    """Width to height; "vertical" and 1.7778 are understood."""
    meant = aliases.ASPECT_WORDS.get(vocabulary.fold(value)) if isinstance(value, str) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0.2 < value < 5:
        common = ("16:9", "9:16", "4:3", "3:4", "1:1", "21:9", "3:2", "2:3")
        meant = next(
            (text for text in common if abs(value - int(text.split(":")[0]) / int(text.split(":")[1])) < 0.005), f"{value}:1"
        )
    if meant is None:
        return value
    reading.findings.warn(place, f"{show(value)} is read as {meant}", f'write "{meant}"', "enum")
    return meant


def read_schema_version(value: Any, place: Place, reading: Reading) -> Any:
    """The version of the format; 1 and "1.0" are "1"."""
    if value == "1" or isinstance(value, bool) or str(value) not in ("1", "1.0"):
        return value
    reading.findings.warn(place, f'{show(value)} is read as "1"', 'write "1"', "enum")
    return "1"


def word_reader(ids: tuple[str, ...], words: Mapping[str, str], kind: str) -> Reader:
    """A reader of one word out of a vocabulary, in any spelling."""

    def read(value: Any, place: Place, reading: Reading) -> Any:
        if not isinstance(value, str) or value in ids:
            return value
        if not value.strip():
            return NOTHING
        meant = vocabulary.lookup(value, ids, words)
        if meant is None:
            near = did_you_mean(vocabulary.fold(value)[:100], ids)
            reading.findings.error(place, f"{show(value)} is not {kind}", near or f"use one of {', '.join(ids)}", "enum-unknown")
            return NOTHING
        reading.findings.warn(place, f"{show(value)} is read as {meant}", f'write "{meant}"', "enum")
        return meant

    return read


def read_camera_value(value: Any, place: Place, reading: Reading) -> Any:
    """A camera: a sentence, a list of sentences, or an object."""
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        value = ", ".join(value)
    if isinstance(value, str):
        return _camera_from_sentence(value, place, reading) if value.strip() else NOTHING
    if not isinstance(value, dict):
        return value
    fields, unknown = rename(value, aliases.CAMERA, place, reading.findings)
    reading.extra |= keep_unknown(unknown, tuple(aliases.CAMERA), place, reading.findings, f"{reading.findings.path(place)}.")
    return read_camera_fields(fields, place, reading)


def _camera_from_sentence(sentence: str, place: Place, reading: Reading) -> dict[str, Any]:
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


def read_transition(value: Any, place: Place, reading: Reading) -> Any:
    """A transition: ``{"type", "duration"}`` from a name, a name with a length ("dissolve 0.5s"), or an object."""
    if isinstance(value, dict):
        fields, unknown = rename(value, aliases.TRANSITION, place, reading.findings)
        reading.extra |= keep_unknown(
            unknown, tuple(aliases.TRANSITION), place, reading.findings, f"{reading.findings.path(place)}."
        )
        if "duration" in fields:
            fields["duration"] = read_duration(fields["duration"], (*place, "duration"), reading)
        if "type" in fields:
            fields["type"] = _transition_type(fields["type"], (*place, "type"), reading)
        return {name: part for name, part in fields.items() if part is not NOTHING}
    if not isinstance(value, str):
        return value
    if not value.strip():
        return NOTHING
    timed = re.fullmatch(r"(.*[a-zA-Z])[\s,(]+([\d.:]+\s*[a-z]+)\)?\.?", value.strip())
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
        fields, unknown = rename(value, aliases.CONTINUITY, place, reading.findings)
        reading.extra |= keep_unknown(
            unknown, tuple(aliases.CONTINUITY), place, reading.findings, f"{reading.findings.path(place)}."
        )
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


def read_media_path(value: Any, place: Place, reading: Reading) -> Any:
    """A path with forward slashes, so that it means one file on every system."""
    if isinstance(value, str) and not value.strip():
        return NOTHING
    if isinstance(value, str) and "\\" in value:
        reading.findings.warn(place, f"{show(value)} is read with forward slashes", "write / between folders", "path-slashes")
        return value.replace("\\", "/")
    return value


SPEAKER = re.compile(r"\s*([^\W\d_][^:\n\"“”]{0,40}?)\s*(?:\([^)\n]*\)\s*)?:(?!\d)\s*(\S.*)")


def read_dialogue(value: Any, place: Place, reading: Reading) -> Any:
    """Lines of dialogue from objects, or from texts such as ``"ANNA: Hello."``."""
    if isinstance(value, str) and value.strip().casefold() in aliases.NOTHING_WORDS:
        return read_text_or_none(value, place, reading)
    if isinstance(value, str | dict):
        value = [part for part in value.splitlines() if part.strip()] if isinstance(value, str) else [value]
        if all(isinstance(part, str) for part in value):
            reading.findings.origins.update({(*place, index): reading.findings.path(place) for index in range(len(value))})
    if not isinstance(value, list):
        return value
    # A null line says nothing, as a null field does; the others keep their places.
    return [_dialogue_line(line, (*place, index), reading) for index, line in enumerate(value) if line is not None]


def _dialogue_line(line: Any, place: Place, reading: Reading) -> Any:
    if isinstance(line, str):
        match = SPEAKER.fullmatch(line)
        fields = {"speaker": match[1], "text": match[2]} if match and len(match[1].split()) <= 4 else {"text": line}
        told = f"speaker {show(fields['speaker'])}" if "speaker" in fields else "a line without a speaker"
        reading.findings.warn(place, f"the text is read as {told}", 'write {"speaker": …, "text": …}', "dialogue-text")
    elif isinstance(line, dict):
        fields, unknown = rename(line, aliases.DIALOGUE, place, reading.findings)
        reading.extra |= keep_unknown(unknown, tuple(aliases.DIALOGUE), place, reading.findings, f"{reading.findings.path(place)}.")
        if "at" in fields:
            fields["at"] = read_duration(fields["at"], (*place, "at"), reading)
    else:
        return line
    fields = {name: part for name, part in fields.items() if part is not NOTHING}
    if isinstance(fields.get("speaker"), str):
        fields["speaker"] = reading.people.get(fields["speaker"].casefold(), fields["speaker"])
    return fields


def read_overrides(value: Any, place: Place, reading: Reading) -> Any:
    """Settings of one shot. The list is closed: an unknown one is an error, since it would be ignored."""
    if not isinstance(value, dict):
        return value
    fields, unknown = rename(value, aliases.OVERRIDES, place, reading.findings)
    for key in unknown:
        fix = did_you_mean(key, tuple(aliases.OVERRIDES)) or f"a shot may override {', '.join(aliases.OVERRIDES)}"
        reading.findings.error((*place, key), f"{show(key)} is not a setting that a shot may override", fix, "override-unknown")
    return {name: number_reader()(part, (*place, name), reading) for name, part in fields.items()}
