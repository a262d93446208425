"""What is found while a storyboard is read: errors and warnings, told in the words and places of the user's own file.

The loader turns the file into its strict form step by step. Each step names a place by its strict path, such as
``("shots", 2, "duration")``; the origins remembered here turn it back into ``scenes[0].shots[2].duration_seconds``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from storyvid.errors import Problem

Place = tuple[str | int, ...]

MOST_PLACES = 12  # in one warning; more are counted
PLAIN_KEY = re.compile(r"[^\s.\[\]\"]{1,60}")


def show(value: Any, limit: int = 60) -> str:
    """A value as a message quotes it: JSON's spelling, shortened in the middle of a long text."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return "an object" if value else "an empty object"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    text = text.replace("\n", "\\n")
    return text if len(text) <= limit else f"{text[: limit - 20]}…{text[-18:]}"


def write_path(place: Place, start: str = "") -> str:
    """``shots[2].camera.size`` from ``("shots", 2, "camera", "size")``."""
    text = start
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        elif PLAIN_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{show(step, 40)}]"
    return text


def join_ranges(paths: list[str]) -> list[str]:
    """Paths that differ only in their last index, one after the other, as ``shots[0-3].id``."""
    joined: list[tuple[str, int, int, str]] = []
    for path in paths:
        match = re.fullmatch(r"(.*)\[(\d+)\](.*?)", path, re.DOTALL)
        if not match:
            joined.append((path, -1, -1, ""))
        elif joined and joined[-1][2] == int(match[2]) - 1 and joined[-1][::3] == (match[1], match[3]):
            joined[-1] = (match[1], joined[-1][1], int(match[2]), match[3])
        else:
            joined.append((match[1], int(match[2]), int(match[2]), match[3]))
    return [
        head if first < 0 else f"{head}[{first}{f'-{last}' if last > first else ''}]{tail}" for head, first, last, tail in joined
    ]


@dataclass
class Findings:
    """The errors and warnings of one storyboard, in the order they were met.

    Attributes:
        name: File name, the first part of every message.
        origins: Strict place to the path in the user's file, where the two differ.
        labels: Position of a shot to its name in messages, ``shot "harbour" (3 of 7)``.
        bad: Places already complained of, so that later steps stay silent about them.
        around_bad: Places that hold one of those.
    """

    name: str
    origins: dict[Place, str] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    bad: set[Place] = field(default_factory=set)
    around_bad: set[Place] = field(default_factory=set)
    _errors: list[tuple[Place, str, str, str]] = field(default_factory=list)
    _warnings: dict[tuple[str, str, str], dict[Place, None]] = field(default_factory=dict)

    def error(self, place: Place, what: str, fix: str, code: str) -> None:
        """Note something the film can't be made with."""
        self.bad.add(place)
        self.around_bad.update(place[:length] for length in range(len(place)))
        self._errors.append((place, what, fix, code))

    def warn(self, place: Place, what: str, fix: str, code: str) -> None:
        """Note something read with a doubt. The same sentence about several places becomes one warning."""
        self._warnings.setdefault((what, fix, code), {})[place] = None

    def take_back(self, place: Place) -> None:
        """Drop what was warned about a place: an error says it better."""
        for places in self._warnings.values():
            places.pop(place, None)

    def path(self, place: Place) -> str:
        """The place as the user's file calls it."""
        for length in range(len(place), -1, -1):
            if place[:length] in self.origins:
                return write_path(place[length:], self.origins[place[:length]])
        return write_path(place)

    def is_bad(self, place: Place) -> bool:
        """Whether the place, or something it lies in, has been complained of."""
        return any(place[:length] in self.bad for length in range(1, len(place) + 1))

    def is_or_holds_bad(self, place: Place) -> bool:
        """Whether the place, something around it or something inside it has been complained of."""
        return self.is_bad(place) or place in self.around_bad

    @property
    def errors(self) -> tuple[Problem, ...]:
        """All errors: the film's own first, then shot by shot."""
        ordered = sorted(self._errors, key=lambda error: _reading_order(error[0]))
        return tuple(dict.fromkeys(Problem(self._where(place), what, fix, code) for place, what, fix, code in ordered))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """All warnings, one for each sentence, with every place it is about."""
        told = ((words, places) for words, places in self._warnings.items() if places)
        return tuple(Problem(self._where(*places), what, fix, code) for (what, fix, code), places in told)

    @property
    def misspellings(self) -> tuple[Problem, ...]:
        """The warnings about unknown fields that are near to known ones: they may explain an error, and are told with it."""
        return tuple(warning for warning in self.warnings if warning.code == "unknown-field" and warning.fix)

    def _where(self, *places: Place) -> str:
        paths = list(dict.fromkeys(path for path in map(self.path, places) if path))
        told = paths if len(paths) <= 4 else join_ranges(paths)
        parts = [self.name, *told[:MOST_PLACES]] + ([f"and {len(told) - MOST_PLACES} more"] if len(told) > MOST_PLACES else [])
        if len(paths) == 1 and places[0][:1] == ("shots",) and len(places[0]) > 1 and isinstance(places[0][1], int):
            parts.insert(1, self.labels.get(places[0][1], f"shot {places[0][1] + 1}"))
        return ", ".join(parts)


def _reading_order(place: Place) -> tuple[int, int]:
    in_shots = len(place) > 1 and place[0] == "shots" and isinstance(place[1], int)
    return (1, int(place[1])) if in_shots else (0, 0)
