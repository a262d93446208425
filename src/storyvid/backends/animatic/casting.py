"""What every stand-in shares: its manner in a frame, its size, and the colours that its id and its words give it."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

from storyvid.backends.animatic.light import Colour, Palette
from storyvid.backends.animatic.words import Member, mentions, stable_seed

COLOUR_WORDS: Mapping[str, Colour] = {
    "red": (200, 66, 56), "scarlet": (206, 54, 48), "crimson": (166, 40, 56), "orange": (230, 132, 62), "yellow": (240, 196, 66),
    "golden": (222, 172, 84), "green": (86, 132, 84), "olive": (122, 126, 76), "teal": (50, 122, 128), "blue": (66, 108, 168),
    "navy": (48, 62, 108), "purple": (120, 80, 136), "violet": (128, 92, 152), "pink": (228, 146, 158), "brown": (128, 88, 64),
    "tan": (196, 158, 116), "beige": (220, 200, 168), "white": (240, 236, 226), "cream": (236, 222, 192), "grey": (146, 150, 154),
    "gray": (146, 150, 154), "silver": (184, 190, 196), "black": (52, 52, 60), "dark": (64, 62, 70),
}  # fmt: skip
HEIGHTS_M: Mapping[str, float] = {
    "person": 1.74, "dog": 0.72, "cat": 0.42, "bird": 0.46, "car": 1.46, "boat": 4.6, "lighthouse": 19.0, "house": 6.4, "tree": 7.5,
    "lantern": 0.36,
}  # fmt: skip
WIDTHS: Mapping[str, float] = {
    "person": 0.34, "dog": 1.5, "cat": 1.6, "bird": 2.2, "car": 2.9, "boat": 1.2, "lighthouse": 0.34, "house": 1.2,
    "tree": 0.75, "lantern": 0.7,
}  # fmt: skip
CHILD_WORDS = "child|kid|boy|girl|toddler|son|daughter|little"
STEP_HZ: Mapping[str, float] = {"walk": 0.95, "run": 1.5}


@dataclass(frozen=True)
class Manner:
    """How a subject behaves in one frame.

    Attributes:
        t: Clip time, seconds.
        pace: still, walk or run.
        facing: 1 looks right, -1 left.
        head_px: Height of a head on screen: small heads get no face.
        lit_from: 1 when the light comes from the right.
        palette: Colours of the shot.
    """

    t: float
    pace: str
    facing: int
    head_px: float
    lit_from: int
    palette: Palette


def height_of(member: Member) -> float:
    """Height of a subject in metres."""
    if member.kind == "person" and mentions(CHILD_WORDS, member.look):
        return 1.24
    return HEIGHTS_M[member.kind]


def source_of(member: Member) -> random.Random:
    """Random numbers for a subject's colours, the same in every shot."""
    return random.Random(stable_seed("colours", member.key))


def named_colour(look: str, table: Mapping[str, Colour], near: str) -> Colour | None:
    """The colour a description gives to a thing, for example the red of "a red wool coat".

    Args:
        look: The description.
        table: Colour word to colour.
        near: Alternatives of the things meant, at most two words after the colour.
    """
    match = re.search(rf"\b({'|'.join(table)})\b(?:[\s,-]+\w+){{0,2}}?[\s-]+(?:{near})\b", look.casefold())
    return table[match[1]] if match else None
