"""Texts, numbers, words out of a vocabulary, and the other fields that are one value."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from storyvid.errors import did_you_mean
from storyvid.plain_words import UnfitError
from storyvid.storyboard import aliases, vocabulary
from storyvid.storyboard.fields import rename
from storyvid.storyboard.findings import Place, show
from storyvid.storyboard.readers.reading import NOTHING, Reader, Reading
from storyvid.storyboard.schema import NTSC_RATES, parse_fps
from storyvid.storyboard.values import read_bool, read_number, read_seconds


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


def read_media_path(value: Any, place: Place, reading: Reading) -> Any:
    """A path with forward slashes, so that it means one file on every system."""
    if isinstance(value, str) and not value.strip():
        return NOTHING
    if isinstance(value, str) and "\\" in value:
        reading.findings.warn(place, f"{show(value)} is read with forward slashes", "write / between folders", "path-slashes")
        return value.replace("\\", "/")
    return value


def read_overrides(value: Any, place: Place, reading: Reading) -> Any:
    """Settings of one shot. The list is closed: an unknown one is an error, since it would be ignored."""
    if not isinstance(value, dict):
        return value
    fields, unknown = rename(value, aliases.OVERRIDES, place, reading.findings)
    for key in unknown:
        fix = did_you_mean(key, tuple(aliases.OVERRIDES)) or f"a shot may override {', '.join(aliases.OVERRIDES)}"
        reading.findings.error((*place, key), f"{show(key)} is not a setting that a shot may override", fix, "override-unknown")
    return {name: number_reader()(part, (*place, name), reading) for name, part in fields.items()}
