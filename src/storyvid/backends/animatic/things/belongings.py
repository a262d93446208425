"""Small things that somebody carries about: papers, tools, jewellery, instruments. Of height 1, with the foot at 0."""

from __future__ import annotations

import math

from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import Colour, darker
from storyvid.backends.animatic.shapes import box, crescent, ellipse, hoop, limb, moved, outline, smooth
from storyvid.backends.animatic.things.tints import GOLD, INK, PAPER, STEEL, WHITE, lighter


def book(c: Colour, t: float) -> Shapes:
    """An open book; now and then a page turns."""
    turn = (t * 0.28) % 1.0
    shapes: Shapes = [(smooth([(-0.84, 0.06), (-0.80, 0.82), (0.0, 0.74), (0.80, 0.82), (0.84, 0.06), (0.0, -0.02)], 4), c)]
    for side in (-1, 1):
        shapes.append(
            (
                smooth(
                    [(0, 0.04), (side * 0.40, 0.13), (side * 0.77, 0.10), (side * 0.74, 0.84), (side * 0.40, 0.90), (0, 0.80)], 5
                ),
                PAPER if side < 0 else darker(PAPER, 0.94),
            )
        )
        shapes += [(box(side * 0.38, 0.26 + 0.12 * n, 0.48 - 0.1 * (n % 2), 0.022), darker(PAPER, 0.72)) for n in range(5)]
    if turn < 0.35:
        x = 0.74 * math.cos(math.pi * turn / 0.35)
        lift = 0.26 * math.sin(math.pi * turn / 0.35)
        shapes.append(
            (
                smooth(
                    [(0, 0.06), (x * 0.5, 0.16 + lift), (x, 0.12 + lift), (x, 0.84 + lift), (x * 0.5, 0.92 + lift), (0, 0.80)], 5
                ),
                lighter(PAPER, 0.5),
            )
        )
    return [*shapes, (box(0, 0.03, 0.02, 0.76), darker(PAPER, 0.7))]


def letter(c: Colour, t: float) -> Shapes:
    """A written sheet over its envelope."""
    return [(moved(box(0.1, 0, 1.25, 0.84), turn=0.10), darker(c, 0.84)), (moved(outline((-0.52, 0.84), (0.72, 0.84),
        (0.1, 0.40)), turn=0.10), darker(c, 0.74)), (moved(box(-0.1, 0.05, 0.98, 1.0), turn=-0.08), c),
        *((moved(box(-0.12 - 0.06 * (n == 5), 0.82 - 0.12 * n, 0.70 - 0.16 * (n in (2, 5)), 0.026), turn=-0.08),
        INK) for n in range(6))]  # fmt: skip


def key(c: Colour, t: float) -> Shapes:
    """An old key, its bow up."""
    return [(hoop(0, 0.80, 0.19, 0.19, 0.10, 0.10), c), (limb((0, 0.64), (0, 0.03), 0.050, 0.046), c), (box(0, 0.56,
        0.17, 0.06), darker(c, 0.86)), (outline((0, 0.04), (0.20, 0.04), (0.20, 0.10), (0.14, 0.10), (0.14, 0.14), (0.20,
        0.14), (0.20, 0.22), (0, 0.22)), c), (box(0.020, 0.05, 0.022, 0.55), darker(c, 0.74))]  # fmt: skip


def phone(c: Colour, t: float) -> Shapes:
    """A phone with a lit screen."""
    line = 0.012 * math.sin(3 * t)
    return [(outline((-0.26, 0.06), (-0.26, 0.95), (-0.22, 1.0), (0.22, 1.0), (0.26, 0.95), (0.26, 0.06), (0.22, 0.0),
        (-0.22, 0.0)), c), (box(0, 0.07, 0.43, 0.86), (150, 196, 222)), (box(0, 0.60, 0.43, 0.33), (96, 146, 190)),
        (box(-0.02 + line, 0.40, 0.30, 0.07), WHITE), (box(0.03, 0.26, 0.26, 0.07), WHITE), (box(0.08, 0.12, 0.2, 0.07),
        (122, 206, 150))]  # fmt: skip


def watch(c: Colour, t: float) -> Shapes:
    """A pocket watch on its chain."""
    face = [(points * (0.86, 0.86), colour) for points, colour in clock(c, t)[4:]]
    return [(limb((0, 0.86), (0.34, 1.04), 0.022, 0.022), darker(c, 0.8)), (hoop(0, 0.90, 0.09, 0.09, 0.05, 0.05), c), *face]


def coin(c: Colour, t: float) -> Shapes:
    """A coin with a head on it."""
    return [(ellipse(0.03, 0.48, 0.50, 0.50), darker(c, 0.68)), (ellipse(0, 0.50, 0.50, 0.50), c), (hoop(0, 0.5, 0.44,
        0.44, 0.41, 0.41), darker(c, 0.78)), (smooth([(-0.12, 0.24), (-0.16, 0.56), (0.0, 0.76), (0.16, 0.66), (0.22,
        0.50), (0.12, 0.36), (0.10, 0.24)], 5), darker(c, 0.82)), (ellipse(-0.2, 0.74, 0.08, 0.05), lighter(c, 0.6))]  # fmt: skip


def ring(c: Colour, t: float) -> Shapes:
    """A ring with a stone that glints."""
    glint = 0.5 + 0.5 * math.sin(2.6 * t)
    gem: Colour = (150, 214, 232)
    return [(hoop(0, 0.36, 0.36, 0.36, 0.27, 0.27), c), (crescent(0, 0.36, 0.36, 0.36, 0.22), darker(c, 0.8)),
        (outline((-0.22, 0.82), (-0.12, 0.98), (0.12, 0.98), (0.22, 0.82), (0.0, 0.62)), gem), (outline((0.0, 0.62),
        (0.22, 0.82), (0.05, 0.82)), darker(gem, 0.78)), (outline((-0.12, 0.98), (-0.04, 0.82), (-0.22, 0.82)),
        lighter(gem, 0.3 + 0.5 * glint))]  # fmt: skip


def knife(c: Colour, t: float) -> Shapes:
    """A blade, point up."""
    return [(outline((-0.05, 0.36), (0.06, 0.36), (0.07, 0.80), (-0.03, 1.0), (-0.06, 0.82)), STEEL), (outline((0.0,
        0.36), (0.06, 0.36), (0.07, 0.80), (-0.03, 1.0)), lighter(STEEL, 0.45)), (box(0, 0.33, 0.20, 0.04), darker(c,
        0.7)), (limb((0, 0.30), (0, 0.04), 0.05, 0.055), c)]  # fmt: skip


def pen(c: Colour, t: float) -> Shapes:
    """A pen, point down."""
    return [
        (limb((0.06, 0.96), (0.0, 0.16), 0.045, 0.040), c),
        (outline((-0.04, 0.18), (0.04, 0.16), (-0.02, 0.0)), GOLD),
        (limb((0.03, 0.98), (0.0, 0.70), 0.012, 0.010), lighter(c, 0.5)),
    ]


def gun(c: Colour, t: float) -> Shapes:
    """A pistol, to the right."""
    return [(smooth([(-0.34, 0.78), (-0.56, 0.06), (-0.26, 0.0), (-0.06, 0.52), (0.0, 0.62)], 4), (106, 72, 52)),
        (outline((-0.46, 0.98), (0.82, 0.98), (0.82, 0.72), (-0.42, 0.66)), c), (box(0.2, 0.90, 1.2, 0.05), lighter(c,
        0.25)), (hoop(0.06, 0.56, 0.17, 0.15, 0.12, 0.10), darker(c, 0.8))]  # fmt: skip


def laptop(c: Colour, t: float) -> Shapes:
    """An open laptop whose screen glows."""
    rows = [(box(-0.1 - 0.05 * (n % 2), 0.80 - 0.12 * n, 0.62 - 0.16 * (n % 3), 0.04), (120, 200, 214)) for n in range(4)]
    return [
        (box(0, 0.18, 1.36, 0.84), (58, 62, 70)),
        (box(0, 0.24, 1.24, 0.72), (40, 66, 92)),
        *rows,
        (outline((-0.70, 0.18), (0.70, 0.18), (0.86, 0.0), (-0.86, 0.0)), c),
        (outline((-0.58, 0.15), (0.58, 0.15), (0.64, 0.07), (-0.64, 0.07)), (58, 62, 70)),
    ]


def camera(c: Colour, t: float) -> Shapes:
    """A stills camera."""
    return [(box(-0.1, 0.82, 0.36, 0.18), darker(c, 0.85)), (box(0, 0.06, 1.36, 0.80), c), (box(0, 0.06, 1.36, 0.46),
        darker(c, 0.7)), (ellipse(0.05, 0.42, 0.33, 0.33), (60, 62, 70)), (ellipse(0.05, 0.42, 0.24, 0.24), (92, 118,
        150)), (ellipse(-0.02, 0.50, 0.08, 0.06), (210, 226, 240)), (box(0.48, 0.84, 0.16, 0.08), (206, 80, 66))]  # fmt: skip


def guitar(c: Colour, t: float) -> Shapes:
    """A guitar, neck up."""
    return [(box(0, 0.40, 0.055, 0.50), darker(c, 0.5)), (box(0, 0.88, 0.10, 0.12), darker(c, 0.4)), (smooth([(0.0, 0.0),
        (-0.20, 0.03), (-0.22, 0.17), (-0.13, 0.27), (-0.16, 0.40), (0.0, 0.47), (0.16, 0.40), (0.13, 0.27), (0.22, 0.17),
        (0.20, 0.03)], 5), c), (smooth([(0.05, 0.0), (0.06, 0.45), (0.16, 0.40), (0.13, 0.27), (0.22, 0.17), (0.20,
        0.03)], 5), darker(c, 0.84)), (ellipse(0, 0.27, 0.06, 0.06), (58, 40, 34)), (box(0, 0.09, 0.14, 0.03), (58, 40,
        34)), (box(0, 0.11, 0.02, 0.8), (232, 224, 206))]  # fmt: skip


def umbrella(c: Colour, t: float) -> Shapes:
    """An open umbrella."""
    canopy = smooth(
        [
            (-0.62, 0.60),
            (-0.50, 0.82),
            (-0.2, 0.97),
            (0.2, 0.97),
            (0.50, 0.82),
            (0.62, 0.60),
            (0.31, 0.66),
            (0.0, 0.61),
            (-0.31, 0.66),
        ],
        6,
    )
    return [(box(0, 0.0, 0.022, 0.98), (70, 58, 54)), (limb((0, 0.0), (0.05, -0.02), 0.016, 0.016), (70, 58, 54)),
        (canopy, c), (smooth([(0.05, 0.98), (0.2, 0.97), (0.50, 0.82), (0.62, 0.60), (0.31, 0.66)], 6), darker(c, 0.82)),
        (smooth([(-0.05, 0.98), (-0.2, 0.97), (-0.44, 0.85), (-0.31, 0.66), (-0.18, 0.84)], 6), lighter(c, 0.14)), (box(0,
        0.96, 0.02, 0.06), (70, 58, 54))]  # fmt: skip


def shoe(c: Colour, t: float) -> Shapes:
    """A boot."""
    return [(smooth([(-0.52, 0.10), (-0.50, 0.98), (-0.06, 1.0), (-0.02, 0.55), (0.40, 0.42), (0.80, 0.30), (0.86, 0.10)],
        5), c), (outline((-0.54, 0.0), (0.88, 0.0), (0.88, 0.11), (-0.54, 0.11)), darker(c, 0.5)), *((box(0.0 + 0.07 * n,
        0.52 - 0.03 * n + 0.12 * (2 - n), 0.16, 0.03), lighter(c, 0.5)) for n in range(3))]  # fmt: skip


def teddy(c: Colour, t: float) -> Shapes:
    """A toy bear that sits."""
    pale = lighter(c, 0.3)
    return [*((ellipse(s * 0.30, 0.12, 0.17, 0.13), c) for s in (-1, 1)), *((ellipse(s * 0.32, 0.40, 0.10, 0.18),
        darker(c, 0.86)) for s in (-1, 1)), (ellipse(0, 0.32, 0.28, 0.30), c), (ellipse(0, 0.30, 0.17, 0.19), pale),
        *((ellipse(s * 0.20, 0.94, 0.10, 0.10), darker(c, 0.9)) for s in (-1, 1)), (ellipse(0, 0.74, 0.28, 0.25), c),
        (ellipse(0, 0.68, 0.13, 0.10), pale), *((ellipse(s * 0.10, 0.79, 0.026, 0.03), INK) for s in (-1, 1)), (ellipse(0,
        0.71, 0.04, 0.03), INK)]  # fmt: skip


def clock(c: Colour, t: float) -> Shapes:
    """An alarm clock; its hand ticks."""
    ticks = -math.tau * math.floor(t * 2) / 24 + 0.6
    hour, minute = (0.16 * math.sin(0.9), 0.16 * math.cos(0.9)), (0.27 * math.sin(-ticks), 0.27 * math.cos(-ticks))
    marks = [
        (ellipse(0.34 * math.cos(math.tau * n / 12), 0.50 + 0.34 * math.sin(math.tau * n / 12), 0.020, 0.020), INK)
        for n in range(12)
    ]
    return [*((limb((s * 0.30, 0.12), (s * 0.36, 0.0), 0.04, 0.03), darker(c, 0.7)) for s in (-1, 1)),
        *((ellipse(s * 0.26, 0.92, 0.15, 0.10), darker(c, 0.82)) for s in (-1, 1)), (ellipse(0, 0.50, 0.46, 0.46), c),
        (crescent(0, 0.5, 0.46, 0.46, 0.3), darker(c, 0.8)), (ellipse(0, 0.50, 0.39, 0.39), PAPER), *marks, (limb((0,
        0.5), (hour[0], 0.5 + hour[1]), 0.022, 0.016), INK), (limb((0, 0.5), (minute[0], 0.5 + minute[1]), 0.016, 0.012),
        (186, 66, 54)), (ellipse(0, 0.5, 0.03, 0.03), INK)]  # fmt: skip
