"""One subject of a shot, and the things that a text speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from storyvid.backends.animatic.words.kinds import (
    FLOCK_WORDS,
    HERD_WORDS,
    NUMBERS,
    SUBJECT_WORDS,
)  # fmt: skip
from storyvid.backends.animatic.words.persons import GROUP_SIZE
from storyvid.backends.animatic.words.phrases import Table
from storyvid.backends.animatic.words.reading import mentions

HERD_SIZE = 3
SAME_PLURAL = "deer|sheep|fish|buffalo|elk|moose|bison"
ONE_WORDS = frozenset({"a", "an", "one", "single", "another", "this", "that", "lone"})
THIRD_PERSON = re.compile(r"\s+(?!(?:as|across|towards|always|this|its|his|us)\b)\w+s\b")
BUILT_OR_DRIVEN = frozenset({"car", "bicycle", "boat", "balloon", "aeroplane", "house", "tree"})
_THINGS = Table(SUBJECT_WORDS, after="(?!['’]s)")
CLAUSE_ENDS = re.compile(r"[,.;:|\n]")
PLURAL = r"(?<!bu)(?<!ruin)(?<!us)s$"


@dataclass(frozen=True)
class Member:
    """One subject of the shot.

    Attributes:
        kind: person, crowd, hand, or a kind of `kinds.SUBJECT_WORDS`.
        key: What its colours are derived from: the character's id, else its own words.
        look: What is said of how it looks; colour words in it are used.
        variant: Shape of the kind: taxi, castle, cup; what a hand does.
        legs: What a person's legs do, see `acts.LEGS`; empty stands.
        arms: What a person's arms and head do, see `acts.ARMS`.
        mood: A key of `acts.MOOD_WORDS` or empty.
        view: back, side or front; empty where nothing is said.
        holds: The small thing in its hands.
        talks: Its mouth moves.
        rest: What it sits or lies on, see `acts.REST_WORDS`.
        aboard: Who rides it.
    """

    kind: str
    key: str
    look: str = ""
    variant: str = ""
    legs: str = ""
    arms: str = ""
    mood: str = ""
    view: str = ""
    holds: str = ""
    talks: bool = False
    rest: str = ""
    aboard: tuple[Member, ...] = ()

    def as_values(self) -> dict[str, Any]:
        """The same in plain values; what isn't said is left out."""
        values = {key: value for key, value in vars(self).items() if value}
        return values | {"aboard": [member.as_values() for member in self.aboard]} if self.aboard else values


def things_in(text: str) -> list[tuple[int, str, str, int]]:
    """Where, kind, variant and number of everything but people that the text speaks of, in order; each kind once."""
    found: dict[str, tuple[int, str, str, int]] = {}
    for name, match in _THINGS.firsts(text):
        kind, _, variant = name.partition(" ")
        place = (match.start(), -len(match[0]))
        held = found.get(name if kind == "object" else kind)
        if held is None or place < (held[0], 0):
            found[name if kind == "object" else kind] = (match.start(), kind, variant, _how_many(text, match, kind))
    return sorted(found.values())


def _is_one(text: str, match: re.Match[str], before: list[str]) -> bool:
    """Whether a word that is its own plural means one: "a deer", "the fish jumps"."""
    if "of" in before:
        return False
    own = re.split(r"\b(?:among|with|in|on|by|near|and|for|to|at|from|over|under|behind|beside)\b", " ".join(before))[-1].split()
    return bool({*own} & ONE_WORDS) or THIRD_PERSON.match(text, match.end()) is not None


def _how_many(text: str, match: re.Match[str], kind: str) -> int:
    before = CLAUSE_ENDS.split(text[: match.start()])[-1].split()[-3:]
    count = next((NUMBERS[word] for word in before if word in NUMBERS), 0)
    if count:
        return count
    if kind == "bird" and (mentions(FLOCK_WORDS, match[0]) or mentions("flock", " ".join(before))):
        return GROUP_SIZE
    if mentions(SAME_PLURAL, match[0]) and _is_one(text, match, before):
        return 1
    if kind in BUILT_OR_DRIVEN and re.search(PLURAL, match[0]):
        return HERD_SIZE
    return HERD_SIZE if mentions(HERD_WORDS, match[0]) or mentions("herd|pack", " ".join(before)) else 1
