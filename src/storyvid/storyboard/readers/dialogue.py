"""Lines that are spoken."""

from __future__ import annotations

import re
from typing import Any

from storyvid.storyboard import aliases
from storyvid.storyboard.findings import Place, show
from storyvid.storyboard.readers.plain import read_duration, read_text_or_none
from storyvid.storyboard.readers.reading import NOTHING, Reading, known_fields
from storyvid.storyboard.schema import MAX_TEXT

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
        match = SPEAKER.fullmatch(line) if len(line) <= MAX_TEXT else None
        fields = {"speaker": match[1], "text": match[2]} if match and len(match[1].split()) <= 4 else {"text": line}
        told = f"speaker {show(fields['speaker'])}" if "speaker" in fields else "a line without a speaker"
        reading.findings.warn(place, f"the text is read as {told}", 'write {"speaker": …, "text": …}', "dialogue-text")
    elif isinstance(line, dict):
        fields = known_fields(line, aliases.DIALOGUE, place, reading)
        if "at" in fields:
            fields["at"] = read_duration(fields["at"], (*place, "at"), reading)
    else:
        return line
    fields = {name: part for name, part in fields.items() if part is not NOTHING}
    if isinstance(fields.get("speaker"), str):
        fields["speaker"] = reading.people.get(fields["speaker"].casefold(), fields["speaker"])
    return fields
