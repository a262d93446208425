"""What a lens does to a picture: things out of focus, the dark corners, the smear of a whip pan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic.view import View

Picture = NDArray[np.uint8]  # (height, width, 3) RGB

VIGNETTE_DEPTH = 0.20  # darkening of the far corners
COARSEST = 4  # blurred pictures are painted at a fraction of the size, down to a quarter
SIGMA_PER_STEP = 1.5  # pixels of blur that hide one more step of coarseness


def coarseness(sigma: float) -> int:
    """By which whole number a picture may be painted smaller when it is to be blurred.

    Args:
        sigma: Standard deviation of the blur, pixels.
    """
    return max(1, min(COARSEST, int(sigma / SIGMA_PER_STEP)))


def blurred(picture: Picture, sigma: float) -> Picture:
    """The picture out of focus; painted small where that can't be seen."""
    coarse = coarseness(sigma)
    height, width = picture.shape[:2]
    size = (max(1, width // coarse), max(1, height // coarse))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA) if coarse > 1 else picture
    soft = cv2.GaussianBlur(small, (0, 0), max(0.3, sigma / coarse))
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def enlarge(small: Picture, coarse: int, target: Picture) -> None:
    """Fill ``target`` with a picture that was painted ``coarse`` times smaller."""
    height, width = target.shape[:2]
    if (small.shape[0] * coarse, small.shape[1] * coarse) == (height, width):
        cv2.resize(small, (width, height), dst=target, interpolation=cv2.INTER_LINEAR)
        return
    large = cv2.resize(small, (small.shape[1] * coarse, small.shape[0] * coarse), interpolation=cv2.INTER_LINEAR)
    target[:] = large[:height, :width]


def paint_soft(frame: Picture, small: View, coarse: int, sigma: float, paint: Callable[[View], None]) -> None:
    """Paint something out of focus over a frame.

    Args:
        frame: Painted in place.
        small: The projection onto a picture ``coarse`` times smaller; its canvas is not used.
        coarse: See `coarseness`.
        sigma: Standard deviation of the blur, pixels of the frame.
        paint: Paints the thing onto a view.
    """
    mask = np.zeros((small.height, small.width), np.uint8)
    paint(replace(small, canvas=mask, white=True))
    seen = cv2.boundingRect(mask)
    if not seen[2]:
        return
    rim = int(3 * sigma / coarse) + 1
    left, top = max(0, seen[0] - rim), max(0, seen[1] - rim)
    right, bottom = min(small.width, seen[0] + seen[2] + rim), min(small.height, seen[1] + seen[3] + rim)
    colours = np.zeros((small.height, small.width, 3), np.uint8)
    paint(replace(small, canvas=colours))
    part = frame[top * coarse : bottom * coarse, left * coarse : right * coarse]
    height, width = part.shape[:2]
    layers = []
    for layer in (colours, mask):
        soft = cv2.GaussianBlur(layer[top:bottom, left:right], (0, 0), max(0.3, sigma / coarse))
        large = cv2.resize(soft, ((right - left) * coarse, (bottom - top) * coarse), interpolation=cv2.INTER_LINEAR)
        layers.append(large[:height, :width])
    bare = cv2.cvtColor(cv2.bitwise_not(layers[1]), cv2.COLOR_GRAY2RGB)
    cv2.multiply(part, bare, dst=part, scale=1 / 255)
    cv2.add(part, layers[0], dst=part)


def smear(frame: Picture, pixels: float) -> Picture:
    """The frame as a shutter sees it while the camera turns by so many pixels."""
    return np.asarray(cv2.blur(frame, (int(pixels) | 1, 1), borderType=cv2.BORDER_REPLICATE), dtype=np.uint8)


def vignette(height: int, width: int) -> Picture:
    """A gentle darkening towards the corners, as factors of 255."""
    y = (np.arange(height, dtype=np.float32) + 0.5) / height * 2 - 1
    x = (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1
    far = (y[:, None] ** 2 + x[None, :] ** 2) / 2
    factor = 255 * (1 - VIGNETTE_DEPTH * far**1.6)
    return np.repeat(np.round(factor)[..., None], 3, axis=2).astype(np.uint8)
