"""What the legs do: walk, run, sit, kneel, dance, jump, row, ride."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from storyvid.backends.animatic.people.skeleton import ANKLE, SEAT, THIGH, Beat, Build, Legs

WALK_STRIDE, RUN_STRIDE = 0.78, 1.35  # two steps, shares of the height, at a natural pace


STANCE_SHARE: Mapping[str, float] = {"walk": 0.60, "run": 0.36}  # of a stride that a foot stands on the ground


def stride_length(pace: str, metres_per_s: float, height_m: float) -> float:
    """Metres that a person goes forward in one stride (two steps): longer when faster, so that feet never slide.

    Args:
        pace: walk or run.
        metres_per_s: Speed.
        height_m: Of the person.
    """
    natural = (WALK_STRIDE if pace == "walk" else RUN_STRIDE) * height_m
    usual = (0.95 if pace == "walk" else 1.45) * natural  # m/s at a natural cadence
    return natural * min(1.12, max(0.45, (metres_per_s / usual) ** 0.6)) if metres_per_s > 0 else natural


def _foot(share: float, pace: str, stride: float) -> tuple[float, float, float]:
    """Place of a foot (x from the hip, lift) and its angle, at a share of its stride; on the ground it stays where it is."""
    stands = STANCE_SHARE[pace]
    share %= 1.0
    half = stands * stride / 2
    if share < stands:
        u = share / stands
        heel = max(0.0, u - 0.72) / 0.28
        return half * (1 - 2 * u), 0.030 * heel**2, 0.28 * max(0.0, 0.16 - u) / 0.16 - 0.75 * heel**1.5
    u = (share - stands) / (1 - stands)
    ease = u * u * (3 - 2 * u)
    high = 0.055 if pace == "walk" else 0.17
    return half * (2 * ease - 1), 0.030 * (1 - u) ** 2 + high * math.sin(math.pi * u) ** 1.2, -0.75 * (1 - u) + 0.30 * u


def _walking(build: Build, beat: Beat, stride: float) -> Legs:
    """From the side: each foot stands still on the ground while the body passes over it."""
    feet = [_foot(beat.stride + shift, beat.pace, stride) for shift in (0.5, 0.0)]
    low = math.cos(math.tau * 2 * beat.stride)
    hip = build.hip - (0.012 + 0.010 * low if beat.pace == "walk" else 0.035 - 0.022 * low)
    ankles = [(0.01 + x, ANKLE + lift) for x, lift, _ in feet]
    lean = 0.05 if beat.pace == "walk" else 0.20
    return Legs((0.0, hip), (ankles[0], ankles[1]), (feet[0][2], feet[1][2]), lean)


def _coming(build: Build, beat: Beat) -> Legs:
    """Walking seen from before or behind: feet lift by turns and the hips sway."""
    turn = math.tau * beat.stride
    lifts = [max(0.0, math.sin(turn + shift)) for shift in (math.pi, 0.0)]
    high = 0.055 if beat.pace == "walk" else 0.13
    sway = 0.008 * math.sin(turn)
    ankles = tuple(
        (side * 0.036 * build.girth - 0.3 * sway, ANKLE + high * lift) for side, lift in zip((-1, 1), lifts, strict=True)
    )
    return Legs((sway, build.hip - 0.006 + 0.008 * abs(math.cos(turn))), (ankles[0], ankles[1]))


def _standing(build: Build, side_on: bool) -> Legs:
    feet = ((-0.028, ANKLE), (0.034, ANKLE)) if side_on else ((-0.052, ANKLE), (0.052, ANKLE))
    return Legs((0.0, build.hip), feet)


def _sitting(build: Build, side_on: bool) -> Legs:
    out = THIGH * build.leg * 0.97
    if side_on:
        return Legs((0.0, SEAT), ((out - 0.03, ANKLE), (out + 0.03, ANKLE)), lean=0.02)
    knees = ((-0.070, SEAT - 0.035), (0.070, SEAT - 0.035))
    return Legs((0.0, SEAT), ((-0.062, ANKLE), (0.066, ANKLE)), knees=knees)


def _on_the_ground(build: Build, side_on: bool) -> Legs:
    """Sitting on the floor: knees drawn up, seen from the side; legs crossed, seen from before."""
    if side_on:
        return Legs((0.0, 0.075), ((0.33, ANKLE), (0.37, ANKLE)), lean=-0.06)
    return Legs((0.0, 0.085), ((0.055, 0.045), (-0.055, 0.035)), knees=((-0.155, 0.085), (0.155, 0.085)))


def _kneeling(build: Build, side_on: bool) -> Legs:
    if side_on:
        thigh = THIGH * build.leg
        knees = ((0.06, 0.04), (0.15, 0.235 * build.leg))
        return Legs((-0.03, 0.03 + thigh * 0.98), ((-0.15, 0.035), (0.16, ANKLE)), (-1.1, 0.0), 0.12, knees)
    return Legs((0.0, 0.035 + THIGH * build.leg * 0.9), ((-0.05, 0.02), (0.05, 0.02)), knees=((-0.062, 0.045), (0.062, 0.045)))


def _dancing(build: Build, beat: Beat) -> Legs:
    sway = beat.wave(0.9)
    lifts = (max(0.0, sway), max(0.0, -sway))
    dip = 0.016 + 0.014 * beat.wave(1.8)
    return Legs(
        (0.030 * sway, build.hip - dip), ((-0.062, ANKLE + 0.06 * lifts[0]), (0.062, ANKLE + 0.06 * lifts[1])), lean=-0.08 * sway
    )


def _jumping(build: Build, beat: Beat) -> Legs:
    turn = (0.9 * beat.t + beat.phase) % 1.0
    air = max(0.0, math.sin(math.pi * (turn - 0.25) / 0.6)) if 0.25 < turn < 0.85 else 0.0
    crouch = 0.05 * (1 - min(1.0, abs(turn - 0.12) / 0.13)) if turn < 0.25 else 0.0
    up = 0.17 * air
    tuck = 0.07 * air
    return Legs(
        (0.0, build.hip + up - crouch), ((-0.055, ANKLE + up + tuck), (0.06, ANKLE + up + 0.4 * tuck)), (-0.5 * air, -0.5 * air)
    )


def _rowing(build: Build, beat: Beat) -> Legs:
    pull = beat.wave(0.45)
    out = THIGH * build.leg
    return Legs((0.0, SEAT), ((out + 0.10, 0.10), (out + 0.14, 0.10)), (0.5, 0.5), 0.04 - 0.22 * pull)


def _riding(build: Build) -> Legs:
    return Legs((0.0, build.hip), ((0.05, build.hip - 0.34), (0.05, build.hip - 0.34)), knees=((0.12, build.hip - 0.14),) * 2)


def _pedalling(build: Build, beat: Beat) -> Legs:
    """On a bicycle: the feet go round with the cranks."""
    turn = -math.tau * beat.stride
    hub, crank = (0.105, build.hip - 0.325), 0.090
    feet = [(hub[0] + side * crank * math.cos(turn), hub[1] + side * crank * math.sin(turn)) for side in (-1, 1)]
    return Legs((0.0, build.hip), (feet[0], feet[1]), lean=0.52)


def _driving(build: Build) -> Legs:
    return Legs((0.0, build.hip), ((0.25, build.hip - 0.24), (0.25, build.hip - 0.24)), lean=0.06)


def legs_for(act: str, build: Build, beat: Beat, side_on: bool, stride: float) -> Legs:
    """The legs of an act; standing where there is nothing to do."""
    table: Mapping[str, Callable[[], Legs]] = {
        "sit": lambda: _sitting(build, side_on), "sit_low": lambda: _on_the_ground(build, side_on),
        "kneel": lambda: _kneeling(build, side_on), "dance": lambda: _dancing(build, beat), "jump": lambda: _jumping(build, beat),
        "row": lambda: _rowing(build, beat), "ride": lambda: _riding(build), "pedal": lambda: _pedalling(build, beat),
        "drive": lambda: _driving(build),
    }  # fmt: skip
    if act in table:
        return table[act]()
    if beat.pace != "still":
        return _walking(build, beat, stride) if side_on else _coming(build, beat)
    return _standing(build, side_on)
