"""People: from before, from the side and from behind, with a face, clothes, hair and a motion of their own; and from above.

Coordinates are shares of the person's height: the foot at 0, the top of the head at 1.
"""

from __future__ import annotations

import math
from dataclasses import replace

from storyvid.backends.animatic.casting import Manner, height_of
from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.people import body as clothes
from storyvid.backends.animatic.people.face import EYE_DETAIL_PX, Face
from storyvid.backends.animatic.people.gait import legs_for, stride_length
from storyvid.backends.animatic.people.head import hair_behind, head
from storyvid.backends.animatic.people.look import Look, look_of
from storyvid.backends.animatic.people.skeleton import ADULT, CHILD, OLD, SEAT, Beat, Build
from storyvid.backends.animatic.people.stance import Stance, stance
from storyvid.backends.animatic.shapes import box, limb, moved, smooth
from storyvid.backends.animatic.things.objects import in_hand
from storyvid.backends.animatic.words import Member, stable_seed

__all__ = ["beat_of", "look_of", "person"]

SPINS_PER_S = 0.7
KNEELING = 0.25  # height of the hips of somebody who kneels
PEDAL_M = 4.2  # a bicycle goes in one turn of its cranks
HEAD_UP = 0.086  # middle of an adult's head above the root of the neck
SIDE_ACTS = frozenset({"kneel", "row", "ride", "drive", "sleep"})
SIDE_ARMS = frozenset({"point", "give", "hug", "drink"})
SEAT_WOOD: Colour = (134, 96, 68)


def person(member: Member, manner: Manner) -> Shapes:
    """A person who stands or does what the words say, breathes, blinks and looks about; in metres around the foot."""
    look = look_of(member)
    build = build_of(look)
    height = height_of(member)
    manner = _spun(member, manner)
    view = view_of(member, manner)
    arms = _arms(member, look, manner)
    beat = beat_of(member, manner, height)
    stride = stride_length(manner.pace, manner.speed_mps, height) / height if manner.pace != "still" else 0.0
    act = manner.legs or ("sit_low" if member.legs == "sit" and member.rest == "ground" else member.legs)
    joints = stance(build, legs_for(act, build, beat, view == "side", stride), arms, beat, view == "side")
    shapes = _figure(look, build, joints, member, manner, view)
    if member.legs == "sleep" and not manner.legs:
        low = 0.30 if member.rest in {"bed", "sofa"} else 0.075
        shapes = [*_bed(member.rest), *((moved(points, 0.5, low, turn=0.5 * math.pi), colour) for points, colour in shapes)]
    if act == "row" and not manner.legs:
        shapes = [*shapes, *_gunwale()]
    return [(moved(points, scale=height, mirror=manner.facing < 0), colour) for points, colour in shapes]


def _gunwale() -> Shapes:
    """The side of the boat before somebody who is seen rowing so closely that the boat is no subject of its own."""
    side = smooth(
        [(-0.62, 0.40), (-0.55, 0.10), (-0.40, 0.02), (0.70, 0.02), (0.95, 0.16), (1.12, 0.44), (0.55, 0.325), (-0.3, 0.315)], 5
    )
    rail = smooth([(-0.62, 0.40), (-0.3, 0.315), (0.55, 0.325), (1.12, 0.44), (0.55, 0.36), (-0.3, 0.35)], 5)
    return [(side, SEAT_WOOD), (rail, mix(SEAT_WOOD, (255, 240, 214), 0.4))]


def _spun(member: Member, manner: Manner) -> Manner:
    """Somebody who spins is seen from before, from the side, from behind and from the other side by turns."""
    if member.legs != "spin" or manner.legs:
        return manner
    quarter = int(4 * SPINS_PER_S * manner.t) % 4
    return replace(manner, view=("front", "side", "back", "side")[quarter], facing=-1 if quarter == 3 else 1)


def head_height(member: Member) -> float:
    """Height of the middle of the head above the foot, metres: what close sizes frame."""
    build, height = build_of(look_of(member)), height_of(member)
    neck = build.neck + HEAD_UP * build.head
    hips = {"sit": 0.085 if member.rest == "ground" else SEAT, "kneel": KNEELING, "row": SEAT}.get(member.legs)
    return height * (neck if hips is None else neck - build.hip + hips)


def build_of(look: Look) -> Build:
    """Proportions of a person."""
    return CHILD if look.child else OLD if look.old else ADULT


def beat_of(member: Member, manner: Manner, height: float) -> Beat:
    """Where the motion is: strides follow from the way that the feet have gone, so that they never slide."""
    phase = stable_seed("phase", member.key) % 1000 / 1000
    strides = phase
    if manner.legs == "pedal":
        strides += manner.way_m / PEDAL_M
    if manner.pace != "still":
        strides += manner.way_m / stride_length(manner.pace, manner.speed_mps, height)
    return Beat(manner.t, phase, strides, manner.pace)


def view_of(member: Member, manner: Manner) -> str:
    """front, side or back: what the words say, else what shows the act best."""
    if manner.view:
        return manner.view
    if member.view:
        return member.view
    return "side" if member.legs in SIDE_ACTS or member.arms in SIDE_ARMS else "front"


def _arms(member: Member, look: Look, manner: Manner) -> str:
    """What the arms do: the act; else holding what is held, leaning on a cane, resting on a lap."""
    if manner.legs in {"ride", "drive", "pedal"}:
        return manner.legs
    if member.arms and member.arms not in {"look_up", "look_down"}:
        return member.arms
    if member.holds:
        return "hold"
    if member.legs in {"sit", "row"}:
        return member.legs
    return "cane" if "cane" in look.carries else member.arms


def _figure(look: Look, build: Build, joints: Stance, member: Member, manner: Manner, view: str) -> Shapes:
    """All of a person, back to front."""
    side_on = view == "side"
    shade = -manner.lit_from * manner.facing  # before mirroring
    x, y = _head_place(joints, build)
    face = Face(
        member.mood, manner.t, stable_seed("phase", member.key) % 1000 / 1000, member.talks, manner.head_px > EYE_DETAIL_PX, shade
    )

    def set_head(shapes: Shapes) -> Shapes:
        turn = -joints.tilt if side_on else -0.25 * joints.tilt
        drop = 0.0 if side_on else -0.05 * joints.tilt
        return [(moved(points, x, y + drop, scale=build.head, turn=turn), colour) for points, colour in shapes]

    far, near = clothes.arm(look, joints, build, 0), clothes.arm(look, joints, build, 1)
    trunk = clothes.torso(look, joints, build, view, shade)
    skull = set_head(head(look, face, view))
    lower = clothes.legs(look, joints, build, side_on)
    prop = held(look, member, joints, manner)
    behind = set_head(hair_behind(look, view))
    if view == "back":
        return [*prop, *(far if joints.raised else []), *(near if joints.raised else []), *lower, *trunk,
                *([] if joints.raised else [*far, *near]), *skull]  # fmt: skip
    seat = _seat(joints, member.rest, side_on) if member.legs == "sit" and not manner.legs else []
    if joints.raised:
        both = side_on or _crosses(joints)
        return [
            *seat,
            *behind,
            *(far if side_on or not both else []),
            *lower,
            *trunk,
            *skull,
            *([] if side_on or not both else far),
            *prop,
            *near,
        ]
    return [*seat, *behind, *far, *lower, *trunk, *skull, *prop, *near]


def _crosses(joints: Stance) -> bool:
    """Whether the far hand is before the body."""
    return joints.hands[0][0] > joints.shoulders[0][0] and joints.hands[0][1] > joints.pelvis[1]


def _head_place(joints: Stance, build: Build) -> tuple[float, float]:
    """The middle of the head: it goes forward with a leaning back."""
    forward = 0.006 + 0.10 * joints.lean * build.head
    return joints.neck[0] + forward, joints.neck[1] + HEAD_UP * build.head - 0.02 * abs(joints.lean)


def _seat(joints: Stance, rest: str, side_on: bool) -> Shapes:
    """What somebody sits on: a sofa or the edge of a bed, nothing on the ground, else a plain stool."""
    x, y = joints.pelvis
    top = y - 0.060
    if rest == "ground":
        return []
    if rest in {"sofa", "bed"}:
        cloth: Colour = (126, 76, 84) if rest == "sofa" else (206, 200, 190)
        back = box(x - (0.22 if side_on else 0.0), 0.02, 0.14 if side_on else 0.62, top + 0.26)
        arms: Shapes = [] if side_on else [(box(x + side * 0.34, 0.02, 0.10, top + 0.10), darker(cloth, 0.8)) for side in (-1, 1)]
        cushion = (box(x + (0.02 if side_on else 0.0), 0.03, 0.44 if side_on else 0.60, top - 0.02), cloth)
        return [(back, darker(cloth, 0.86)), *arms, cushion] if rest == "sofa" else [cushion, (box(x, 0.0, 0.62, 0.12), SEAT_WOOD)]
    dark = darker(SEAT_WOOD, 0.76)
    return [
        (box(x - 0.10, 0, 0.022, top), dark), (box(x + 0.11, 0, 0.022, top), dark), (box(x, top - 0.028, 0.30, 0.030), SEAT_WOOD),
    ]  # fmt: skip


def _bed(rest: str) -> Shapes:
    """The bed or sofa under somebody who lies, with a pillow; nothing on the ground."""
    if rest not in {"bed", "sofa"}:
        return []
    cloth: Colour = (222, 216, 204) if rest == "bed" else (126, 76, 84)
    return [(box(-0.62, 0.0, 0.05, 0.48), SEAT_WOOD), (box(0.62, 0.0, 0.05, 0.30), SEAT_WOOD), (box(0.0, 0.06, 1.22,
        0.08), darker(SEAT_WOOD, 0.8)), (box(0.0, 0.12, 1.20, 0.13), cloth), (box(0.0, 0.12, 1.20, 0.05), darker(cloth,
        0.85)), (smooth([(-0.60, 0.25), (-0.58, 0.31), (-0.36, 0.31), (-0.34, 0.25)], 5), darker(cloth, 0.94))]  # fmt: skip


def held(look: Look, member: Member, joints: Stance, manner: Manner) -> Shapes:
    """What the near hand holds, in shares of the height; a cane, an umbrella, a thing that the words name."""
    x, y = joints.hands[1]
    shapes: Shapes = []
    if member.arms == "thumbs_up":
        shapes.append((limb((x, y), (x, y + 0.042), 0.012, 0.010), look.skin))
    if "cane" in look.carries and member.holds != "umbrella" and y < joints.neck[1] - 0.15:
        shapes += [
            (limb((x + 0.01, y + 0.03), (x + 0.035, 0.0), 0.011, 0.008), (104, 74, 52)),
            (limb((x - 0.02, y + 0.038), (x + 0.02, y + 0.038), 0.010, 0.010), (104, 74, 52)),
        ]
    if member.holds == "guitar":
        x, y = joints.pelvis[0] + 0.05, joints.pelvis[1] + 0.14  # across the body
        shapes += [(moved(points / height_of(member), x, y, turn=-1.05), c) for points, c in in_hand("guitar", member, manner)]
    elif member.holds:
        height = height_of(member)
        middle = ((x + joints.hands[0][0]) / 2, (y + joints.hands[0][1]) / 2) if member.arms in {"read", "work"} else (x, y)
        shapes += [(points / height + middle, colour) for points, colour in in_hand(member.holds, member, manner)]
    return shapes
