"""A card in place of a shot that could not be rendered, so that the film keeps its length and says what is missing."""

from __future__ import annotations

import textwrap
from fractions import Fraction
from itertools import repeat
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from storyvid import video

BACKGROUND = (38, 40, 44)
INK = (232, 228, 218)


def write_missing_card(path: Path, shot_id: str, reason: str, *, height: int, width: int, num_frames: int, fps: Fraction) -> None:
    """Write a clip that shows which shot is missing, and why.

    Args:
        path: MP4 to write.
        shot_id: The shot.
        reason: Why it is missing.
        height: Pixels.
        width: Pixels.
        num_frames: Length.
        fps: Frames per second.
    """
    card = Image.new("RGB", (width, height), BACKGROUND)
    draw = ImageDraw.Draw(card)
    size = max(8, height // 12)
    draw.text((width // 2, height // 2 - size), f"{shot_id} is missing", INK, ImageFont.load_default(size), anchor="mm")
    lines = "\n".join(textwrap.wrap(reason, width=max(10, 2 * width // size))[:4])
    draw.multiline_text(
        (width // 2, height // 2), lines, INK, ImageFont.load_default(max(6, size // 3)), anchor="ma", align="center"
    )
    video.write_clip(path, repeat(np.asarray(card), num_frames), fps)
