"""Frames whose content tells whether they came through."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from storyvid.video import Frame

HEIGHT, WIDTH = 90, 160
FPS = Fraction(24)
NTSC = Fraction(24000, 1001)
SATURATED = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255), (0, 255, 255), (255, 255, 255), (0, 0, 0)]


def noise(count: int, seed: int = 0, height: int = HEIGHT, width: int = WIDTH) -> list[Frame]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 256, (height, width, 3), dtype=np.uint8) for _ in range(count)]


def moving_blocks(count: int) -> list[Frame]:
    """Flat saturated blocks with hard edges at odd positions."""
    colours = np.array(SATURATED, np.uint8)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return [colours[((x + 3 * i) // 7 + (y + i) // 5 * 3) % 8] for i in range(count)]


def counted(count: int) -> list[Frame]:
    """Frames that carry their number as eight black or white bars."""
    bits = (np.arange(count)[:, None] >> np.arange(8)) & 1
    rows = np.repeat(bits * 255, 8, axis=1).astype(np.uint8)
    return [np.ascontiguousarray(np.broadcast_to(row[None, :, None], (36, 64, 3))) for row in rows]


def number_of(frame: Frame) -> int:
    return int(((frame[18, 4::8, 1] > 127) << np.arange(8)).sum())


def psnr(a: Frame, b: Frame) -> float:
    return float(10 * np.log10(255**2 / max(np.mean((a.astype(float) - b) ** 2), 1e-9)))


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
