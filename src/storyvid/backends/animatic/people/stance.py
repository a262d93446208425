"""How a body stands: its joints, from what the legs and the arms do in a frame.

Lengths are shares of the person's height, x forward (the way the person faces), y up from the ground. Limbs of two bones
are bent so that the hand or the foot comes to lie where the act wants it (two-bone inverse kinematics). Index 0 is the limb
away from the camera, 1 the one near to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Point = tuple[float, float]
Pair = tuple[Point, Point]

THIGH, SHIN, ANKLE = 0.232, 0.213, 0.045
UPPER_ARM, FOREARM = 0.168, 0.158
ADULT_HIP = 0.484
SEAT = 0.265  # height of the hips of somebody who sits
WALK_STRIDE, RUN_STRIDE = 0.78, 1.35  # two steps, shares of the height, at a natural pace
STANCE_SHARE: Mapping[str, float] = {"walk": 0.60, "run": 0.36}  # of a stride that a foot stands on the ground


@dataclass(frozen=True)
class Build:
    """Proportions.

    Attributes:
        head: Size of the head, 1 is an adult's.
        hip: Height of the hips.
        neck: Height of the root of the neck.
        shoulder: Half width of the shoulders.
        girth: Thickness of limbs and body, 1 is an adult's.
        stoop: How far the back is bent, radians.
    """

    head: float = 1.0
    hip: float = ADULT_HIP
    neck: float = 0.835
    shoulder: float = 0.094
    girth: float = 1.0
    stoop: float = 0.0

    @property
    def leg(self) -> float:
        """Length of the legs, 1 is an adult's."""
        return (self.hip - ANKLE) / (ADULT_HIP - ANKLE)

    @property
    def trunk(self) -> float:
        """Length of trunk and arms, 1 is an adult's."""
        return (self.neck - self.hip) / (0.835 - ADULT_HIP)


ADULT = Build()
CHILD = Build(head=1.42, hip=0.415, neck=0.745, shoulder=0.098, girth=1.14)
OLD = Build(head=1.02, stoop=0.13)


@dataclass(frozen=True)
class Beat:
    """Where in its motion a body is.

    Attributes:
        t: Clip time, seconds.
        phase: 0 to 1, so that no two people move in step.
        stride: Strides made so far; whole numbers are the same pose.
        pace: still, walk or run.
    """

    t: float
    phase: float
    stride: float
    pace: str

    def wave(self, hertz: float, shift: float = 0.0) -> float:
        """A sine of time, -1 to 1."""
        return math.sin(math.tau * (hertz * self.t + self.phase + shift))


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


@dataclass(frozen=True)
class Legs:
    """What the legs give: where the hips are, how the back leans, and where knees and feet go."""

    pelvis: Point
    ankles: Pair
    toes: tuple[float, float] = (0.0, 0.0)
    lean: float = 0.0
    knees: Pair | None = None


def bend(start: Point, target: Point, upper: float, lower: float, sign: float) -> Pair:
    """The middle joint and the end of a limb of two bones that reaches for a target.

    Args:
        start: Hip or shoulder.
        target: Where foot or hand should be; drawn nearer where it is out of reach.
        upper: Length of the first bone.
        lower: Length of the second.
        sign: 1 bends the joint forward (knees), -1 back (elbows).
    """
    dx, dy = target[0] - start[0], target[1] - start[1]
    distance = math.hypot(dx, dy) or 1e-6
    reach = min(max(distance, abs(upper - lower) + 1e-4), (upper + lower) * 0.999)
    end = (start[0] + dx / distance * reach, start[1] + dy / distance * reach)
    along = math.atan2(dy, dx)
    corner = math.acos(max(-1.0, min(1.0, (upper**2 + reach**2 - lower**2) / (2 * upper * reach))))
    angle = along + sign * corner
    return (start[0] + upper * math.cos(angle), start[1] + upper * math.sin(angle)), end


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
