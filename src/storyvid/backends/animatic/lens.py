"""What a lens does to a picture: things out of focus, the dark corners, the smear of a whip pan."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic.view import View

Picture = NDArray[np.uint8]  # (height, width, 3) RGB

VIGNETTE_DEPTH = 0.20  # darkening of the far corners
COARSEST = 4  # blurred pictures are painted at a fraction of the size, down to a quarter
ENLARGED_SIGMA = 0.5  # blur that enlarging itself brings, pixels of the small picture


def coarseness(sigma: float) -> int:
    """By which whole number a picture may be painted smaller when it is to be blurred.

    Args:
        sigma: Standard deviation of the blur, pixels.
    """
    return max(2, min(COARSEST, int(sigma)))


def soften(small: Picture, sigma: float, coarse: int) -> Picture:
    """A picture painted ``coarse`` times smaller, blurred as far as enlarging it will not do it."""
    rest = math.sqrt(max(0.0, (sigma / coarse) ** 2 - ENLARGED_SIGMA**2))
    return np.asarray(cv2.GaussianBlur(small, (0, 0), rest), dtype=np.uint8) if rest > 0.2 else small


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
    colours = np.zeros((small.height, small.width, 3), np.uint8)
    paint(replace(small, canvas=colours))
    seen = cv2.boundingRect(np.maximum(mask, colours.max(axis=2)))  # a light shines where nothing is covered
    if not seen[2]:
        return
    rim = int(3 * sigma / coarse) + 1
    left, top = max(0, seen[0] - rim), max(0, seen[1] - rim)
    right, bottom = min(small.width, seen[0] + seen[2] + rim), min(small.height, seen[1] + seen[3] + rim)
    part = frame[top * coarse : bottom * coarse, left * coarse : right * coarse]
    height, width = part.shape[:2]
    layers = []
    for layer in (colours, mask):
        soft = soften(layer[top:bottom, left:right], sigma, coarse)
        large = cv2.resize(soft, ((right - left) * coarse, (bottom - top) * coarse), interpolation=cv2.INTER_LINEAR)
        layers.append(large[:height, :width])
    bare = cv2.cvtColor(cv2.bitwise_not(layers[1]), cv2.COLOR_GRAY2RGB)
    cv2.multiply(part, bare, dst=part, scale=1 / 255)
    cv2.add(part, layers[0], dst=part)


def turn(picture: Picture, roll: float, width: int, height: int) -> Picture:
    """The middle of a picture, turned counter-clockwise.

    Args:
        picture: Large enough that the result has no empty corners.
        roll: Radians.
        width: Of the result, pixels.
        height: Of the result.
    """
    rows, columns = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((columns / 2 - 0.5, rows / 2 - 0.5), math.degrees(roll), 1.0)
    matrix[:, 2] -= ((columns - width) / 2, (rows - height) / 2)
    turned = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, dtype=np.uint8)


def smear(frame: Picture, pixels: float) -> Picture:
    """The frame as a shutter sees it while the camera turns by so many pixels."""
    return np.asarray(cv2.blur(frame, (int(pixels) | 1, 1), borderType=cv2.BORDER_REPLICATE), dtype=np.uint8)


def vignette(height: int, width: int, depth: float = VIGNETTE_DEPTH) -> Picture:
    """A gentle darkening towards the corners, as factors of 255; ``depth`` is that of the far corners, 0 to 1."""
    y = (np.arange(height, dtype=np.float32) + 0.5) / height * 2 - 1
    x = (np.arange(width, dtype=np.float32) + 0.5) / width * 2 - 1
    far = (y[:, None] ** 2 + x[None, :] ** 2) / 2
    factor = 255 * (1 - depth * far**1.6)
    return np.repeat(np.round(factor)[..., None], 3, axis=2).astype(np.uint8)
