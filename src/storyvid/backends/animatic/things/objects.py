"""Small things: in somebody's hand, in a hand that fills the frame, or alone on a table. One function each, 1 high, foot at 0."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from storyvid.backends.animatic.casting import COLOUR_WORDS, OBJECT_HEIGHTS_M, Manner, height_of, named_colour
from storyvid.backends.animatic.flora import LAMPLIGHT, Shapes
from storyvid.backends.animatic.light import Colour, darker
from storyvid.backends.animatic.shapes import box, crescent, ellipse, hoop, moved, outline, smooth
from storyvid.backends.animatic.things.belongings import (
    book,
    camera,
    clock,
    coin,
    guitar,
    gun,
    key,
    knife,
    laptop,
    letter,
    pen,
    phone,
    ring,
    shoe,
    teddy,
    umbrella,
    watch,
)
from storyvid.backends.animatic.things.tints import FLAME, GLOWING, GOLD, INK, LIT_GLASS, PAPER, lighter
from storyvid.backends.animatic.words import Member
from storyvid.backends.animatic.words.kinds import SUBJECT_WORDS


def _flame(x: float, y: float, high: float, t: float) -> Shapes:
    """A flame that flickers; its foot at x, y."""
    tall = high * (1 + 0.10 * math.sin(9.0 * t) * math.sin(5.3 * t))
    lean = 0.12 * high * math.sin(3.1 * t)
    outer = smooth([(x - 0.28 * high, y + 0.26 * high), (x, y), (x + 0.28 * high, y + 0.26 * high), (x + lean, y + tall)], 6)
    inner = smooth(
        [
            (x - 0.14 * high, y + 0.22 * high),
            (x, y + 0.05 * high),
            (x + 0.14 * high, y + 0.22 * high),
            (x + 0.6 * lean, y + 0.6 * tall),
        ],
        6,
    )
    return [(outer, GLOWING), (inner, FLAME)]


def lantern(c: Colour, t: float) -> Shapes:
    """A storm lantern, its flame alive."""
    return [
        (ellipse(0, 0.90, 0.16, 0.13), c), (ellipse(0, 0.90, 0.11, 0.085), darker(c, 0.5)),
        (smooth([(-0.34, 0.0), (-0.36, 0.10), (0.36, 0.10), (0.34, 0.0)], 4), c), (box(0, 0.10, 0.56, 0.52), LIT_GLASS),
        (ellipse(0, 0.32, 0.20, 0.22), LAMPLIGHT), *_flame(0, 0.14, 0.34, t),
        (box(-0.27, 0.10, 0.045, 0.52), c), (box(0.27, 0.10, 0.045, 0.52), c),
        (outline((-0.36, 0.62), (0.36, 0.62), (0.14, 0.82), (-0.14, 0.82)), c),
        (outline((0.08, 0.62), (0.36, 0.62), (0.14, 0.82), (0.05, 0.82)), darker(c, 0.8)),
    ]  # fmt: skip


def candle(c: Colour, t: float) -> Shapes:
    """A burning candle in a holder."""
    return [(smooth([(-0.26, 0.02), (-0.30, 0.09), (0.30, 0.09), (0.26, 0.02)], 4), GOLD), (box(0, 0.08, 0.17, 0.56), c),
        (box(0.05, 0.08, 0.07, 0.56), darker(c, 0.86)), (smooth([(-0.085, 0.64), (-0.02, 0.60), (0.085, 0.64), (0.03,
        0.67)], 4), lighter(c)), (box(0, 0.64, 0.014, 0.08), (60, 50, 46)), *_flame(0, 0.68, 0.30, t)]  # fmt: skip


def cup(c: Colour, t: float) -> Shapes:
    """A cup of something hot: steam rises."""
    steam: Shapes = []
    for n in range(2):
        x = -0.14 + 0.26 * n
        rise = [(x + 0.07 * math.sin(5 * u + 2.2 * t + 2 * n), 0.80 + 0.62 * u) for u in (0.0, 0.33, 0.66, 1.0)]
        wide = (0.028, 0.045, 0.036, 0.006)
        steam.append(
            (
                smooth(
                    [(px - w, py) for (px, py), w in zip(rise, wide, strict=True)]
                    + [(px + w, py) for (px, py), w in zip(rise[::-1], wide[::-1], strict=True)],
                    5,
                ),
                lighter(c, 0.55),
            )
        )
    return [
        *steam, (hoop(0.44, 0.42, 0.22, 0.24, 0.13, 0.14), darker(c, 0.88)),
        (smooth([(-0.44, 0.80), (-0.40, 0.20), (-0.28, 0.0), (0.28, 0.0), (0.40, 0.20), (0.44, 0.80)], 5), c),
        (smooth([(0.14, 0.80), (0.12, 0.02), (0.28, 0.0), (0.40, 0.20), (0.44, 0.80)], 5), darker(c, 0.84)),
        (ellipse(0, 0.80, 0.44, 0.085), lighter(c)), (ellipse(0, 0.79, 0.38, 0.062), (96, 62, 44)),
    ]  # fmt: skip


def bowl(c: Colour, t: float) -> Shapes:
    """A bowl, filled."""
    return [(ellipse(0, 0.72, 0.98, 0.20), lighter(c)), (ellipse(0, 0.72, 0.86, 0.15), (206, 134, 74)), (smooth([(-1.0,
        0.72), (-0.80, 0.25), (-0.36, 0.0), (0.36, 0.0), (0.80, 0.25), (1.0, 0.72), (0.5, 0.56), (-0.5, 0.56)], 5), c),
        (smooth([(0.2, 0.55), (0.3, 0.02), (0.80, 0.25), (1.0, 0.72), (0.6, 0.58)], 5), darker(c, 0.84))]  # fmt: skip


def bottle(c: Colour, t: float) -> Shapes:
    """A bottle with a label."""
    body = smooth(
        [
            (-0.17, 0.0),
            (-0.18, 0.52),
            (-0.15, 0.64),
            (-0.06, 0.74),
            (-0.055, 0.96),
            (0.055, 0.96),
            (0.06, 0.74),
            (0.15, 0.64),
            (0.18, 0.52),
            (0.17, 0.0),
        ],
        4,
    )
    return [(body, c), (smooth([(0.05, 0.0), (0.06, 0.6), (0.15, 0.64), (0.18, 0.52), (0.17, 0.0)], 4), darker(c, 0.8)),
        (box(0, 0.93, 0.13, 0.07), (120, 86, 60)), (box(0, 0.16, 0.35, 0.27), PAPER), (box(0, 0.28, 0.22, 0.03), INK),
        (box(-0.11, 0.5, 0.03, 0.1), lighter(c, 0.6))]  # fmt: skip


def flower(c: Colour, t: float) -> Shapes:
    """A flower on its stalk that nods."""
    lean = 0.03 * math.sin(1.4 * t)
    x, y = 0.05 + lean, 0.80
    petals = [
        (
            ellipse(x + 0.11 * math.cos(math.tau * n / 6), y + 0.11 * math.sin(math.tau * n / 6), 0.085, 0.085),
            c if n % 2 else darker(c, 0.88),
        )
        for n in range(6)
    ]
    green: Colour = (92, 136, 80)
    return [(smooth([(-0.02, 0.0), (0.02, 0.4), (x - 0.012, y), (x + 0.014, y), (0.045, 0.4), (0.012, 0.0)], 5), green),
        (smooth([(0.02, 0.30), (0.16, 0.36), (0.26, 0.50), (0.12, 0.46)], 5), green), (smooth([(0.02, 0.22), (-0.14,
        0.28), (-0.22, 0.40), (-0.06, 0.36)], 5), darker(green, 0.85)), *petals, (ellipse(x, y, 0.07, 0.07), (236, 190,
        84))]  # fmt: skip


def crate(c: Colour, t: float) -> Shapes:
    """A box of boards with a lid and a band."""
    return [(box(0, 0, 1.30, 0.86), c), (outline((0.30, 0), (0.65, 0), (0.65, 0.86), (0.30, 0.86)), darker(c, 0.84)),
        (box(0, 0.80, 1.40, 0.18), lighter(c, 0.14)), (box(0, 0.78, 1.40, 0.03), darker(c, 0.6)), (box(0, 0, 0.16, 0.98),
        darker(c, 0.66)), (box(0, 0.40, 1.30, 0.02), darker(c, 0.8))]  # fmt: skip


def ball(c: Colour, t: float) -> Shapes:
    """A ball or a fruit."""
    return [
        (ellipse(0, 0.5, 0.5, 0.5), c),
        (crescent(0, 0.5, 0.5, 0.5, 0.45), darker(c, 0.82)),
        (ellipse(-0.18, 0.72, 0.13, 0.09), lighter(c, 0.5)),
    ]


def bread(c: Colour, t: float) -> Shapes:
    """A loaf with cuts in its crust."""
    cuts = [
        (smooth([(x - 0.10, 0.58), (x + 0.02, 0.86), (x + 0.10, 0.88), (x - 0.02, 0.58)], 4), lighter(c, 0.45))
        for x in (-0.55, -0.12, 0.32)
    ]
    return [
        (
            smooth([(-1.0, 0.20), (-0.88, 0.66), (-0.3, 0.96), (0.4, 0.94), (0.92, 0.62), (1.0, 0.18), (0.6, 0.0), (-0.6, 0.0)], 6),
            c,
        ),
        (smooth([(-1.0, 0.20), (0.0, 0.24), (1.0, 0.18), (0.6, 0.0), (-0.6, 0.0)], 5), darker(c, 0.8)),
        *cuts,
    ]


def chair(c: Colour, t: float) -> Shapes:
    """A wooden chair, turned a little."""
    dark = darker(c, 0.72)
    return [(box(-0.15, 0, 0.05, 0.96), dark), (box(0.19, 0, 0.05, 0.48), dark), (box(-0.02, 0.62, 0.32, 0.07), c),
        (box(-0.02, 0.76, 0.32, 0.07), c), (box(-0.02, 0.89, 0.34, 0.09), c), (box(0.12, 0.46, 0.05, 0.52), c),
        (outline((-0.24, 0.46), (0.20, 0.46), (0.30, 0.40), (-0.20, 0.40)), lighter(c, 0.15)), (box(0.04, 0.36, 0.48,
        0.05), darker(c, 0.86)), (box(-0.18, 0, 0.05, 0.40), c), (box(0.26, 0, 0.05, 0.40), c)]  # fmt: skip


# Drawing, usual colour, and where a hand takes hold (share of the height).
OBJECTS: Mapping[str, tuple[Callable[[Colour, float], Shapes], Colour, float]] = {"lantern": (lantern, (88, 74, 66), 1.0),
    "candle": (candle, (238, 228, 204), 0.15), "cup": (cup, (236, 226, 206), 0.4), "bowl": (bowl, (84, 126, 140), 0.4),
    "bottle": (bottle, (84, 128, 96), 0.4), "book": (book, (166, 70, 62), 0.1), "letter": (letter, PAPER, 0.12),
    "key": (key, GOLD, 0.8), "phone": (phone, (44, 46, 54), 0.25), "clock": (clock, (196, 84, 66), 0.4), "watch": (watch,
    GOLD, 0.4), "coin": (coin, GOLD, 0.2), "ring": (ring, GOLD, 0.2), "flower": (flower, (212, 84, 92), 0.15),
    "knife": (knife, (110, 76, 54), 0.18), "pen": (pen, (52, 72, 122), 0.45), "gun": (gun, (70, 74, 84), 0.3),
    "box": (crate, (176, 128, 82), 0.4), "ball": (ball, (206, 84, 62), 0.3), "bread": (bread, (206, 146, 88), 0.3),
    "laptop": (laptop, (176, 182, 188), 0.2), "camera": (camera, (84, 86, 94), 0.4), "guitar": (guitar, (190, 124, 66),
    0.36), "chair": (chair, (158, 108, 72), 0.5), "umbrella": (umbrella, (196, 70, 62), 0.06), "shoe": (shoe, (112, 78,
    56), 0.5), "teddy": (teddy, (176, 126, 84), 0.4)}  # fmt: skip
LYING = frozenset({"letter", "key", "phone", "coin", "ring", "watch", "knife", "pen", "gun", "book"})
SLANT, FORESHORTENED = 0.30, 0.52  # of what lies on a table and is seen from its side
IN_HAND = 1.15  # a little over life size, so that it reads


def draw_object(name: str, look: str, t: float) -> Shapes:
    """A small thing 1 high with its foot at 0.

    Args:
        name: A key of `OBJECTS`.
        look: Words; a colour they give the thing wins.
        t: Clip time, seconds.
    """
    draw, usual, _ = OBJECTS[name]
    return draw(named_colour(look, COLOUR_WORDS, SUBJECT_WORDS[f"object {name}"]) or usual, t)


def in_hand(name: str, member: Member, manner: Manner) -> Shapes:
    """The thing in metres around the hand that holds it."""
    _, _, grip = OBJECTS[name]
    size = OBJECT_HEIGHTS_M[name] * IN_HAND
    return [(moved(points, y=-grip * size, scale=size), colour) for points, colour in draw_object(name, member.look, manner.t)]


def alone(member: Member, manner: Manner) -> Shapes:
    """The thing by itself, in metres, on whatever it stands on; a flat one lies there."""
    size = height_of(member)
    shapes = [(points * size, colour) for points, colour in draw_object(member.variant, member.look, manner.t)]
    if member.variant not in LYING or manner.view == "above":
        return shapes
    return [
        (np.stack([points[:, 0] + SLANT * points[:, 1], FORESHORTENED * points[:, 1]], axis=1), colour) for points, colour in shapes
    ]
