"""Things that can be a shot's subject: a car, a boat, a lighthouse, a house, a tree, a lantern."""

from __future__ import annotations

import math

from storyvid.backends.animatic.casting import COLOUR_WORDS, HEIGHTS_M, Manner, height_of, named_colour, source_of
from storyvid.backends.animatic.flora import LAMPLIGHT, Shapes, broadleaf, house
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.shapes import box, ellipse, limb, moved, outline, smooth
from storyvid.backends.animatic.words import Member

PAINTS: tuple[Colour, ...] = ((200, 74, 60), (234, 178, 70), (52, 110, 128), (88, 122, 82), (124, 80, 116), (56, 78, 126))
FLAME: Colour = (255, 236, 176)
LIT_GLASS: Colour = (214, 158, 84)
SHINING = frozenset({LAMPLIGHT, FLAME, LIT_GLASS})


def shines(colour: Colour) -> bool:
    """Whether a colour is light given off, which no shading darkens."""
    return colour in SHINING


def car(member: Member, manner: Manner) -> Shapes:
    """A small saloon from the side; the wheels turn and the body rocks on its springs."""
    paint = named_colour(f"{member.look} car", COLOUR_WORDS, "car|taxi|van|truck|sedan|jeep|pickup|bus|vehicle") or source_of(
        member
    ).choice(PAINTS)
    rock = 0.006 * math.sin(math.tau * 1.3 * manner.t)
    y = 0.0 + rock
    dark, glass = darker(paint, 0.82), (118, 150, 166)
    hull = smooth(
        [
            (-1.42, 0.34 + y),
            (-1.40, 0.58 + y),
            (-1.06, 0.64 + y),
            (-0.76, 0.98 + y),
            (0.34, 1.0 + y),
            (0.76, 0.66 + y),
            (1.30, 0.58 + y),
            (1.44, 0.40 + y),
            (1.40, 0.24 + y),
            (0.0, 0.20 + y),
            (-1.38, 0.22 + y),
        ],
        6,
    )
    sill = smooth([(-1.42, 0.40 + y), (0.0, 0.42 + y), (1.43, 0.40 + y), (1.40, 0.24 + y), (0.0, 0.20 + y), (-1.38, 0.22 + y)], 5)
    rear = outline((-0.86, 0.66 + y), (-0.66, 0.91 + y), (-0.22, 0.93 + y), (-0.22, 0.66 + y))
    front = outline((-0.15, 0.66 + y), (-0.15, 0.93 + y), (0.29, 0.93 + y), (0.58, 0.66 + y))
    shapes: Shapes = [(hull, paint), (sill, dark), (rear, glass), (front, glass), (outline((0.0, 0.66 + y),
        (0.16, 0.93 + y), (0.29, 0.93 + y), (0.20, 0.66 + y)), mix(glass, (255, 255, 255), 0.3)),
                      (box(-0.185, 0.24 + y, 0.014, 0.42), dark), (box(-0.36, 0.56 + y, 0.12, 0.03), dark)]  # fmt: skip
    shapes.append((ellipse(1.34, 0.50 + y, 0.06, 0.06), LAMPLIGHT if manner.palette.lamps else (246, 238, 210)))
    shapes.append((ellipse(-1.38, 0.50 + y, 0.035, 0.055), (206, 60, 52)))
    turn = (0.0 if manner.pace == "still" else -7.0) * manner.t
    for x in (-0.84, 0.90):
        shapes += [
            (ellipse(x, 0.22, 0.25, 0.25), darker(paint, 0.55)),
            (ellipse(x, 0.21, 0.21, 0.21), (44, 44, 50)),
            (ellipse(x, 0.21, 0.115, 0.115), (176, 180, 186)),
        ]
        for spoke in range(3):
            a = turn + spoke * math.tau / 3
            shapes.append((limb((x, 0.21), (x + 0.10 * math.cos(a), 0.21 + 0.10 * math.sin(a)), 0.022, 0.018), (110, 112, 120)))
    h = height_of(member)
    return [(moved(points, scale=h, mirror=manner.facing < 0), colour) for points, colour in shapes]


def boat(member: Member, manner: Manner) -> Shapes:
    """A small sailing boat that bobs and heels."""
    paint = named_colour(f"{member.look} boat", COLOUR_WORDS, "boat|ship|hull|sailboat|yacht|trawler|dinghy") or source_of(
        member
    ).choice(PAINTS)
    heel = 0.045 * math.sin(math.tau * 0.16 * manner.t) - 0.02
    bob = 0.016 * math.sin(math.tau * 0.23 * manner.t)
    hull = smooth([(-0.46, 0.16), (-0.40, 0.02), (-0.30, -0.03), (0.26, -0.03), (0.42, 0.05), (0.58, 0.19), (0.10, 0.145)], 6)
    shapes: Shapes = [
        (box(0.03, 0.10, 0.022, 0.92), (128, 92, 70)),
        (smooth([(0.0, 0.96), (-0.08, 0.60), (-0.42, 0.24), (0.0, 0.22)], 6), (244, 236, 218)),
        (smooth([(0.0, 0.90), (-0.03, 0.55), (-0.14, 0.24), (0.0, 0.22)], 6), (222, 212, 194)),
        (smooth([(0.06, 0.90), (0.20, 0.58), (0.50, 0.24), (0.07, 0.25)], 6), (250, 244, 230)),
        (hull, paint),
        (smooth([(-0.46, 0.16), (-0.44, 0.125), (0.12, 0.11), (0.54, 0.155), (0.58, 0.19), (0.10, 0.145)], 5), (240, 230, 210)),
        (smooth([(-0.40, 0.03), (-0.30, -0.03), (0.26, -0.03), (0.42, 0.05), (0.0, 0.02)], 5), darker(paint, 0.72)),
    ]
    h = height_of(member)
    return [(moved(points, y=bob * h, scale=h, turn=heel, mirror=manner.facing < 0), colour) for points, colour in shapes]


def lighthouse(member: Member, manner: Manner) -> Shapes:
    """A banded tower on rocks; after dark its beam sweeps."""
    band = named_colour(member.look, COLOUR_WORDS, "lighthouse|tower|bands|stripes|striped") or (196, 72, 60)
    band = (196, 72, 60) if sum(band) > 640 else band
    shapes: Shapes = []
    sweep = math.cos(math.tau * 0.12 * manner.t)
    lit = manner.palette.lamps
    if lit:
        warm = mix(manner.palette.haze, LAMPLIGHT, 0.34)
        for side, length in ((1.0, sweep), (-1.0, sweep)):
            end = side * length * 2.6
            shapes.append((outline((0, 0.885), (end, 0.885 + 0.10 + 0.04 * abs(length)), (end, 0.885 - 0.06)), warm))
    shapes.append(
        (smooth([(-0.34, -0.02), (-0.28, 0.05), (-0.12, 0.085), (0.10, 0.075), (0.26, 0.045), (0.36, -0.02)], 5), (104, 100, 100))
    )
    for n in range(5):
        low, high = 0.06 + 0.15 * n, 0.06 + 0.15 * (n + 1)
        wide, narrow = 0.105 - 0.009 * n, 0.105 - 0.009 * (n + 1)
        tint = (240, 234, 222) if n % 2 == 0 else band
        shapes.append((outline((-wide, low), (wide, low), (narrow, high), (-narrow, high)), tint))
        shapes.append((outline((wide * 0.28, low), (wide, low), (narrow, high), (narrow * 0.28, high)), darker(tint, 0.84)))
    shapes += [
        (box(0, 0.81, 0.17, 0.018), (70, 66, 72)), (box(0, 0.828, 0.084, 0.085), LAMPLIGHT if lit else (196, 214, 214)),
        (box(0, 0.828, 0.010, 0.085), (70, 66, 72)), (outline((-0.06, 0.912), (0.06, 0.912), (0.0, 0.975)), (70, 66, 72)),
        (box(0, 0.97, 0.008, 0.03), (70, 66, 72)), (box(0, 0.10, 0.045, 0.07), (92, 66, 56)),
        (box(-0.01, 0.36, 0.022, 0.04), (78, 84, 92)), (box(-0.01, 0.64, 0.020, 0.036), (78, 84, 92)),
    ]  # fmt: skip
    h = height_of(member)
    return [
        (moved(points, scale=h), colour if shines(colour) or n >= 2 or not lit else _unshaded(colour, manner))
        for n, (points, colour) in enumerate(shapes)
    ]


def _unshaded(colour: Colour, manner: Manner) -> Colour:
    """A beam is light, not a lit thing: take out the shading that `draw_subject` will put in."""
    light = manner.palette.light
    return (colour[0] / light[0], colour[1] / light[1], colour[2] / light[2])


def cottage(member: Member, manner: Manner) -> Shapes:
    """A house with a smoking chimney."""
    source = source_of(member)
    walls: tuple[Colour, ...] = ((232, 214, 184), (214, 178, 142), (196, 150, 124))
    roofs: tuple[Colour, ...] = ((172, 88, 66), (110, 92, 92))
    wall, roof = source.choice(walls), source.choice(roofs)
    wall = named_colour(member.look, COLOUR_WORDS, "house|cottage|cabin|hut|church|barn|building") or wall
    shapes = house(source, 6.6, 4.2, wall, roof, manner.palette, 0.0)
    puffs: Shapes = []
    for n in range(3):
        age = (manner.t * 0.22 + n / 3) % 1.0
        puffs.append(
            (
                ellipse(1.6 + 1.1 * age, 6.6 + 2.0 * age, 0.16 + 0.5 * age, 0.14 + 0.4 * age),
                mix((224, 222, 218), manner.palette.haze, 0.4 + 0.6 * age),
            )
        )
    return [*puffs, *shapes]


def tree(member: Member, manner: Manner) -> Shapes:
    """A broad-crowned tree that leans a little in the wind."""
    shapes = broadleaf(source_of(member), HEIGHTS_M["tree"], (104, 144, 76), (104, 78, 60))
    lean = 0.012 * math.sin(math.tau * 0.25 * manner.t)
    swayed = []
    for points, colour in shapes:
        bent = points.copy()
        bent[:, 0] += lean * bent[:, 1] ** 2 / HEIGHTS_M["tree"]
        swayed.append((bent, colour))
    return swayed


def lantern(member: Member, manner: Manner) -> Shapes:
    """A small thing for an insert: a lantern on a table, its flame alive."""
    flame = 1 + 0.08 * math.sin(9.0 * manner.t) * math.sin(5.3 * manner.t)
    metal: Colour = named_colour(member.look, COLOUR_WORDS, "lantern|lamp") or (88, 74, 66)
    wood: Colour = (132, 92, 66)
    shapes: Shapes = [
        (box(0, -2.2, 5.2, 2.16), darker(wood, 0.62)), (box(0, -0.16, 5.6, 0.16), wood), (box(0, -0.03, 5.6, 0.03),
        mix(wood, (255, 230, 190), 0.25)),
        (smooth([(-0.30, 0.0), (-0.32, 0.07), (0.32, 0.07), (0.30, 0.0)], 4), metal), (box(0, 0.07, 0.46, 0.50), LIT_GLASS),
        (ellipse(0, 0.26, 0.15, 0.17), LAMPLIGHT), (smooth([(-0.055, 0.18), (0.0, 0.15), (0.055, 0.18),
        (0.0, 0.18 + 0.20 * flame)], 6), FLAME),
        (box(-0.22, 0.07, 0.035, 0.50), metal), (box(0.22, 0.07, 0.035, 0.50), metal), (outline((-0.30, 0.57), (0.30, 0.57),
        (0.12, 0.76), (-0.12, 0.76)), metal),
        (outline((0.06, 0.57), (0.30, 0.57), (0.12, 0.76), (0.04, 0.76)), darker(metal, 0.8)), (box(0, 0.76, 0.10, 0.06), metal),
        (ellipse(0, 0.88, 0.09, 0.09), metal), (ellipse(0, 0.88, 0.06, 0.06), mix(metal, (200, 180, 150), 0.5)),
    ]  # fmt: skip
    h = height_of(member)
    return [(moved(points, scale=h), colour) for points, colour in shapes]
