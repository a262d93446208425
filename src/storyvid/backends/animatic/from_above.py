"""The cast from straight above: people, animals, vehicles and boats as one sees them from a balcony."""

from __future__ import annotations

import math
from dataclasses import replace

from storyvid.backends.animatic import subjects
from storyvid.backends.animatic.animals import coat_of
from storyvid.backends.animatic.casting import HEIGHTS_M, Manner, height_of, width_of
from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.people import beat_of, look_of, person
from storyvid.backends.animatic.shapes import box, crescent, ellipse, limb, moved, outline, shifted, smooth
from storyvid.backends.animatic.things.vehicles import GLASS, USUAL, paint_of
from storyvid.backends.animatic.words import Member
from storyvid.backends.animatic.words.kinds import SUBJECT_WORDS

HAND_MIDDLE_M = 0.14  # above the foot of a hand's drawing, between the wrist and what it does
SQUASHED = 0.5  # share of their height that other upright things keep
FLAT = frozenset({"letter", "book", "key", "phone", "coin", "ring", "watch", "knife", "pen", "gun", "bread", "laptop",
    "ball", "clock", "flower"})  # fmt: skip


def draw_from_above(member: Member, manner: Manner) -> Shapes:
    """The subject's polygons in metres around its middle, in final colours; up is away from the camera's foot."""
    if member.kind == "hand" or (member.kind == "object" and member.variant in FLAT):
        middle = HAND_MIDDLE_M if member.kind == "hand" else 0.5 * height_of(member)
        laid = replace(manner, view="above")
        return [(shifted(points, 0.0, -middle), colour) for points, colour in subjects.draw_subject(member, laid)]
    if member.kind == "person":
        shapes = _person(member, manner)
    elif member.kind in {"car", "train"}:
        shapes = _vehicle(member, manner)
    elif member.kind == "boat":
        shapes = _boat(member, manner)
    elif member.kind in {"dog", "cat", "horse", "fish"}:
        shapes = _animal(member, manner)
    else:
        return [(points * (1.0, SQUASHED), colour) for points, colour in subjects.draw_subject(member, manner)]
    return [(moved(points, mirror=manner.facing < 0), manner.palette.shade_subject(colour)) for points, colour in shapes]


def _person(member: Member, manner: Manner) -> Shapes:
    """Shoulders, head, hands and feet by turns; somebody who lies is seen whole."""
    if member.legs == "sleep":
        return _lying(member, manner)
    look, height = look_of(member), height_of(member)
    beat = beat_of(member, manner, height)
    swing = 0.0 if manner.pace == "still" else 0.40 * math.sin(math.tau * beat.stride)
    coat, trousers, skin, hair = look.coat, look.trousers, look.skin, look.hat or look.hair
    step, breath = 0.34 * swing, 0.0035 * beat.wave(0.26)
    shapes: Shapes = []
    for side in (-1, 1):
        reach = 0.22 if member.arms in {"work", "read", "hold", "give"} else -0.7 * step * side
        shapes.append((limb((step * side, 0.10 * side), (step * side + 0.12, 0.10 * side), 0.06, 0.05), darker(trousers, 0.8)))
        shapes.append((ellipse(reach + 0.08, (0.13 if reach > 0.2 else 0.25) * side, 0.045, 0.04), skin))
        shapes.append((limb((0, 0.19 * side), (reach + 0.05, (0.14 if reach > 0.2 else 0.24) * side), 0.075, 0.055),
            darker(coat, 0.86)))  # fmt: skip
    shapes += [
        (ellipse(0, 0.0, 0.135, 0.27 + breath), coat), (crescent(0, 0.0, -0.135, 0.27 + breath, 0.5), darker(coat, 0.86)),
        (ellipse(0.05, 0.01, 0.105, 0.10), darker(skin, 0.92)), (ellipse(0.02, 0.01, 0.112, 0.108), hair),
        (ellipse(0.0, 0.02, 0.06, 0.055), mix(hair, (255, 240, 220), 0.14)),
    ]  # fmt: skip
    if look.headwear == "wide":
        shapes.insert(-2, (ellipse(0.02, 0.01, 0.20, 0.19), darker(hair, 0.85)))
    scale = height / HEIGHTS_M["person"] * 1.3
    return [(points * scale, colour) for points, colour in shapes]


def _lying(member: Member, manner: Manner) -> Shapes:
    """Somebody on their back, head to the left."""
    upright = Manner(manner.t, "still", 1, manner.head_px, manner.lit_from, manner.palette, view="front")
    height = height_of(member)
    return [(moved(points - (0.0, 0.5 * height), turn=math.pi / 2), colour) for points, colour in person(replace(member,
        legs=""), upright)]  # fmt: skip


def _vehicle(member: Member, manner: Manner) -> Shapes:
    """Roof, bonnet and glass."""
    words = "|".join(spoken for name, spoken in SUBJECT_WORDS.items() if name.split()[0] == member.kind)
    paint = paint_of(member, words, USUAL.get(member.variant))
    long, wide = (24.0, 1.5) if member.kind == "train" else (0.5 * width_of(member), 0.88 if member.variant not in {"bus",
        "truck"} else 1.25)  # fmt: skip
    body = smooth([(-long, -wide * 0.8), (-long * 1.02, 0), (-long, wide * 0.8), (-long * 0.8, wide), (long * 0.8, wide),
        (long, wide * 0.75), (long * 1.03, 0), (long, -wide * 0.75), (long * 0.8, -wide), (-long * 0.8, -wide)], 5)  # fmt: skip
    shapes: Shapes = [(body, paint), (outline((-long * 0.95, -wide * 0.92), (long * 0.9, -wide * 0.92), (long * 0.9,
        -wide * 0.66), (-long * 0.95, -wide * 0.66)), darker(paint, 0.8))]  # fmt: skip
    if member.kind == "train":
        return [*shapes, *((box(-long + 8.0 * n, -wide, 0.5, 2 * wide), (52, 52, 58)) for n in range(1, 6))]
    if member.variant in {"bus", "truck"}:
        return [*shapes, (box(-0.06 * long, -wide * 0.8, 1.6 * long, wide * 1.6), mix(paint, (255, 255, 255), 0.25)),
            (box(long * 0.92, -wide * 0.7, 0.14 * long, wide * 1.4), GLASS)]  # fmt: skip
    return [*shapes, (smooth([(-long * 0.62, -wide * 0.74), (-long * 0.66, 0), (-long * 0.62, wide * 0.74), (long * 0.34,
        wide * 0.76), (long * 0.42, 0), (long * 0.34, -wide * 0.76)], 4), GLASS), (box(-0.14 * long, -wide * 0.68,
        0.66 * long, wide * 1.36), mix(paint, (255, 255, 255), 0.12)), *((ellipse(long * 0.97, side * wide * 0.6, 0.10,
        0.16), (250, 240, 206)) for side in (-1, 1))]  # fmt: skip


def _boat(member: Member, manner: Manner) -> Shapes:
    """Hull, thwarts, and whoever is aboard."""
    paint = paint_of(member, "boat|hull|ship", (150, 104, 72) if member.variant == "rowing" else None)
    long = 0.5 * width_of(member)
    wide = 0.3 * long
    hull = smooth([(-long, -wide * 0.6), (-long * 1.04, 0), (-long, wide * 0.6), (0, wide), (long * 0.7, wide * 0.6),
        (long * 1.1, 0), (long * 0.7, -wide * 0.6), (0, -wide)], 6)  # fmt: skip
    shapes: Shapes = [(hull, paint), (hull * 0.86, mix(paint, (255, 240, 214), 0.4)), *((box(x * long, -wide * 0.8,
        0.10 * long, 1.6 * wide), darker(paint, 0.7)) for x in (-0.45, 0.25))]  # fmt: skip
    for n, rider in enumerate(member.aboard):
        still = Manner(manner.t, "still", 1, manner.head_px, manner.lit_from, manner.palette)
        shapes += [(shifted(points, -0.3 * long + 0.9 * n, 0.0), colour) for points, colour in _person(rider, still)]
    return shapes


def _animal(member: Member, manner: Manner) -> Shapes:
    """Back, head, tail and feet."""
    coats: dict[str, Colour] = {"dog": (150, 110, 76), "cat": (110, 104, 106), "horse": (124, 80, 56), "fish": (120, 140, 156)}
    coat = coat_of(member, coats[member.kind])
    long = 0.5 * width_of(member)
    wide = 0.26 * long if member.kind != "fish" else 0.22 * long
    sway = 0.12 * long * math.sin(math.tau * 0.9 * manner.t)
    shapes: Shapes = [(smooth([(-0.75 * long, -0.03 * long), (-1.3 * long, sway), (-0.75 * long, 0.03 * long)], 5),
        darker(coat, 0.8))]  # fmt: skip
    if member.kind != "fish":
        for x, side in ((-0.5, -1), (-0.5, 1), (0.42, -1), (0.42, 1)):
            turn = math.tau * manner.way_m / (1.9 * height_of(member)) + side
            step = 0.12 * long * math.sin(turn) if manner.pace != "still" else 0.0
            shapes.append((ellipse(x * long + step + 0.06 * long, side * wide * 0.9, 0.12 * long, 0.08 * long), darker(coat, 0.7)))
    shapes += [(smooth([(-0.8 * long, 0), (-0.5 * long, wide), (0.2 * long, wide * 0.85), (0.62 * long, wide * 0.6),
        (0.7 * long, 0), (0.62 * long, -wide * 0.6), (0.2 * long, -wide * 0.85), (-0.5 * long, -wide)], 5), coat),
        (limb((-0.6 * long, 0), (0.5 * long, 0), 0.05 * long, 0.04 * long), darker(coat, 0.86))]  # fmt: skip
    shapes.append((smooth([(0.55 * long, -wide * 0.5), (0.6 * long, wide * 0.5), (0.95 * long, wide * 0.42), (1.2 * long,
        0.0), (0.95 * long, -wide * 0.42)], 5), mix(coat, (255, 255, 255), 0.06)))  # fmt: skip
    for rider in member.aboard[:1]:
        shapes += _person(rider, Manner(manner.t, "still", 1, manner.head_px, manner.lit_from, manner.palette))
    return shapes
