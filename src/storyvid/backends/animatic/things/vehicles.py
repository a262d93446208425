"""What drives on land: cars of several bodies, bicycles, trains. In metres around the middle of the wheels' foot."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from storyvid.backends.animatic.casting import COLOUR_WORDS, Manner, height_of, named_colour, source_of
from storyvid.backends.animatic.flora import LAMPLIGHT, Shapes
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.people import person
from storyvid.backends.animatic.people.skeleton import ADULT_HIP
from storyvid.backends.animatic.shapes import box, ellipse, limb, moved, outline, smooth
from storyvid.backends.animatic.words import Member, mentions
from storyvid.backends.animatic.words.kinds import SUBJECT_WORDS

PAINTS: tuple[Colour, ...] = ((200, 74, 60), (234, 178, 70), (52, 110, 128), (88, 122, 82), (124, 80, 116), (56, 78, 126))
USUAL: Mapping[str, Colour] = {"taxi": (238, 190, 60), "bus": (206, 70, 58), "truck": (86, 118, 150), "van": (226, 222, 210)}
GLASS: Colour = (118, 150, 166)
TYRE: Colour = (44, 44, 50)
RIM: Colour = (176, 180, 186)
WHEEL_M = 0.31


def paint_of(member: Member, words: str, usual: Colour | None = None) -> Colour:
    """The colour that the words give, the usual one, or one drawn from the key."""
    return named_colour(member.look, COLOUR_WORDS, words) or usual or source_of(member).choice(PAINTS)


def wheel(x: float, radius: float, way_m: float, spokes: int = 3, rim: Colour = RIM) -> Shapes:
    """A wheel that turns with the way gone."""
    turn = -way_m / radius
    shapes: Shapes = [(ellipse(x, radius, radius, radius), TYRE), (ellipse(x, radius, 0.56 * radius, 0.56 * radius), rim)]
    for n in range(spokes):
        a = turn + n * math.tau / spokes
        tip = (x + 0.5 * radius * math.cos(a), radius + 0.5 * radius * math.sin(a))
        shapes.append((limb((x, radius), tip, 0.10 * radius, 0.08 * radius), darker(rim, 0.62)))
    return shapes


def car(member: Member, manner: Manner) -> Shapes:
    """A car of the body that the words name; it rocks on its springs, its driver can be seen."""
    words = "|".join(SUBJECT_WORDS[name] for name in SUBJECT_WORDS if name.split()[0] == "car")
    paint = paint_of(member, words, USUAL.get(member.variant))
    body, wheels, size = {"bus": (_bus, (-2.6, 2.5), 1.5), "truck": (_truck, (-2.4, -1.6, 2.5), 1.5), "van": (_van,
        (-1.35, 1.45), 1.15)}.get(member.variant, (_saloon, (-1.22, 1.32), 1.0))  # fmt: skip
    rock = 0.009 * math.sin(math.tau * 1.3 * manner.t) * (0.3 if manner.pace == "still" else 1.0)
    shell = [(moved(points, y=rock), colour) for points, colour in body(paint, member, manner)]
    for x in wheels:
        shell += [
            (ellipse(x, WHEEL_M * size, 0.40 * size, 0.40 * size), darker(paint, 0.42)),
            *wheel(x, WHEEL_M * size, manner.way_m),
        ]
    return [(moved(points, mirror=manner.facing < 0), colour) for points, colour in shell]


def _lamps(front: float, rear: float, y: float, manner: Manner) -> Shapes:
    lit: Colour = LAMPLIGHT if manner.palette.lamps else (246, 238, 210)
    return [(ellipse(front, y, 0.09, 0.09), lit), (ellipse(rear, y, 0.05, 0.08), (206, 60, 52))]


def _driver(member: Member, manner: Manner, x: float, seat_m: float) -> Shapes:
    """Head and shoulders of whoever is aboard, behind the glass."""
    shapes: Shapes = []
    for n, rider in enumerate(member.aboard[:2]):
        still = Manner(manner.t, "still", 1, manner.head_px, manner.lit_from, manner.palette, view="side", legs="drive")
        figure = person(rider, still)
        low = ADULT_HIP * height_of(rider)
        shapes += [(moved(points, x - 0.78 * n, seat_m - low), colour) for points, colour in figure if points[:,
            1].max() > 1.2 * low]  # fmt: skip
    return shapes


def _saloon(paint: Colour, member: Member, manner: Manner) -> Shapes:
    dark = darker(paint, 0.82)
    hull = smooth(
        [
            (-2.08, 0.50),
            (-2.05, 0.85),
            (-1.55, 0.94),
            (-1.12, 1.42),
            (0.50, 1.46),
            (1.12, 0.97),
            (1.90, 0.86),
            (2.10, 0.58),
            (2.04, 0.35),
            (0.0, 0.29),
            (-2.02, 0.32),
        ],
        6,
    )
    sill = smooth([(-2.08, 0.58), (0.0, 0.61), (2.09, 0.58), (2.04, 0.35), (0.0, 0.29), (-2.02, 0.32)], 5)
    rear = outline((-1.26, 0.96), (-0.96, 1.33), (-0.32, 1.36), (-0.32, 0.96))
    front = outline((-0.22, 0.96), (-0.22, 1.36), (0.43, 1.36), (0.85, 0.96))
    shine = outline((0.0, 0.96), (0.24, 1.36), (0.43, 1.36), (0.30, 0.96))
    shapes: Shapes = [(hull, paint), (sill, dark), (rear, GLASS), (front, GLASS)]
    shapes += _driver(member, manner, 0.10, 0.52)
    shapes += [] if member.aboard else [(shine, mix(GLASS, (255, 255, 255), 0.3))]
    shapes += [
        (smooth([(-2.05, 0.60), (-2.05, 0.85), (-1.55, 0.94), (1.12, 0.97), (1.90, 0.86), (2.09, 0.60), (0, 0.62)], 5), paint),
        (sill, dark),
    ]
    shapes += [(box(-0.27, 0.36, 0.020, 0.60), dark), (box(-0.52, 0.82, 0.17, 0.04), dark), *_lamps(1.95, -2.01, 0.74, manner)]
    if member.variant == "taxi":
        checks = [(box(-1.5 + 0.24 * n, 0.64, 0.12, 0.09), (48, 46, 50)) for n in range(13)]
        shapes += [
            *checks,
            (box(-0.25, 1.45, 0.62, 0.16), LAMPLIGHT if manner.palette.lamps else (250, 244, 226)),
            (box(-0.25, 1.50, 0.40, 0.05), (48, 46, 50)),
        ]
    if mentions("police", member.look):
        shapes += [(box(-0.35, 1.45, 0.22, 0.12), (220, 66, 60)), (box(-0.12, 1.45, 0.22, 0.12), (70, 110, 214))]
    return shapes


def _bus(paint: Colour, member: Member, manner: Manner) -> Shapes:
    lit = manner.palette.lamps
    pane: Colour = (250, 222, 160) if lit else GLASS
    shapes: Shapes = [(smooth([(-4.3, 0.45), (-4.35, 2.8), (-4.1, 3.0), (4.1, 3.0), (4.4, 2.7), (4.45, 0.5), (4.2, 0.4),
        (-4.2, 0.4)], 3), paint), (box(0, 0.42, 8.7, 0.42), darker(paint, 0.78)), (box(0, 1.28, 8.6, 0.10), mix(paint,
        (255, 255, 255), 0.6)), (box(0, 2.90, 8.2, 0.14), mix(paint, (255, 255, 255), 0.3))]  # fmt: skip
    for n in range(7):
        shapes += [
            (box(-3.65 + 1.02 * n, 1.5, 0.88, 0.95), pane),
            (
                outline((-3.9 + 1.02 * n, 1.5), (-3.5 + 1.02 * n, 2.45), (-3.3 + 1.02 * n, 2.45), (-3.7 + 1.02 * n, 1.5)),
                mix(pane, (255, 255, 255), 0.25),
            ),
        ]
        if n in (1, 2, 4):
            shapes += [
                (ellipse(-3.65 + 1.02 * n, 1.86, 0.17, 0.20), (70, 60, 62)),
                (
                    smooth(
                        [(-3.95 + 1.02 * n, 1.5), (-3.85 + 1.02 * n, 1.70), (-3.45 + 1.02 * n, 1.70), (-3.35 + 1.02 * n, 1.5)], 4
                    ),
                    (88, 78, 86),
                ),
            ]
    return [
        *shapes,
        (box(3.75, 0.5, 0.72, 2.0), darker(paint, 0.6)),
        (box(3.75, 0.6, 0.60, 1.85), pane),
        (box(3.75, 0.6, 0.04, 1.85), darker(paint, 0.6)),
        *_lamps(4.36, -4.3, 0.8, manner),
    ]


def _truck(paint: Colour, member: Member, manner: Manner) -> Shapes:
    load: Colour = (222, 214, 198)
    return [(box(-1.3, 0.85, 5.6, 2.5), load), (outline((0.9, 0.85), (1.5, 0.85), (1.5, 3.35), (0.9, 3.35)), darker(load,
        0.86)), (box(-1.3, 0.85, 5.6, 0.22), darker(load, 0.78)), *((box(-3.6 + 0.9 * n, 1.1, 0.05, 2.2), darker(load,
        0.9)) for n in range(6)), (box(-0.4, 0.5, 7.6, 0.35), (62, 62, 70)), (smooth([(1.65, 0.45), (1.65, 2.55), (2.3,
        2.75), (2.95, 2.55), (3.35, 1.65), (3.55, 1.5), (3.6, 0.5)], 4), paint), (outline((2.15, 1.55), (2.15, 2.35),
        (2.80, 2.35), (3.15, 1.60)), GLASS), *_driver(member, manner, 2.45, 1.25), (box(2.4, 0.45, 1.9, 1.12), paint),
        (box(2.6, 0.45, 2.0, 0.35), darker(paint, 0.8)), *_lamps(3.52, -4.1, 0.9, manner)]  # fmt: skip


def _van(paint: Colour, member: Member, manner: Manner) -> Shapes:
    hull = smooth(
        [(-2.2, 0.45), (-2.25, 1.9), (-2.05, 2.1), (0.7, 2.1), (1.35, 1.35), (2.1, 1.15), (2.3, 0.8), (2.25, 0.42), (0, 0.36)], 5
    )
    return [(hull, paint), (smooth([(-2.22, 0.75), (0, 0.8), (2.28, 0.78), (2.25, 0.42), (0, 0.36), (-2.2, 0.45)], 4),
        darker(paint, 0.8)), (outline((0.15, 1.3), (0.15, 1.92), (0.62, 1.92), (1.16, 1.3)), GLASS), *_driver(member,
        manner, 0.45, 0.98), (outline((-0.02, 0.5), (0.02, 0.5), (0.02, 2.0), (-0.02, 2.0)), darker(paint, 0.8)),
        (outline((-1.9, 1.32), (-1.9, 1.9), (-0.3, 1.9), (-0.3, 1.32)),
        GLASS if "camper" in member.look else darker(paint, 0.93)), *_lamps(2.18, -2.18, 0.95, manner)]  # fmt: skip


def bicycle(member: Member, manner: Manner) -> Shapes:
    """A bicycle or a motorcycle with its rider, whose legs pedal."""
    paint = paint_of(member, "bicycle|bike|motorcycle|motorbike|scooter|moped", (196, 66, 58))
    rider = member.aboard[0] if member.aboard else Member("person", f"{member.key} rider", "")
    motor = member.variant == "motor"
    shapes: Shapes = []
    for x in (-0.52, 0.54):
        shapes += wheel(x, 0.33, manner.way_m, 4, (120, 124, 132)) if motor else _spoked(x, 0.34, manner.way_m)
    hub, head = (-0.04, 0.34 if motor else 0.30), (0.40, 0.88)
    tubes = [
        ((-0.52, 0.34), hub),
        (hub, (-0.20, 0.80)),
        ((-0.20, 0.76), (0.38, 0.80)),
        (hub, (0.37, 0.74)),
        ((0.54, 0.34), head),
        ((-0.52, 0.34), (-0.20, 0.76)),
    ]
    shapes += [(limb(a, b, 0.024, 0.022), paint) for a, b in tubes]
    if motor:
        shapes += [
            (smooth([(-0.75, 0.66), (-0.2, 0.80), (0.3, 0.92), (0.42, 0.70), (0.1, 0.36), (-0.3, 0.34)], 5), paint),
            (ellipse(0.0, 0.42, 0.20, 0.17), (90, 92, 100)),
            (ellipse(0.58, 0.84, 0.08, 0.08), LAMPLIGHT if manner.palette.lamps else (240, 234, 214)),
        ]
    shapes += [(limb((-0.34, 0.88), (-0.08, 0.87), 0.035, 0.022), TYRE), (limb(head, (0.30, 1.02), 0.018, 0.018), TYRE)]
    legs = "drive" if motor else "pedal"
    ride = Manner(manner.t, "still", 1, manner.head_px, manner.lit_from, manner.palette, way_m=manner.way_m, view="side", legs=legs)
    figure = person(replace(rider, view="side"), ride)
    height = height_of(rider)
    figure = [(moved(points, -0.22, 0.88 - ADULT_HIP * height), colour) for points, colour in figure]
    return [(moved(points, mirror=manner.facing < 0), colour) for points, colour in (*shapes, *figure)]


def _spoked(x: float, radius: float, way_m: float) -> Shapes:
    """A thin wheel with spokes."""
    outer, inner = ellipse(x, radius, radius, radius), ellipse(x, radius, radius * 0.87, radius * 0.87)
    shapes: Shapes = [(np.concatenate([outer, outer[:1], inner[:1], inner[::-1]]), TYRE)]
    for n in range(4):
        a = -way_m / radius + n * math.tau / 8
        dx, dy = 0.9 * radius * math.cos(a), 0.9 * radius * math.sin(a)
        shapes.append((limb((x - dx, radius - dy), (x + dx, radius + dy), 0.006, 0.006), RIM))
    return shapes


TRAIN_CARS = 5
CARRIAGE_M = 13.0


def train(member: Member, manner: Manner) -> Shapes:
    """A train of an engine and carriages, steam or modern; the engine's front at the right, rails beneath."""
    steam = mentions("steam|locomotive|old|vintage|smoke", member.look) > 0
    modern = member.variant == "modern" or (
        not steam and mentions("modern|fast|city|metro|subway|commuter|electric", member.look) > 0
    )
    paint = paint_of(member, "train|tram|locomotive|carriages|engine", (206, 212, 216) if modern else (44, 74, 66))
    shapes: Shapes = [(box(-0.5 * TRAIN_CARS * CARRIAGE_M + 8, 0.0, (TRAIN_CARS + 3) * CARRIAGE_M, 0.12), (96, 92, 92))]
    front = 9.0
    for n in range(TRAIN_CARS):
        x = front - 1.0 - CARRIAGE_M * (n + (0.55 if not modern else 0.5))
        shapes += _carriage(x, paint, manner, modern, first=modern and n == 0)
    if not modern:
        shapes += _engine(front, paint, manner)
    return [(moved(points, mirror=manner.facing < 0), colour) for points, colour in shapes]


def _carriage(x: float, paint: Colour, manner: Manner, modern: bool, first: bool) -> Shapes:
    pane: Colour = (252, 224, 160) if manner.palette.lamps else GLASS
    half = CARRIAGE_M / 2 - 0.25
    roof = mix(paint, (90, 92, 98), 0.6) if not modern else mix(paint, (255, 255, 255), 0.3)
    shell = [(x - half, 0.8), (x - half, 3.35), (x - half + 0.3, 3.6), (x + half - 0.3, 3.6), (x + half, 3.35), (x + half, 0.8)]
    if first:
        shell = [
            (x - half, 0.8),
            (x - half, 3.35),
            (x - half + 0.3, 3.6),
            (x + half - 2.6, 3.6),
            (x + half - 0.6, 2.5),
            (x + half + 0.5, 1.3),
            (x + half + 0.3, 0.7),
        ]
    shapes: Shapes = [
        (box(x - half - 0.2, 0.9, 0.7, 0.5), (52, 50, 54)),
        (outline(*shell), paint),
        (box(x, 3.42, 2 * half - (3.4 if first else 0.2), 0.22), roof),
        (box(x, 0.72, 2 * half, 0.5), darker(paint, 0.66)),
    ]
    shapes.append(
        (box(x, 1.45, 2 * half - (1.6 if first else 0.2), 0.16), (206, 84, 62) if modern else mix(paint, (240, 220, 170), 0.55))
    )
    count = 5 if first else 6
    for n in range(count):
        shapes.append((box(x - half + 1.25 + 2.0 * n, 1.95, 1.45, 0.95), pane))
        if n % 2 and manner.palette.lamps:
            shapes.append((ellipse(x - half + 1.1 + 2.0 * n, 2.2, 0.24, 0.28), (96, 72, 64)))
    if first:
        shapes += [
            (outline((x + half - 1.9, 2.2), (x + half - 1.9, 3.05), (x + half - 1.35, 3.0), (x + half - 0.55, 2.2)), (70, 92, 110)),
            (ellipse(x + half + 0.1, 1.3, 0.22, 0.15), LAMPLIGHT),
        ]
    for side in (-1, 1):
        for off in (-0.65, 0.65):
            shapes += wheel(x + side * (half - 2.2) + off, 0.42, manner.way_m, 3)
    return shapes


def _engine(front: float, paint: Colour, manner: Manner) -> Shapes:
    """A steam engine with its smoke: cab, boiler, chimney, rods."""
    brass: Colour = (218, 174, 92)
    dark = darker(paint, 0.72)
    base = front - 8.0
    shapes: Shapes = []
    for n in range(7):
        age = (manner.t * 0.5 + n / 7) % 1.0
        puff = mix((236, 234, 230), manner.palette.haze, 0.25 + 0.6 * age)
        shapes.append((ellipse(front - 2.0 - 10.0 * age, 4.6 + 2.6 * age, 0.5 + 2.0 * age, 0.45 + 1.1 * age), puff))
    shapes += [(box(base + 0.9, 0.9, 2.2, 2.7), paint), (box(base + 0.9, 3.55, 2.7, 0.22), dark), (box(base + 0.9, 2.2,
        1.2, 0.95), (250, 214, 140) if manner.palette.lamps else (86, 110, 122)), (outline((base + 2.0, 1.3),
        (front - 0.7, 1.3), (front - 0.4, 1.7), (front - 0.4, 2.7), (front - 0.7, 3.05), (base + 2.0, 3.05)), paint),
        (outline((base + 2.0, 2.75), (front - 0.45, 2.75), (front - 0.7, 3.05), (base + 2.0, 3.05)), mix(paint, (255, 255,
        255), 0.2)), (outline((base + 2.0, 1.3), (front - 0.7, 1.3), (front - 0.45, 1.65), (base + 2.0, 1.65)), dark),
        *((box(base + 3.0 + 1.5 * n, 1.3, 0.10, 1.75), brass) for n in range(3)), (outline((front - 1.9, 3.0),
        (front - 1.3, 3.0), (front - 1.15, 4.3), (front - 2.05, 4.3)), dark), (box(front - 1.6, 4.22, 1.05, 0.16), dark),
        (ellipse(base + 4.2, 3.1, 0.42, 0.36), brass), (box(front - 4.2, 0.72, 7.6, 0.5), dark), (outline((front - 0.7,
        0.25), (front + 0.75, 0.25), (front - 0.1, 1.05), (front - 0.7, 1.05)), (160, 60, 52)), (ellipse(front - 0.32,
        3.2, 0.20, 0.20), LAMPLIGHT)]  # fmt: skip
    for x, r in ((base + 0.9, 0.75), (base + 2.75, 0.75), (base + 4.6, 0.75), (front - 1.4, 0.42)):
        shapes += wheel(x, r, manner.way_m, 5, (176, 64, 56))
    turn = -manner.way_m / 0.75
    rod = (0.38 * math.cos(turn), 0.75 + 0.38 * math.sin(turn))
    return [
        *shapes,
        (limb((base + 0.9 + rod[0], rod[1]), (base + 4.6 + rod[0], rod[1]), 0.09, 0.09), RIM),
        (limb((base + 4.6 + rod[0], rod[1]), (front - 1.5, 0.85), 0.08, 0.10), RIM),
    ]
