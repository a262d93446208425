"""What a field of the lenient form means in the strict one: one reader for each kind of field.

A reader returns the strict value, or `NOTHING` where the field says nothing or was refused. A value that it can't
judge goes through unchanged, and the strict schema speaks about it.
"""

from storyvid.storyboard.readers.camera import read_camera_fields, read_camera_value
from storyvid.storyboard.readers.dialogue import read_dialogue
from storyvid.storyboard.readers.edit import read_continuity, read_transition
from storyvid.storyboard.readers.plain import (
    as_number,
    number_reader,
    read_aspect_ratio,
    read_duration,
    read_fps,
    read_label,
    read_media_path,
    read_overrides,
    read_schema_version,
    read_seed,
    read_switch,
    read_text,
    read_text_or_none,
    word_reader,
)
from storyvid.storyboard.readers.reading import NOTHING, Reader, Reading, known_fields

__all__ = [
    "NOTHING",
    "Reader",
    "Reading",
    "as_number",
    "known_fields",
    "number_reader",
    "read_aspect_ratio",
    "read_camera_fields",
    "read_camera_value",
    "read_continuity",
    "read_dialogue",
    "read_duration",
    "read_fps",
    "read_label",
    "read_media_path",
    "read_overrides",
    "read_schema_version",
    "read_seed",
    "read_switch",
    "read_text",
    "read_text_or_none",
    "read_transition",
    "word_reader",
]
