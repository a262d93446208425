"""Boats on the water and what flies: sails, oars, ships, aeroplanes, rockets, balloons. In metres, the lowest point at 0."""

from __future__ import annotations

import math
from dataclasses import replace

from storyvid.backends.animatic.casting import COLOUR_WORDS, Manner, height_of, named_colour, source_of
from storyvid.backends.animatic.flora import LAMPLIGHT, Shapes
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.people import person
from storyvid.backends.animatic.shapes import box, crescent, ellipse, limb, moved, outline, smooth
from storyvid.backends.animatic.things.vehicles import GLASS, paint_of
from storyvid.backends.animatic.words import Member, mentions

SAILCLOTH: Colour = (250, 244, 230)
PLANK: Colour = (150, 104, 72)


def boat(member: Member, manner: Manner) -> Shapes:
    """A sailing boat, a rowing boat or a ship that bobs and heels, with its crew."""
    big = member.variant == "ship"
    heel = (0.012 if big else 0.045) * math.sin(math.tau * 0.16 * manner.t) - (0.0 if big else 0.02)
    bob = (0.06 if not big else 0.10) * math.sin(math.tau * 0.23 * manner.t)
    hull = {"ship": _ship, "rowing": _rowing}.get(member.variant, _sailing)(member, manner)
    foam = mix((238, 244, 244), manner.palette.haze, 0.2)
    wide = {"ship": 17.0, "rowing": 2.1}.get(member.variant, 2.7)
    wake: Shapes = []
    if manner.pace != "still":
        for n in range(3):
            sway = 0.12 * wide * math.sin(2.1 * manner.t + 2 * n)
            wake.append(
                (
                    smooth(
                        [
                            (-wide * (1.0 + 0.28 * n) + sway, -0.02),
                            (-wide * 0.75, 0.05 * wide / 2.5),
                            (-wide * 0.6 + sway, 0.0),
                            (-wide * 0.8, -0.03),
                        ],
                        4,
                    ),
                    foam,
                )
            )
    turned = [(moved(points, y=bob, turn=heel), colour) for points, colour in hull]
    return [(moved(points, mirror=manner.facing < 0), colour) for points, colour in (*wake, *turned)]


def crew(members: tuple[Member, ...], manner: Manner, spots: list[tuple[float, float]], legs: str, size: float = 1.0) -> Shapes:
    """Those aboard, each with the hips on a thwart or the feet on a deck at a spot."""
    shapes: Shapes = []
    for rider, (x, y) in zip(members, spots, strict=False):
        act = rider.legs if rider.legs in {"sit", "row"} else legs
        who = replace(rider, legs=act, view=rider.view or "side")
        still = Manner(manner.t, "still", 1, manner.head_px, manner.lit_from, manner.palette)
        drop = 0.265 * height_of(rider) if act in {"sit", "row"} else 0.0
        shapes += [(moved(points * size, x, y - drop * size), colour) for points, colour in person(who, still)]
    return shapes


def _sailing(member: Member, manner: Manner) -> Shapes:
    paint = paint_of(member, "boat|hull|sailboat|yacht|sailing boat|dhow")
    cloth = named_colour(member.look, COLOUR_WORDS, "sails?") or SAILCLOTH
    full = 0.06 * math.sin(math.tau * 0.3 * manner.t)
    h = 4.6
    rig: Shapes = [(box(0.03, 0.10, 0.022, 0.92), (128, 92, 70)), (smooth([(0.0, 0.98), (-0.10 - 0.2 * full, 0.60),
        (-0.40, 0.22), (0.0, 0.20)], 6), cloth), (smooth([(0.0, 0.92), (-0.03, 0.55), (-0.13, 0.23), (0.0, 0.21)], 6),
        darker(cloth, 0.9)), (smooth([(0.06, 0.92), (0.20 + 0.2 * full, 0.58), (0.50, 0.22), (0.07, 0.24)], 6), mix(cloth,
        (255, 255, 255), 0.3)), (box(-0.2, 0.195, 0.44, 0.014), (128, 92, 70))]  # fmt: skip
    hull = smooth([(-0.46, 0.16), (-0.40, 0.02), (-0.30, -0.03), (0.26, -0.03), (0.42, 0.05), (0.58, 0.19), (0.10, 0.145)], 6)
    sides: Shapes = [(hull, paint), (smooth([(-0.46, 0.16), (-0.44, 0.125), (0.12, 0.11), (0.54, 0.155), (0.58, 0.19),
        (0.10, 0.145)], 5), (240, 230, 210)), (smooth([(-0.40, 0.03), (-0.30, -0.03), (0.26, -0.03), (0.42, 0.05), (0.0,
        0.02)], 5), darker(paint, 0.72))]  # fmt: skip
    aboard = crew(member.aboard, manner, [(-1.3, 0.70), (0.9, 0.70)], "sit")
    return [*((p * h, c) for p, c in rig), *aboard, *((p * h, c) for p, c in sides)]


def _rowing(member: Member, manner: Manner) -> Shapes:
    paint = named_colour(member.look, COLOUR_WORDS, "boat|rowing boat|canoe|dinghy|raft|kayak") or PLANK
    rowing = any(rider.legs == "row" for rider in member.aboard)
    people = tuple(replace(rider, legs=rider.legs or "sit", view="side") for rider in member.aboard)
    aboard = crew(people, manner, [(-0.25, 0.42), (1.05, 0.44)], "sit")
    inside = smooth([(-1.9, 0.55), (-1.0, 0.44), (1.0, 0.44), (2.1, 0.62), (0.0, 0.36)], 5)
    hull = smooth(
        [(-1.95, 0.58), (-1.75, 0.05), (-1.3, -0.10), (1.2, -0.10), (1.85, 0.10), (2.25, 0.66), (1.2, 0.42), (-1.0, 0.40)], 6
    )
    low = smooth([(-1.78, 0.12), (-1.3, -0.10), (1.2, -0.10), (1.9, 0.16), (0.0, 0.06)], 5)
    rail = smooth([(-1.95, 0.58), (-1.0, 0.40), (1.2, 0.42), (2.25, 0.66), (1.2, 0.50), (-1.0, 0.48)], 5)
    beat = math.tau * 0.45 * manner.t
    swing = 0.9 * math.sin(beat) if rowing else 0.4
    tip = (0.45 - 1.35 * math.sin(swing), -0.05 + (0.28 * max(0.0, math.cos(beat)) if rowing else 0.0))
    oar: Shapes = [
        (limb((0.45 + 0.5 * math.sin(swing), 0.95), tip, 0.030, 0.030), (176, 130, 88)),
        (limb(tip, (tip[0] - 0.30 * math.sin(swing), tip[1] - 0.06), 0.07, 0.05), (176, 130, 88)),
    ]
    return [
        (inside, darker(paint, 0.55)),
        *aboard,
        *(oar if rowing or not member.aboard else []),
        (hull, paint),
        (low, darker(paint, 0.74)),
        (rail, mix(paint, (255, 240, 214), 0.4)),
    ]


def _ship(member: Member, manner: Manner) -> Shapes:
    old = mentions("pirate|galleon|tall ship|viking|wooden|schooner|old ship|sails", member.look)
    return _tall_ship(member, manner) if old else _steamer(member, manner)


def _tall_ship(member: Member, manner: Manner) -> Shapes:
    paint = paint_of(member, "ship|hull|galleon|vessel", (112, 76, 56))
    shapes: Shapes = []
    for n, x in enumerate((-8.0, 0.5, 8.0)):
        shapes.append((box(x, 3, 0.4, 19 - 2 * abs(n - 1)), (104, 76, 58)))
        for level, (wide, tall) in enumerate(((4.2, 5.4), (3.4, 4.4), (2.4, 3.2))):
            y = 5.2 + level * 5.2 - 0.4 * level**2
            belly = 0.5 * math.sin(0.9 * manner.t + n + level)
            shapes += [(smooth([(x - wide, y), (x - wide * 0.86 + 0.8, y + tall), (x + wide * 0.86 + 0.8, y + tall),
                (x + wide + 1.2 + belly, y + tall * 0.4), (x + wide, y), (x, y + 0.5)], 5), SAILCLOTH),
                (smooth([(x - wide, y), (x - wide * 0.86 + 0.8, y + tall), (x - wide * 0.3, y + tall), (x - wide * 0.45,
                y + 0.3)], 4), darker(SAILCLOTH, 0.9))]  # fmt: skip
    hull = smooth([(-15.0, 6.2), (-14.0, 1.0), (-11.0, -0.8), (10.0, -0.8), (13.5, 1.5), (17.5, 6.0), (10.0, 3.8), (-8.0, 3.8)], 6)
    return [
        *shapes,
        (hull, paint),
        (smooth([(-14.6, 4.6), (-8.0, 2.9), (10.0, 2.9), (16.2, 4.9), (10.0, 2.2), (-8.0, 2.2)], 5), (206, 170, 106)),
        (smooth([(-14.0, 1.0), (-11.0, -0.8), (10.0, -0.8), (13.0, 1.2), (0, 0.4)], 5), darker(paint, 0.7)),
        (limb((15.0, 5.2), (21.0, 8.2), 0.3, 0.15), (104, 76, 58)),
    ]


def _steamer(member: Member, manner: Manner) -> Shapes:
    paint = paint_of(member, "ship|hull|ferry|trawler|vessel|freighter|tanker|steamer", (66, 76, 92))
    lit = manner.palette.lamps
    pane: Colour = LAMPLIGHT if lit else GLASS
    shapes: Shapes = []
    for n in range(4):
        age = (manner.t * 0.16 + n / 4) % 1.0
        shapes.append(
            (
                ellipse(-3.4 - 9 * age, 13.2 + 2.6 * age, 0.9 + 2.0 * age, 0.7 + 1.2 * age),
                mix((150, 148, 150), manner.palette.haze, 0.35 + 0.6 * age),
            )
        )
    shapes += [
        (box(-3.4, 9.0, 2.4, 4.0), (204, 84, 66)),
        (box(-3.4, 12.0, 2.44, 1.0), (52, 52, 60)),
        (box(-2.0, 3.6, 17, 2.6), (238, 234, 226)),
        (box(-1.4, 6.2, 12.5, 2.2), (238, 234, 226)),
        (box(1.8, 8.4, 5.6, 1.9), (226, 222, 214)),
        (box(1.9, 9.0, 5.2, 0.8), pane),
        (box(9.0, 4.0, 0.3, 9.0), (120, 120, 126)),
    ]
    shapes += [(box(-9.6 + 1.6 * n, 4.5, 0.8, 0.8), pane) for n in range(10)] + [
        (box(-6.6 + 1.7 * n, 6.9, 0.9, 0.8), pane) for n in range(7)
    ]
    hull = smooth([(-15.5, 4.4), (-14.6, 0.0), (-13.0, -1.0), (13.0, -1.0), (15.0, 1.0), (18.0, 5.4), (10.0, 3.9), (-10.0, 3.7)], 6)
    return [
        *shapes,
        (hull, paint),
        (smooth([(-14.6, 0.4), (-13.0, -1.0), (13.0, -1.0), (14.8, 0.8), (0, 0.3)], 5), (168, 66, 54)),
        (smooth([(-15.5, 4.4), (-10, 3.7), (10, 3.9), (18, 5.4), (10, 3.3), (-10, 3.1)], 5), (240, 236, 226)),
        *((ellipse(-10 + 2.6 * n, 2.0, 0.35, 0.35), pane) for n in range(8)),
    ]


def aeroplane(member: Member, manner: Manner) -> Shapes:
    """An aeroplane, or a rocket with its flame."""
    if member.variant == "space":
        return _rocket(member, manner)
    paint = paint_of(member, "plane|aeroplane|airplane|jet|helicopter|airliner", (234, 236, 238))
    shapes: Shapes = [(smooth([(-1.7, 0.20), (-2.3, 1.25), (-1.75, 1.25), (-1.0, 0.42)], 4), (206, 78, 64)),
        (smooth([(-2.4, 0.30), (-1.9, 0.52), (1.6, 0.62), (2.35, 0.42), (2.55, 0.22), (2.1, 0.02), (-0.6, -0.08), (-1.9,
        0.12)], 6), paint), (smooth([(-1.9, 0.14), (-0.6, -0.08), (2.1, 0.02), (2.5, 0.18), (0.4, 0.12)], 5),
        darker(paint, 0.82)), (outline((1.95, 0.34), (1.80, 0.54), (2.08, 0.52), (2.28, 0.36)), GLASS),
        *((ellipse(-1.1 + 0.36 * n, 0.38, 0.075, 0.085), LAMPLIGHT if manner.palette.lamps else GLASS) for n in range(8)),
        (smooth([(0.75, 0.22), (-0.65, -0.62), (-1.05, -0.62), (-0.25, 0.22)], 4), darker(paint, 0.9)), (smooth([(-1.75,
        0.34), (-2.55, 0.02), (-2.7, 0.06), (-2.2, 0.36)], 4), darker(paint, 0.88)), (ellipse(0.0, -0.22, 0.34, 0.13),
        darker(paint, 0.7))]  # fmt: skip
    tilt = 0.02 * math.sin(0.8 * manner.t)
    size = height_of(member) / 1.9
    return [
        (moved(points, y=0.7 * size, scale=size, turn=tilt + 0.05, mirror=manner.facing < 0), colour) for points, colour in shapes
    ]


def _rocket(member: Member, manner: Manner) -> Shapes:
    paint = paint_of(member, "spaceship|rocket|spacecraft|starship|shuttle|ship", (226, 228, 230))
    burn = 1 + 0.12 * math.sin(17 * manner.t) * math.sin(11 * manner.t)
    shapes: Shapes = [(smooth([(-1.9, 0.34), (-2.5 - 1.5 * burn, 0.5), (-1.9, 0.66)], 6), (255, 196, 104)),
        (smooth([(-1.9, 0.40), (-2.3 - 0.7 * burn, 0.5), (-1.9, 0.60)], 6), (255, 240, 196)), (outline((-1.0, 0.75),
        (-2.0, 1.35), (-2.05, 0.85), (-1.8, 0.6)), (200, 76, 64)), (outline((-1.0, 0.25), (-2.0, -0.35), (-2.05, 0.15),
        (-1.8, 0.4)), darker((200, 76, 64), 0.75)), (smooth([(-1.95, 0.28), (-1.95, 0.72), (0.2, 0.92), (1.5, 0.80), (2.5,
        0.5), (1.5, 0.20), (0.2, 0.08)], 6), paint), (smooth([(-1.95, 0.28), (-1.95, 0.42), (0.3, 0.36), (2.4, 0.48),
        (1.5, 0.20), (0.2, 0.08)], 5), darker(paint, 0.78)), (ellipse(1.0, 0.58, 0.24, 0.20), (92, 160, 196)),
        (ellipse(0.94, 0.64, 0.10, 0.07), (214, 236, 246)), (box(-0.4, 0.12, 0.10, 0.76), (200, 76, 64)), (ellipse(0.2,
        0.56, 0.13, 0.11), LAMPLIGHT)]  # fmt: skip
    size = height_of(member) / 1.7
    return [
        (moved(points, y=0.35 * size, scale=size, turn=0.08 + 0.015 * math.sin(manner.t), mirror=manner.facing < 0), colour)
        for points, colour in shapes
    ]


def balloon(member: Member, manner: Manner) -> Shapes:
    """A striped hot-air balloon with its basket; the crew looks over the rim."""
    source = source_of(member)
    tint = named_colour(member.look, COLOUR_WORDS, "balloon|balloons") or source.choice(
        ((206, 76, 62), (234, 178, 70), (70, 126, 150))
    )
    second: Colour = (246, 232, 200)
    sway = 0.02 * math.sin(0.7 * manner.t)
    shapes: Shapes = []
    for n, wide in enumerate((1.0, 0.74, 0.42, 0.14)):
        gore = smooth(
            [
                (0, 12.0),
                (-3.7 * wide, 10.6),
                (-4.3 * wide, 7.6),
                (-2.9 * wide, 4.6),
                (-0.8 * max(wide, 0.3), 2.4),
                (0.8 * max(wide, 0.3), 2.4),
                (2.9 * wide, 4.6),
                (4.3 * wide, 7.6),
                (3.7 * wide, 10.6),
            ],
            6,
        )
        shapes.append((gore, tint if n % 2 == 0 else second))
    shapes += [(crescent(0, 7.6, 4.25, 4.3, 0.3), darker(tint, 0.8))] if n else []
    shapes += [(limb((s * 0.75, 2.4), (s * 0.55, 1.1), 0.03, 0.03), (90, 76, 66)) for s in (-1, 1)]
    heads = crew(member.aboard, manner, [(-0.15, -0.28), (0.35, -0.28)], "", 0.9)
    shapes += [
        *heads,
        (box(0, 0.0, 1.35, 1.1), (150, 104, 66)),
        (outline((0.25, 0), (0.675, 0), (0.675, 1.1), (0.25, 1.1)), darker((150, 104, 66), 0.8)),
        (box(0, 1.0, 1.45, 0.14), (120, 82, 56)),
    ]
    return [(moved(points, turn=sway), colour) for points, colour in shapes]
