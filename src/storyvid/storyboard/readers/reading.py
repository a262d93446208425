"""What every reader has: what it shares with the others, and how it says that there is nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from storyvid.storyboard.fields import keep_unknown, rename
from storyvid.storyboard.findings import Findings, Place

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


def known_fields(value: dict[str, Any], table: Mapping[str, tuple[str, ...]], place: Place, reading: Reading) -> dict[str, Any]:
    """The fields of an object under their strict names; those that nobody knows are kept in the film's ``extra``.

    Args:
        value: The object.
        table: Strict name -> the names it also has.
        place: Where the object stands.
        reading: What readers share.
    """
    fields, unknown = rename(value, table, place, reading.findings)
    reading.extra |= keep_unknown(unknown, tuple(table), place, reading.findings, f"{reading.findings.path(place)}.")
    return fields
