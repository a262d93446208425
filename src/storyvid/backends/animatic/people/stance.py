"""How a body stands: its joints, from what the legs and the arms do in a frame.

Lengths are shares of the person's height, x forward (the way the person faces), y up from the ground. Limbs of two bones
are bent so that the hand or the foot comes to lie where the act wants it (two-bone inverse kinematics). Index 0 is the limb
away from the camera, 1 the one near to it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from storyvid.backends.animatic.people.skeleton import FOREARM, SHIN, THIGH, UPPER_ARM, Beat, Build, Legs, Pair, Point, bend


@dataclass(frozen=True)
class Stance:
    """The joints of a body.

    Attributes:
        pelvis: Middle of the hips.
        neck: Root of the neck.
        lean: Of the back, radians forward.
        tilt: Of the head, radians forward.
        knees, ankles, toes: Of the legs; ``toes`` are angles of the feet, radians, positive tips the toes up.
        hips: Of the legs.
        shoulders, elbows, hands: Of the arms.
        raised: Whether the near arm goes before the body and the head.
    """

    pelvis: Point
    neck: Point
    lean: float
    tilt: float
    hips: Pair
    knees: Pair
    ankles: Pair
    toes: tuple[float, float]
    shoulders: Pair
    elbows: Pair
    hands: Pair
    raised: bool


def _swing(beat: Beat, side: int) -> Point:
    """Hands of somebody who walks or runs, from the root of the neck: each goes with the other leg."""
    turn = math.sin(math.tau * beat.stride) * (1 if side else -1)
    if beat.pace == "run":
        return 0.10 + 0.13 * turn, -0.235 + 0.075 * turn
    angle, reach = 0.46 * turn, 0.322 - 0.022 * max(0.0, turn)
    return reach * math.sin(angle), -0.050 - reach * math.cos(angle)


def _reaches(act: str, beat: Beat, side_on: bool) -> tuple[Point, Point] | None:
    """Where the hands go in an act, from the root of the neck; None leaves them to swing or hang."""
    wave, slow = beat.wave(1.7), beat.wave(0.31)
    rest_far = (0.03, -0.36) if side_on else (-0.135, -0.36)
    gesture = (0.05 * beat.wave(0.7) + 0.03 * beat.wave(1.3, 0.2), 0.06 * beat.wave(0.9, 0.4))
    talking = ((0.115 if side_on else 0.15) + 0.8 * gesture[0], -0.19 + gesture[1])
    up, part = 0.52 * min(1.0, max(0.0, beat.t / RAISE_S)) ** 2, 0.055 * (1 + beat.wave(2.2))
    clap = ((0.20 - 0.2 * part, -0.10 + part), (0.22, -0.12 - part)) if side_on else ((-0.012 - part, -0.13), (0.012 + part, -0.13))
    lift = 0.2 * part
    return {"clap": clap, "arms_up": ((0.05, up - 0.28), (0.09, up - 0.28)) if side_on else ((-0.17, up - 0.30), (0.17, up - 0.30)),
        "hips": ((0.03, -0.30), (0.05, -0.30)) if side_on else ((-0.088, -0.325), (0.088, -0.325)),
        "thumbs_up": (rest_far, (0.21, -0.06 + 0.006 * slow)),
        "shrug": ((0.16, -0.18), (0.19, lift - 0.17)) if side_on else ((-0.20, lift - 0.16), (0.20, lift - 0.16)),
        "wave": (rest_far, (0.17 + 0.055 * wave, 0.155)), "point": (rest_far, (0.33, -0.01 + 0.006 * slow)),
        "phone": (rest_far, (0.080, 0.060)), "read": ((0.19, -0.16), (0.17, -0.18)) if side_on else ((-0.055, -0.19),
        (0.055, -0.19)), "drink": (rest_far, (0.115 - 0.01 * slow, 0.02 + 0.05 * max(0.0, slow) - 0.10 * max(0.0,
        -slow))), "hug": ((0.24, -0.06), (0.26, -0.10)), "lift": (rest_far, (0.19, 0.10 + 0.01 * slow)),
        "give": (rest_far, (0.29, -0.11 + 0.012 * slow)), "hold": (rest_far, (0.15, -0.17)),
        "work": (((0.22 + 0.03 * wave, -0.27 + 0.02 * wave), (0.22 - 0.035 * wave,
        -0.25 + 0.035 * wave)) if side_on else ((-0.05 + 0.03 * wave, -0.28), (0.06 + 0.035 * wave,
        -0.27 + 0.03 * wave))), "talk": ((-0.11 - 0.3 * gesture[0], -0.30) if not side_on else rest_far, talking),
        "dance": ((-0.20, 0.06 + 0.10 * beat.wave(0.9)), (0.20, 0.06 - 0.10 * beat.wave(0.9))),
        "row": ((0.27 + 0.05 * beat.wave(0.45), -0.16), (0.27 + 0.05 * beat.wave(0.45), -0.17)) if side_on else ((-0.09,
        -0.22), (0.09, -0.22)), "ride": ((0.20, -0.22), (0.19, -0.24)), "drive": ((0.22, -0.15), (0.21, -0.17)),
        "pedal": ((0.29, -0.17), (0.28, -0.18)), "sit": ((0.15, -0.31), (0.17, -0.31)) if side_on else ((-0.085, -0.335),
        (0.085, -0.335)), "cane": (rest_far, (0.17, -0.33))}.get(act)  # fmt: skip


RAISE_S = 1.4  # that somebody takes to raise both arms
HEAD_TILT: Mapping[str, float] = {
    "look_up": -0.34,
    "look_down": 0.32,
    "read": 0.24,
    "work": 0.20,
    "drink": -0.06,
    "kneel": 0.14,
    "phone": 0.06,
}
TOWARDS_US = frozenset({"phone", "drink", "read", "work", "hold", "row"})
FORESHORTENED = 0.27  # a hand nearer to its shoulder than this is held before the body
RAISED = frozenset(
    {
        "wave",
        "clap",
        "arms_up",
        "thumbs_up",
        "shrug",
        "point",
        "phone",
        "read",
        "drink",
        "hug",
        "lift",
        "give",
        "hold",
        "work",
        "talk",
        "dance",
        "row",
        "drive",
        "pedal",
        "ride",
        "cane",
    }
)


def stance(build: Build, legs: Legs, arms: str, beat: Beat, side_on: bool) -> Stance:
    """All joints of a body.

    Args:
        build: Proportions.
        legs: From `legs_for`.
        arms: What the arms do, or empty.
        beat: Where in the motion.
        side_on: Seen from the side.
    """
    lean = legs.lean + (build.stoop if side_on else 0.4 * build.stoop)
    breath = 0.0035 * beat.wave(0.26)
    rise = build.neck - build.hip + breath
    px, py = legs.pelvis
    neck = (px + rise * math.sin(lean), py + rise * math.cos(lean))
    hips, shoulders = _roots(build, legs, neck, lean, side_on)
    knees, ankles = _legs(build, legs, hips, side_on)
    wanted = _reaches(arms, beat, side_on)
    elbows: list[Point] = []
    hands: list[Point] = []
    for side in (0, 1):
        x, y = wanted[side] if wanted else _hanging(beat, side, side_on)
        target = (neck[0] + x * build.trunk, neck[1] + y * build.trunk)
        elbow, hand = _arm(shoulders[side], target, build, 0 if side_on else 2 * side - 1)
        if not side_on and arms in TOWARDS_US and math.dist(shoulders[side], hand) < FORESHORTENED * build.trunk:
            out = (2 * side - 1) * 0.045 * build.trunk  # the elbow points at us: both bones are foreshortened
            elbow = (shoulders[side][0] + out, shoulders[side][1] - 0.14 * build.trunk)
        elbows.append(elbow)
        hands.append(hand)
    tilt = HEAD_TILT.get(arms, 0.0) + 0.7 * max(0.0, lean - 0.05) * -0.4 + 0.02 * beat.wave(0.11)
    return Stance(
        (px, py),
        neck,
        lean,
        tilt,
        hips,
        knees,
        ankles,
        legs.toes,
        shoulders,
        (elbows[0], elbows[1]),
        (hands[0], hands[1]),
        arms in RAISED,
    )


def _arm(shoulder: Point, target: Point, build: Build, outward: int) -> Pair:
    """Elbow and hand: seen from the side elbows go back; from before they go down and outward."""
    upper, lower = UPPER_ARM * build.trunk, FOREARM * build.trunk
    first = bend(shoulder, target, upper, lower, -1.0)
    if not outward:
        return first
    second = bend(shoulder, target, upper, lower, 1.0)
    return max(first, second, key=lambda pair: 0.3 * outward * pair[0][0] - pair[0][1])


def _hanging(beat: Beat, side: int, side_on: bool) -> Point:
    if beat.pace == "still":
        return (0.01 + 0.02 * side, -0.372) if side_on else ((0.124, -0.370) if side else (-0.124, -0.370))
    x, y = _swing(beat, side)
    return (x, y) if side_on else (0.118 * (1 if side else -1) + 0.10 * x, -0.366 + 0.06 * max(0.0, x))


def _roots(build: Build, legs: Legs, neck: Point, lean: float, side_on: bool) -> tuple[Pair, Pair]:
    px, py = legs.pelvis
    spread = 0.012 if side_on else 0.046 * build.girth
    down = -0.050 * build.trunk
    wide = 0.012 if side_on else build.shoulder
    cos, sin = math.cos(lean), math.sin(lean)
    shoulders = [(neck[0] + side * wide * cos + down * sin, neck[1] - side * wide * sin * 0.3 + down * cos) for side in (-1, 1)]
    return ((px - spread, py), (px + spread, py)), (shoulders[0], shoulders[1])


def _legs(build: Build, legs: Legs, hips: Pair, side_on: bool) -> tuple[Pair, Pair]:
    if legs.knees is not None:
        return legs.knees, legs.ankles
    knees: list[Point] = []
    feet: list[Point] = []
    for side in (0, 1):
        sign = 1.0 if side_on or side else -1.0
        knee, foot = bend(hips[side], legs.ankles[side], THIGH * build.leg, SHIN * build.leg, sign)
        if not side_on:  # knees of somebody seen from before bend towards us
            knee = ((hips[side][0] + foot[0]) / 2, knee[1])
        knees.append(knee)
        feet.append(foot)
    return (knees[0], knees[1]), (feet[0], feet[1])
