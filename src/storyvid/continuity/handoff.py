"""What keeps one chunk like the one before: which frame is handed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from storyvid.backends.base import Frame

# Part of what a stored clip looks like: raise CLIP_FORMAT in `storyvid.clips.fingerprint` when one of them changes.
SHARPNESS_HEIGHT = 480  # sharpness is compared at one height, so that the choice doesn't depend on the clip's size
SHARP_ENOUGH = 0.95  # of the sharpest


def sharpness(frame: Frame) -> float:
    """Variance of the Laplacian of luma at 480 lines; higher is sharper.

    Args:
        frame: uint8 (height, width, 3) RGB.
    """
    luma = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    scale = SHARPNESS_HEIGHT / luma.shape[0]
    if scale < 1:
        luma = cv2.resize(luma, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return float(np.var(cv2.Laplacian(luma, cv2.CV_64F)))


def sharpest(frames: Sequence[Frame]) -> int:
    """Index of the frame to hand over: the latest that is nearly as sharp as the sharpest.

    The latest, since every frame after it is thrown away, and a difference of a few per cent is noise.

    Args:
        frames: Candidates in time order, each uint8 (height, width, 3) RGB.
    """
    values = [sharpness(frame) for frame in frames]
    return max(index for index, value in enumerate(values) if value >= SHARP_ENOUGH * max(values))
