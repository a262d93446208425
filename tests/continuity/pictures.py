"""Scenes with a thing that moves in them, and their colours gone astray."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

SIZE = (64, 96)


def scene(number: int = 0, *, still: bool = True, size: tuple[int, int] = SIZE) -> np.ndarray:
    """A sky over ground with some texture, and a red square that moves on with the frame's number.

    Args:
        number: Of the frame.
        still: Whether the camera is; else it pans.
        size: Height, width, pixels.
    """
    height, width = size
    pan = 0 if still else 2 * number
    texture = _texture(height, 4 * width)[:, pan : pan + width]
    sky = np.linspace(190, 120, height, dtype=np.float32)[:, None, None] * np.array([0.7, 0.85, 1.0], np.float32)
    picture = np.broadcast_to(sky, (height, width, 3)).copy()
    picture[height * 2 // 3 :] = (70, 110, 60)
    picture += texture
    left, side = 5 + number % (width // 2), height // 6
    picture[height // 2 : height // 2 + side, left : left + side] = (180, 50, 40)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


@cache
def _texture(height: int, width: int) -> np.ndarray:
    rough = np.random.default_rng(1).normal(0, 60, (height, width, 3)).astype(np.float32)
    return cv2.GaussianBlur(rough, (0, 0), 1.5)


def drifted(frame: np.ndarray, gain: float, offset: tuple[float, float, float]) -> np.ndarray:
    """A frame with its contrast and its three colours changed, rounded.

    Args:
        frame: uint8 (height, width, 3) RGB.
        gain: Of the distance from middle grey.
        offset: Levels added to red, green and blue.
    """
    moved = (frame.astype(np.float32) - 128) * gain + 128 + np.array(offset, np.float32)
    return np.clip(np.rint(moved), 0, 255).astype(np.uint8)
