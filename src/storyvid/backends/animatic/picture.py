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
FLOATING = frozenset({"handheld", "steadicam"})  # moves that never rest: they begin within a second
FLOAT_ROOM = 0.06


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
    if path.movement == "whip_pan":  # a still has one view: there is nothing to whip to
        return Crop()
    moved = _difference(camera.pose_at(path, u, t), camera.pose_at(path, 0.0, 0.0))
    floats = path.movement in FLOATING
    begun = camera.smoothstep(t if floats else u)
    aside = (moved.truck if path.movement == "arc" else moved.pan + moved.truck) * (begun if floats else 1.0)
    upward = (moved.tilt + moved.rise) * (begun if floats else 1.0)
    scale = max(OUTWARD, moved.zoom / (1 - moved.advance))
    if aside or upward:
        scale = max(1.0, scale) * (1 + min(MAX_ROOM, (FLOAT_ROOM if floats else ROOM) * path.gain) * begun)
    room = max(0.0, (1 - 1 / scale) / 2)
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
