"""The camera's moves: the path of each movement.

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
