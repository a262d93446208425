"""The camera: where it stands for a shot size and an angle, and the path of each movement.

Everything is a pure function of the shot and of time. A pose says how far the camera has left its place; `scene` turns
it into a projection, in which near things move more than far ones. Pan, tilt and zoom turn or change the lens and so
move all layers alike; dolly, truck, pedestal, crane, track, arc and drone carry the camera and so give parallax.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

SPEED_SCALE: Mapping[str, float] = {"slow": 0.55, "medium": 1.0, "fast": 1.6}

# Amplitudes at medium speed, over the whole shot.
PAN_WIDTHS = 0.30
TILT_HEIGHTS = 0.30
DOLLY_SHARE = 0.36  # of the distance to the subject
TRUCK_WIDTHS = 0.34  # at the subject's distance
PEDESTAL_HEIGHTS = 0.26
CRANE_HEIGHTS = 0.60
CRANE_KEPT = 0.72  # how much of a crane's rise the tilt takes back, to keep the subject in frame
ZOOM_FACTOR = 1.42
TRACK_WIDTHS_PER_S = 0.30
MAX_TRACK_WIDTHS = 2.2
ARC_WIDTHS = 0.55
WHIP_WIDTHS = 1.5
WHIP_SPAN = (0.30, 0.62)  # part of the shot in which a whip pan turns
ROLL_DEGREES = 16.0
DRONE_SHARE = 0.42
DRONE_RISE_HEIGHTS = 0.42
HANDHELD_HEIGHTS = 0.013
STEADICAM_HEIGHTS = 0.008
FLOAT_FREQUENCIES_HZ = (0.31, 0.73, 1.37, 2.30)
DUTCH_DEGREES = 9.0
SHUTTER = 0.5  # 180 degrees


@dataclass(frozen=True)
class Pose:
    """How far the camera is from its place.

    Attributes:
        pan: Turned right, frame widths.
        tilt: Turned up, frame heights.
        truck: Moved right, frame widths at the subject's distance.
        rise: Moved up, frame heights at the subject's distance.
        advance: Moved forward, share of the distance to the subject.
        zoom: Factor of the focal length.
        roll: Turned clockwise, degrees.
        focus: 0 the background is sharp, 1 the subject is sharp.
        carry: The subject moves along, frame widths at its distance.
    """

    pan: float = 0.0
    tilt: float = 0.0
    truck: float = 0.0
    rise: float = 0.0
    advance: float = 0.0
    zoom: float = 1.0
    roll: float = 0.0
    focus: float = 1.0
    carry: float = 0.0


@dataclass(frozen=True)
class Path:
    """The time base of a move.

    Attributes:
        movement: Canonical movement id.
        gain: Scale of the amplitude, from the speed.
        seconds: Programme time of the shot.
        seed: Seeds the shake of handheld and steadicam.
    """

    movement: str
    gain: float
    seconds: float
    seed: int


def smoothstep(x: float) -> float:
    """Eased 0 to 1, with no jolt at either end; clamped outside."""
    x = min(1.0, max(0.0, x))
    return x * x * (3.0 - 2.0 * x)


def float_noise(seed: int, axis: int, t: float) -> float:
    """Smooth seeded wander of roughly -1 to 1 at time ``t`` seconds, like a hand that holds a camera."""
    source = random.Random(seed * 31 + axis)
    waves = [(source.random(), frequency * (0.85 + 0.3 * source.random())) for frequency in FLOAT_FREQUENCIES_HZ]
    return sum(math.sin(math.tau * (phase + rate * t)) / (1 + i) for i, (phase, rate) in enumerate(waves)) / 1.6


def _about(e: float, amplitude: float) -> float:
    """From -amplitude/2 to +amplitude/2, so that the shot's framing is met in the middle of the move."""
    return amplitude * (e - 0.5)


def _track(path: Path, e: float, t: float) -> Pose:
    way = min(MAX_TRACK_WIDTHS, TRACK_WIDTHS_PER_S * max(1.0, path.seconds)) * path.gain
    return Pose(truck=_about(e, way), carry=_about(e, way), rise=0.004 * float_noise(path.seed, 1, t))


def _arc(path: Path, e: float, t: float) -> Pose:
    way = _about(e, ARC_WIDTHS * path.gain)
    return Pose(truck=way, pan=-way)


def _crane(path: Path, e: float, sign: float) -> Pose:
    rise = sign * _about(e, CRANE_HEIGHTS * path.gain)
    return Pose(rise=rise, tilt=-CRANE_KEPT * rise, advance=-0.10 * path.gain * sign * (e - 0.5))


def _handheld(path: Path, e: float, t: float) -> Pose:
    reach = HANDHELD_HEIGHTS * path.gain
    return Pose(
        pan=reach * 0.7 * float_noise(path.seed, 1, t), tilt=reach * float_noise(path.seed, 2, t),
        truck=reach * 0.7 * float_noise(path.seed, 3, t * 0.6), rise=reach * 0.8 * float_noise(path.seed, 4, t * 0.6),
    )  # fmt: skip


def _steadicam(path: Path, e: float, t: float) -> Pose:
    reach = STEADICAM_HEIGHTS * path.gain
    return Pose(
        advance=_about(e, 0.22 * path.gain),
        truck=reach * float_noise(path.seed, 1, t * 0.35),
        rise=reach * float_noise(path.seed, 2, t * 0.35),
    )


def _whip(path: Path, u: float) -> Pose:
    start, stop = WHIP_SPAN
    return Pose(pan=-WHIP_WIDTHS * path.gain * (1.0 - smoothstep((u - start) / (stop - start))))


def _drone(path: Path, e: float, t: float) -> Pose:
    rise = DRONE_RISE_HEIGHTS * path.gain * e
    return Pose(
        advance=_about(e, DRONE_SHARE * path.gain), rise=rise, tilt=-0.85 * rise, truck=0.01 * float_noise(path.seed, 1, t * 0.3)
    )


# Each is given the path, the eased and the plain share of the programme time, and the clip time in seconds.
MOVES: Mapping[str, Callable[[Path, float, float, float], Pose]] = {
    "static": lambda path, e, u, t: Pose(),
    "pan_left": lambda path, e, u, t: Pose(pan=-_about(e, PAN_WIDTHS * path.gain)),
    "pan_right": lambda path, e, u, t: Pose(pan=_about(e, PAN_WIDTHS * path.gain)),
    "tilt_up": lambda path, e, u, t: Pose(tilt=_about(e, TILT_HEIGHTS * path.gain)),
    "tilt_down": lambda path, e, u, t: Pose(tilt=-_about(e, TILT_HEIGHTS * path.gain)),
    "dolly_in": lambda path, e, u, t: Pose(advance=_about(e, DOLLY_SHARE * path.gain)),
    "dolly_out": lambda path, e, u, t: Pose(advance=-_about(e, DOLLY_SHARE * path.gain)),
    "truck_left": lambda path, e, u, t: Pose(truck=-_about(e, TRUCK_WIDTHS * path.gain)),
    "truck_right": lambda path, e, u, t: Pose(truck=_about(e, TRUCK_WIDTHS * path.gain)),
    "pedestal_up": lambda path, e, u, t: Pose(rise=_about(e, PEDESTAL_HEIGHTS * path.gain)),
    "pedestal_down": lambda path, e, u, t: Pose(rise=-_about(e, PEDESTAL_HEIGHTS * path.gain)),
    "crane_up": lambda path, e, u, t: _crane(path, e, 1.0),
    "crane_down": lambda path, e, u, t: _crane(path, e, -1.0),
    "zoom_in": lambda path, e, u, t: Pose(zoom=ZOOM_FACTOR ** (path.gain * (e - 0.5))),
    "zoom_out": lambda path, e, u, t: Pose(zoom=ZOOM_FACTOR ** (path.gain * (0.5 - e))),
    "track": lambda path, e, u, t: _track(path, e, t),
    "arc": lambda path, e, u, t: _arc(path, e, t),
    "handheld": lambda path, e, u, t: _handheld(path, e, t),
    "steadicam": lambda path, e, u, t: _steadicam(path, e, t),
    "whip_pan": lambda path, e, u, t: _whip(path, u),
    "rack_focus": lambda path, e, u, t: Pose(focus=smoothstep((u - 0.2) / 0.6)),
    "roll": lambda path, e, u, t: Pose(roll=_about(e, ROLL_DEGREES * path.gain)),
    "drone": lambda path, e, u, t: _drone(path, e, t),
}


def pose_at(path: Path, u: float, t: float) -> Pose:
    """Where the camera is.

    Args:
        path: The move and its time base.
        u: Share of the programme time that has passed; below 0 and above 1 (handles) the eased path rests.
        t: Clip time in seconds, for moves that never rest.
    """
    return MOVES[path.movement](path, smoothstep(u), min(1.0, max(0.0, u)), t)


# Share of the frame's height that a standing person takes.
PERSON_SHARE: Mapping[str, float] = {
    "ecu": 6.4, "cu": 3.7, "mcu": 2.55, "ms": 1.75, "mls": 1.22, "fs": 0.76, "ls": 0.44, "els": 0.17,
}  # fmt: skip
# Which height of the subject (share of its height) lies on which row (share of the frame).
ANCHOR: Mapping[str, tuple[float, float]] = {
    "ecu": (0.925, 0.47), "cu": (0.915, 0.46), "mcu": (0.875, 0.45), "ms": (0.80, 0.48), "mls": (0.70, 0.52),
    "fs": (0.50, 0.53), "ls": (0.0, 0.86), "els": (0.0, 0.82),
}  # fmt: skip
HORIZON: Mapping[str, float] = {
    "ecu": 0.47, "cu": 0.49, "mcu": 0.50, "ms": 0.52, "mls": 0.55, "fs": 0.58, "ls": 0.60, "els": 0.62,
}  # fmt: skip
# Row of the horizon for an angle (None keeps the size's own), and how much of their height upright things keep.
ANGLE_HORIZON: Mapping[str, float | None] = {
    "eye_level": None, "shoulder": None, "dutch": None, "low": 0.70, "worm_eye": 0.93, "high": 0.22, "aerial": 0.10,
    "overhead": -0.42, "hip": 0.64, "knee": 0.72,
}  # fmt: skip
ANGLE_UPRIGHT: Mapping[str, float] = {"high": 0.90, "aerial": 0.72, "overhead": 0.5}
DEFAULT_SIZE = "ls"
LENS_HEIGHT_MM = 24.0
MIN_FOCAL, MAX_FOCAL = 0.55, 5.0
SHALLOW_BLUR: Mapping[str, float] = {"ecu": 0.022, "cu": 0.014}  # standard deviation, frame heights
ASKED_BLUR = 0.010
TELE_MM = 85
MIN_EYE_M = 0.12


@dataclass(frozen=True)
class Setup:
    """Where the camera stands before it moves.

    Attributes:
        focal: Focal length, in frame heights.
        distance_m: To the subject.
        eye_m: Height above the ground.
        horizon: Row of the horizon, share of the frame's height from the top.
        upright: How much of their height upright things keep when seen from above.
        blur: Standard deviation of the background's blur, frame heights.
        roll: Fixed tilt of a dutch angle, degrees.
        aside: How far right of the middle it stands, frame widths at the subject's distance.
    """

    focal: float
    distance_m: float
    eye_m: float
    horizon: float
    upright: float
    blur: float
    roll: float
    aside: float = 0.0


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
    natural = 1.12 * (share / 0.76) ** 0.35
    focal = min(MAX_FOCAL, max(MIN_FOCAL, lens_mm / LENS_HEIGHT_MM if lens_mm else natural))
    distance = focal * subject_height_m / share
    upright = ANGLE_UPRIGHT.get(angle, 1.0)
    horizon = ANGLE_HORIZON.get(angle)
    level = HORIZON[size] if horizon is None else horizon
    part, row = ANCHOR[size]
    part = part if is_person or size in {"fs", "ls", "els"} else 0.55
    anchor_m = (base_m + part * subject_height_m) * upright
    eye = anchor_m + (row - level) * distance / focal
    if eye < MIN_EYE_M:  # the ground is in the way: stay above it and let the horizon follow
        level, eye = row - (MIN_EYE_M - anchor_m) * focal / distance, MIN_EYE_M
    return Setup(
        focal, distance, eye, level, upright, _blur(size, lens_mm, depth_of_field), DUTCH_DEGREES if angle == "dutch" else 0.0
    )


def _blur(size: str, lens_mm: int | None, depth_of_field: str | None) -> float:
    if depth_of_field == "deep":
        return 0.0
    blur = SHALLOW_BLUR.get(size, 0.0)
    asked = depth_of_field == "shallow" or (lens_mm or 0) >= TELE_MM
    return max(blur, ASKED_BLUR) if asked else blur
