"""Where the camera stands for a shot size and an angle, with which lens, and what that lens leaves out of focus."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

# Share of the frame's height that a standing person takes.
PERSON_SHARE: Mapping[str, float] = {
    "ecu": 8.8, "cu": 3.7, "mcu": 2.55, "ms": 1.75, "mls": 1.16, "fs": 0.76, "ls": 0.44, "els": 0.17,
}  # fmt: skip
# Which height of the subject (share of its height) lies on which row (share of the frame).
ANCHOR: Mapping[str, tuple[float, float]] = {
    "ecu": (0.925, 0.47), "cu": (0.915, 0.46), "mcu": (0.875, 0.45), "ms": (0.80, 0.48), "mls": (0.70, 0.52),
    "fs": (0.50, 0.53), "ls": (0.0, 0.86), "els": (0.0, 0.82),
}  # fmt: skip
HORIZON: Mapping[str, float] = {
    "ecu": 0.47, "cu": 0.49, "mcu": 0.50, "ms": 0.52, "mls": 0.55, "fs": 0.58, "ls": 0.60, "els": 0.62,
}  # fmt: skip
PITCH_DEGREES: Mapping[str, float] = {"low": 19.0, "high": -24.0, "aerial": -38.0}  # up is positive
EYE_SHARE: Mapping[str, float] = {"worm_eye": 0.05, "shoulder": 0.82, "hip": 0.55, "knee": 0.29}  # of the subject's height
STEEPEST_DEGREES: Mapping[str, float] = {"worm_eye": 33.0, "shoulder": 8.0, "hip": 16.0, "knee": 22.0}  # then the camera rises
LENS_SHARE: Mapping[str, float] = {"low": 0.84, "worm_eye": 0.62, "high": 0.9, "aerial": 0.86}  # how much wider the lens is
WIDE_AERIAL_DEGREES = -30.0  # of landscapes, which need more of their depth
SKY_SHARE = 0.13  # of the frame's height, above the horizon of a wide view from high up
DEEP_M = 10.0  # a corridor or a hall whose end is further off leads the eye there
NEAREST_SHARE = 0.5  # of its distance, that a camera keeps when a room brings it nearer
ROOM_SHARE = 0.27  # of the frame's height, that the far wall of a room takes at least
HIGHER = 3.0  # times as far off and as high an empty landscape is seen from the air
LANDSCAPE = frozenset({"ls", "els"})
OVERHEAD_ROW = 0.5
DUTCH_DEGREES = 9.0
DEFAULT_SIZE = "ls"
LENS_HEIGHT_MM = 24.0  # of the 35 mm frame
MIN_FOCAL, MAX_FOCAL = 0.55, 5.0
MIN_EYE_M = 0.12
HEAD_ROOM_M = 0.2  # that a camera keeps from ceiling and walls
APERTURE: Mapping[str | None, float] = {None: 2.8, "shallow": 1.3, "deep": 22.0}  # f-number
DISC_SIGMA = 0.28  # standard deviation of the Gaussian that stands in for a blur disc, in diameters
SHARP = 0.0014  # blur that nobody sees, frame heights


@dataclass(frozen=True)
class Setup:
    """Where the camera stands before it moves.

    Attributes:
        focal: Focal length, in frame heights.
        distance_m: To the subject, along the optical axis.
        eye_m: Height above the ground.
        level: Row of the optical axis, share of the frame's height from the top.
        pitch: How far it looks up, radians; negative looks down.
        anchor_m: Height of the point of the subject that the framing holds on to.
        anchor_row: Row of that point.
        aperture: f-number.
        roll: Fixed tilt of a dutch angle, degrees.
        above: Looks straight down.
        aside: How far right of the middle it stands, frame widths at the subject's distance.
    """

    focal: float
    distance_m: float
    eye_m: float
    level: float
    pitch: float
    anchor_m: float
    anchor_row: float
    aperture: float
    roll: float = 0.0
    above: bool = False
    aside: float = 0.0

    @property
    def horizon(self) -> float:
        """Row of the horizon, share of the frame's height from the top."""
        return self.level + self.focal * math.tan(self.pitch)

    @property
    def ground_m(self) -> float:
        """Distance to the subject along the ground."""
        if self.above:
            return 0.0
        seen = math.atan((self.anchor_row - self.level) / self.focal)
        return self.distance_m / math.cos(seen) * math.cos(seen - self.pitch)

    def plane_row(self, row: float) -> float:
        """Row of the upright picture plane (see `view`) for a row of the frame, shares of the frame's height."""
        down = (row - self.level) / self.focal
        cos, sin = math.cos(self.pitch), math.sin(self.pitch)
        return self.horizon + self.focal * (down * cos - sin) / (cos + down * sin)

    def blur(self, distance_m: float) -> float:
        """Standard deviation of the blur of what is at a distance from the lens, frame heights.

        The circle of confusion of a thin lens that is focused on the subject: F^2 / (N (s - F)) * |z - s| / z.
        """
        lens = self.focal * LENS_HEIGHT_MM / 1000
        focus = max(self.distance_m, 2 * lens)
        off = 1.0 if math.isinf(distance_m) else abs(distance_m - focus) / max(distance_m, 2 * lens)
        sigma = DISC_SIGMA * lens**2 / (self.aperture * (focus - lens)) * off / (LENS_HEIGHT_MM / 1000)
        return sigma if sigma > SHARP else 0.0


def share_for(size: str, is_person: bool) -> float:
    """Share of the frame's height that the whole subject takes; tight sizes go less close to things than to people."""
    share = PERSON_SHARE[size]
    return share if is_person or share < 1 else float(share**0.30)


def set_up(
    size: str, angle: str, lens_mm: int | None, depth_of_field: str | None, subject_height_m: float, base_m: float, is_person: bool
) -> Setup:
    """Place the camera so that the subject has the size that was asked for.

    Args:
        size: Shot size id.
        angle: Angle id.
        lens_mm: Focal length, 35 mm equivalent, or None to go with the size. It changes the background, not the subject.
        depth_of_field: shallow, deep, or None to go with size and lens.
        subject_height_m: Height of the subject.
        base_m: Height of the subject's lowest point above the ground.
        is_person: Tight sizes then frame a head.
    """
    share = share_for(size, is_person)
    natural = 1.12 * (share / 0.76) ** 0.35 * LENS_SHARE.get(angle, 1.0)
    focal = min(MAX_FOCAL, max(MIN_FOCAL, lens_mm / LENS_HEIGHT_MM if lens_mm else natural))
    part, row = ANCHOR[size]
    part = part if is_person or size in {"fs", "ls", "els"} else 0.55
    setup = Setup(
        focal=focal, distance_m=focal * subject_height_m / share, eye_m=0.0, level=0.5, pitch=0.0,
        anchor_m=base_m + part * subject_height_m, anchor_row=row, aperture=APERTURE[depth_of_field],
        roll=DUTCH_DEGREES if angle == "dutch" else 0.0,
    )  # fmt: skip
    if angle == "overhead":
        top = base_m + (0.75 if is_person else 0.5) * subject_height_m
        return replace(setup, above=True, eye_m=top + setup.distance_m, anchor_m=top, anchor_row=OVERHEAD_ROW)
    if angle in EYE_SHARE:
        placed = _at_height(setup, max(MIN_EYE_M, base_m * 0.5 + EYE_SHARE[angle] * subject_height_m))
        steepest = math.radians(STEEPEST_DEGREES[angle])
        return placed if placed.pitch <= steepest else _pitched(setup, steepest)
    if angle in PITCH_DEGREES:
        return _pitched(setup, _pitch(size, angle, focal))
    level = HORIZON[size]
    return _upright(replace(setup, level=level))


def _pitch(size: str, angle: str, focal: float) -> float:
    """How far an angle looks up or down, radians; a wide view from high up keeps a strip of sky."""
    if size not in LANDSCAPE:
        return math.radians(PITCH_DEGREES[angle])
    if angle == "high":
        return max(math.radians(PITCH_DEGREES[angle]), -math.atan((0.5 - SKY_SHARE) / focal))
    return math.radians(WIDE_AERIAL_DEGREES if angle == "aerial" else PITCH_DEGREES[angle])


def _upright(setup: Setup) -> Setup:
    """The camera looks level; where the ground is in the way it stays above it and the picture shifts."""
    eye = setup.anchor_m + (setup.anchor_row - setup.level) * setup.distance_m / setup.focal
    if eye >= MIN_EYE_M:
        return replace(setup, eye_m=eye)
    level = setup.anchor_row - (MIN_EYE_M - setup.anchor_m) * setup.focal / setup.distance_m
    return replace(setup, eye_m=MIN_EYE_M, level=level)


def _pitched(setup: Setup, pitch: float) -> Setup:
    """The camera looks up or down by an angle; it stands as low or high as the framing then needs."""
    setup = replace(setup, pitch=pitch)
    seen = math.atan((setup.anchor_row - setup.level) / setup.focal)
    eye = setup.anchor_m + setup.ground_m * math.tan(seen - pitch)
    return _at_height(setup, MIN_EYE_M) if eye < MIN_EYE_M else replace(setup, eye_m=eye)


def _at_height(setup: Setup, eye_m: float) -> Setup:
    """The camera stands at a height and looks up or down as far as the framing needs."""
    seen = math.atan((setup.anchor_row - setup.level) / setup.focal)
    slant = setup.distance_m / math.cos(seen)
    rise = max(-0.9, min(0.9, (setup.anchor_m - eye_m) / slant))
    return replace(setup, eye_m=eye_m, pitch=seen + math.asin(rise))


def stand_back(setup: Setup, factor: float) -> Setup:
    """The same view from further off, so that more fits; what the framing holds on to keeps its row.

    Args:
        setup: As placed for one subject.
        factor: Of the distance; less than 1 comes nearer.
    """
    further = replace(setup, distance_m=setup.distance_m * factor)
    if setup.above:
        return replace(further, eye_m=setup.anchor_m + further.distance_m)
    eye = setup.anchor_m + (setup.eye_m - setup.anchor_m) * factor
    if not setup.pitch:
        return _upright(further)
    return _at_height(further, MIN_EYE_M) if eye < MIN_EYE_M else replace(further, eye_m=eye)


def come_indoors(setup: Setup, ceiling_m: float, end_m: float) -> Setup:
    """The same view from as near as a room needs to fill the frame: its far wall would be a strip between bare side walls.

    Args:
        setup: As placed.
        ceiling_m: Height of the ceiling, or infinite.
        end_m: Depth of the far wall, or infinite.
    """
    if math.isinf(ceiling_m) or end_m > DEEP_M or setup.above:
        return setup
    farthest = setup.focal * ceiling_m / ROOM_SHARE - end_m
    return stand_back(setup, max(NEAREST_SHARE, farthest / setup.distance_m)) if farthest < setup.distance_m else setup


def keep_inside(setup: Setup, ceiling_m: float) -> Setup:
    """The same view from under a ceiling.

    Args:
        setup: As placed.
        ceiling_m: Height of the ceiling, or infinite.
    """
    top = ceiling_m - HEAD_ROOM_M
    if setup.eye_m <= top or setup.above:
        return setup
    return _at_height(setup, max(MIN_EYE_M, top))
