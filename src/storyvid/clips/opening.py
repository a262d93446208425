"""A user's picture as the first frame of a shot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from loguru import logger

from storyvid.video import read_image

if TYPE_CHECKING:
    from storyvid.backends.base import Frames


def read_opening(path: Path, height: int, width: int) -> Frames:
    """A picture, scaled to cover the clip and cropped at its centre: uint8 (1, height, width, 3) RGB.

    Args:
        path: PNG, JPEG or WebP.
        height: Of the clip, pixels.
        width: Of the clip, pixels.

    Raises:
        StoryvidError: The picture can't be read.
    """
    picture = read_image(path)
    scale = max(height / picture.shape[0], width / picture.shape[1])
    size = (max(width, round(picture.shape[1] * scale)), max(height, round(picture.shape[0] * scale)))
    lost = 1 - height * width / (size[0] * size[1])
    if lost > 0.02:
        logger.warning(
            f"{path.name}: {lost:.0%} of the picture is cropped, since its shape is not that of the clip ({width}x{height})"
        )
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LANCZOS4)
    top, left = (size[1] - height) // 2, (size[0] - width) // 2
    return np.ascontiguousarray(scaled[None, top : top + height, left : left + width])
