"""A given picture under the shot's camera move: crops and enlargements of one still.

The move starts from the picture as it is, so that the shot's first frame is the picture itself, and only ever goes
inward, where there is picture. What would go outward (pulling back, zooming out) can't know what lies beyond the
edges; those moves end on a slightly smaller picture whose rim is its own mirror image.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic import camera
from storyvid.backends.animatic.camera import Path, Pose

ROOM = 0.16  # enlargement that gives a sideways move its room, at medium speed
MAX_ROOM = 0.30
OUTWARD = 0.93  # least scale of a move that pulls back
IDENTITY_PX = 1e-6


@dataclass(frozen=True)
class Crop:
    """Which part of the picture is shown.

    Attributes:
        scale: Enlargement.
        x: Centre moved right, share of the width.
        y: Centre moved down, share of the height.
        degrees: Roll.
    """

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0
    degrees: float = 0.0


def crop_at(path: Path, u: float, t: float) -> Crop:
    """The part of the picture that a move shows.

    Args:
        path: The move.
        u: Share of the programme time that has passed.
        t: Clip time, seconds.
    """
    now, start = camera.pose_at(path, u, t), camera.pose_at(path, 0.0, 0.0)
    e = camera.smoothstep(u)
    moved = _difference(now, start)
    scale = moved.zoom / max(0.3, 1 - moved.advance)
    aside, upward = moved.pan + moved.truck, moved.tilt + moved.rise
    if path.movement in {"handheld", "steadicam", "drone"}:
        aside, upward = aside * camera.smoothstep(t), upward * camera.smoothstep(t)
    if path.movement == "whip_pan":
        aside = math.copysign(0.0, 1.0)  # there is nothing to whip to: a still has one view
    sideways = abs(aside) + abs(upward) > 1e-9
    rolled = abs(moved.roll) > 1e-9
    if sideways or rolled:
        scale = max(1.0, scale) + min(MAX_ROOM, ROOM * path.gain) * (
            e if path.movement not in {"handheld", "steadicam"} else camera.smoothstep(t) * 0.4
        )
    scale = max(scale, OUTWARD)
    room = max(0.0, (1 - 1 / scale) / 2)
    if rolled:
        room = 0.0
        scale *= 1 / max(0.5, math.cos(math.radians(moved.roll)) - abs(math.sin(math.radians(moved.roll))) * 0.0)
    return Crop(scale, max(-room, min(room, aside)), max(-room, min(room, -upward)), moved.roll)


def _difference(now: Pose, start: Pose) -> Pose:
    return replace(
        now, pan=now.pan - start.pan, tilt=now.tilt - start.tilt, truck=now.truck - start.truck, rise=now.rise - start.rise,
        advance=now.advance - start.advance, zoom=now.zoom / start.zoom, roll=now.roll - start.roll,
    )  # fmt: skip


def show(picture: NDArray[np.uint8], crop: Crop) -> NDArray[np.uint8]:
    """The picture as the crop shows it, at the same size. An empty crop gives an exact copy.

    Args:
        picture: (height, width, 3) RGB.
        crop: From `crop_at`.
    """
    if crop == Crop():
        return picture.copy()
    height, width = picture.shape[:2]
    scale = max(crop.scale, _cover(width, height, crop.degrees)) if crop.degrees else crop.scale
    matrix = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), crop.degrees, scale)
    matrix[:, 2] -= (crop.x * width * scale, crop.y * height * scale)
    shown = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(shown, dtype=np.uint8)


def _cover(width: int, height: int, degrees: float) -> float:
    """Enlargement at which a turned picture still covers the frame."""
    angle = math.radians(abs(degrees))
    shape = max(width / height, height / width)
    return math.cos(angle) + shape * math.sin(angle)
