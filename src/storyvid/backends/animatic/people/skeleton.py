"""What a body is made of: its proportions, where it is in its motion, and limbs of two bones that reach for a place.

Lengths are shares of the person's height, x forward (the way the person faces), y up from the ground.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Point = tuple[float, float]


Pair = tuple[Point, Point]


THIGH, SHIN, ANKLE = 0.232, 0.213, 0.045


UPPER_ARM, FOREARM = 0.168, 0.158


ADULT_HIP = 0.484


SEAT = 0.265  # height of the hips of somebody who sits


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
