"""Which frame is handed over to the next chunk: a late one that is sharp and neither too bright nor too dark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from storyvid.backends.base import Frame

# Part of what a stored clip looks like: raise HANDOFF_RULE in `storyvid.clips.fingerprint` when one of them changes.
SHARPNESS_HEIGHT = 480  # sharpness is compared at one height, so that the choice doesn't depend on the clip's size
SHARP_ENOUGH = 0.95  # of the sharpest
USUAL_LUMA = 0.02  # of full scale: five of 255 levels away from the candidates' median
MORE_CLIPPED = 0.01  # share of the pixels: above the candidate that clips the fewest
BLACK, WHITE = 2, 253  # luma levels that count as clipped


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


def exposure(frame: Frame) -> tuple[float, float]:
    """Mean luma, and the share of pixels that are clipped to black or white; both 0 to 1.

    Args:
        frame: uint8 (height, width, 3) RGB.
    """
    luma = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    return float(luma.mean()) / 255, float(((luma <= BLACK) | (luma >= WHITE)).mean())


def choose_handoff(frames: Sequence[Frame]) -> int:
    """Index of the frame to hand over: of those that are exposed like the others, the latest that is nearly the sharpest.

    The latest, since every frame after it is thrown away, and a difference of a few per cent is noise. Exposure comes first: a
    flash or a pumping of the light in that one frame would become the light of the whole next chunk.

    Args:
        frames: Candidates in time order, each uint8 (height, width, 3) RGB.
    """
    lumas, clipped = zip(*(exposure(frame) for frame in frames), strict=True)
    usual, least = float(np.median(lumas)), min(clipped)
    exposed = [
        index
        for index, (luma, share) in enumerate(zip(lumas, clipped, strict=True))
        if abs(luma - usual) <= USUAL_LUMA and share - least <= MORE_CLIPPED
    ]
    sharp = {index: sharpness(frames[index]) for index in exposed or range(len(frames))}
    return max(index for index, value in sharp.items() if value >= SHARP_ENOUGH * max(sharp.values()))
