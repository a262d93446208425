"""What every stand-in shares: its manner in a frame, its size, and the colours that its id and its words give it."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from storyvid.backends.animatic.light import Colour, Palette
from storyvid.backends.animatic.words import Member, mentions, stable_seed
from storyvid.backends.animatic.words.persons import identity

COLOUR_WORDS: Mapping[str, Colour] = {
    "red": (200, 66, 56), "scarlet": (206, 54, 48), "crimson": (166, 40, 56), "orange": (230, 132, 62), "yellow": (240, 196, 66),
    "golden": (222, 172, 84), "green": (86, 132, 84), "olive": (122, 126, 76), "teal": (50, 122, 128), "blue": (66, 108, 168),
    "navy": (48, 62, 108), "purple": (120, 80, 136), "violet": (128, 92, 152), "pink": (228, 146, 158), "brown": (128, 88, 64),
    "tan": (196, 158, 116), "beige": (220, 200, 168), "white": (240, 236, 226), "cream": (236, 222, 192), "grey": (146, 150, 154),
    "gray": (146, 150, 154), "silver": (184, 190, 196), "black": (52, 52, 60), "dark": (64, 62, 70),
}  # fmt: skip
# Metres; "kind variant" where a shape of a kind has its own. How wide it is, in its heights.
HEIGHTS_M: Mapping[str, float] = {"person": 1.74, "crowd": 1.74, "hand": 0.30, "hand knead": 0.46, "hand type": 0.46,
    "hand write": 0.38, "hand cut": 0.38, "hand light": 0.40, "hand reach": 0.40, "hand clasp": 0.36, "dog": 0.72,
    "dog wolf": 0.86, "dog fox": 0.52, "dog sheep": 0.86, "cat": 0.42, "cat lion": 1.1, "bird": 0.46, "bird dark": 0.46,
    "horse": 2.2, "horse cow": 1.55, "horse deer": 1.5, "fish": 0.5, "fish whale": 3.4, "car": 1.5, "car bus": 3.1,
    "car truck": 3.4, "car van": 2.1, "car taxi": 1.6, "bicycle": 1.72, "train": 4.4, "boat": 4.6, "boat rowing": 1.5,
    "boat ship": 13.0, "aeroplane": 7.0, "aeroplane space": 7.0, "balloon": 12.0, "lighthouse": 19.0, "house": 6.4,
    "house tower": 18.0, "house church": 17.5, "house skyscraper": 62.0, "house windmill": 14.0, "tree": 7.5,
    "tree pine": 9.0, "tree palm": 8.5, "object": 0.3}  # fmt: skip
WIDTHS: Mapping[str, float] = {"person": 0.34, "crowd": 0.34, "hand": 1.5, "dog": 1.5, "cat": 1.6, "bird": 2.2,
    "horse": 1.3, "horse cow": 1.6, "fish": 2.6, "fish whale": 3.2, "car": 2.9, "car bus": 2.9, "car truck": 2.3,
    "car van": 2.2, "bicycle": 1.05, "train": 5.0, "boat": 1.2, "boat rowing": 2.9, "boat ship": 2.7, "aeroplane": 2.6,
    "aeroplane space": 2.6, "balloon": 0.75, "lighthouse": 0.34, "house": 1.2, "house tower": 0.5, "house church": 0.85,
    "house skyscraper": 0.3, "house windmill": 0.8, "tree": 0.75, "tree pine": 0.5, "object": 1.5}  # fmt: skip
OBJECT_HEIGHTS_M: Mapping[str, float] = {"lantern": 0.34, "candle": 0.26, "cup": 0.11, "bowl": 0.10, "bottle": 0.30,
    "book": 0.25, "letter": 0.22, "key": 0.12, "phone": 0.16, "clock": 0.24, "watch": 0.10, "coin": 0.06, "ring": 0.06,
    "flower": 0.42, "knife": 0.32, "pen": 0.16, "gun": 0.16, "box": 0.34, "ball": 0.20, "bread": 0.14, "laptop": 0.26,
    "camera": 0.13, "guitar": 1.0, "chair": 0.92, "umbrella": 1.05, "shoe": 0.22, "teddy": 0.34}  # fmt: skip
CHILD_WORDS = "child|kid|boy|girl|toddler|son|daughter|baby|infant|schoolboy|schoolgirl|little"
CHILD_M = 1.24


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
        way_m: How far it has gone, metres: steps and wheels turn with it.
        speed_mps: How fast it goes.
        view: front, side or back where the staging decides it; empty leaves it to the subject.
        legs: What the legs do instead of their own act: ride, drive.
    """

    t: float
    pace: str
    facing: int
    head_px: float
    lit_from: int
    palette: Palette
    way_m: float = 0.0
    speed_mps: float = 0.0
    view: str = ""
    legs: str = ""


@lru_cache(maxsize=256)
def is_child(member: Member) -> bool:
    """Whether a person is one by its first noun, or by being called little."""
    who = identity(member.look) or member.key.casefold()
    return mentions(CHILD_WORDS, who) > 0 or mentions("(?:little|small|tiny|young) (?:boy|girl|child|kid)", member.look) > 0


def height_of(member: Member) -> float:
    """Height of a subject in metres."""
    if member.kind == "person" and is_child(member):
        return CHILD_M
    if member.kind == "object":
        return OBJECT_HEIGHTS_M.get(member.variant, HEIGHTS_M["object"])
    return HEIGHTS_M.get(f"{member.kind} {member.variant}", HEIGHTS_M[member.kind])


def width_of(member: Member) -> float:
    """Width of a subject in metres."""
    return height_of(member) * WIDTHS.get(f"{member.kind} {member.variant}", WIDTHS[member.kind])


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
