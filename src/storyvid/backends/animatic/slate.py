"""The slate: a strip at the bottom of the frame that says which shot this is, as on an editor's animatic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from storyvid.backends.base import ShotRequest

STRIP_SHARE = 0.085  # of the frame's height
MIN_STRIP_PX = 8
TEXT_SHARE = 0.46  # of the strip
MIN_TEXT_PX = 5
WORDS = 14  # of the prompt
INK, DIM, MARK = (240, 238, 230), (168, 172, 180), (240, 176, 72)
PAPER = (20, 22, 28)

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def strip_height(height: int) -> int:
    """Rows of the frame that the slate takes, from the bottom.

    Args:
        height: Of the frame, pixels.
    """
    return min(height, max(MIN_STRIP_PX, round(height * STRIP_SHARE)))


def timecode(frame: int, fps: Fraction) -> str:
    """Hours, minutes, seconds and frames, counted without dropping numbers.

    Args:
        frame: Counted from 0; frames of a handle before the programme are negative.
        fps: Frames per second; a fractional rate counts in its rounded base.
    """
    base = max(1, round(fps))
    seconds, frames = divmod(abs(frame), base)
    sign = "-" if frame < 0 else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}"


class Slate:
    """The strip of one shot. Everything but the timecode is drawn once."""

    def __init__(self, request: ShotRequest) -> None:
        self.request = request
        self.height, self.width = strip_height(request.height), request.width
        self.font: Font = ImageFont.load_default(size=max(MIN_TEXT_PX, round(self.height * TEXT_SHARE)))
        self.pad = max(1, round(self.height * 0.34))
        self.code_left = self.width - self.pad - round(self.font.getlength("-00:00:00:00"))
        self._base = self._draw_base()

    def stamp(self, frame: NDArray[np.uint8], clip_frame: int) -> None:
        """Draw the strip onto a frame, in place.

        Args:
            frame: (height, width, 3) RGB.
            clip_frame: Number of the frame in the clip.
        """
        strip = self._base.copy()
        code = timecode(clip_frame - self.request.programme_start, self.request.fps)
        ImageDraw.Draw(strip).text((self.width - self.pad, self.height / 2), code, INK, self.font, anchor="rm")
        frame[-self.height :] = np.asarray(strip)

    def _draw_base(self) -> Image.Image:
        image = Image.new("RGB", (self.width, self.height), PAPER)
        draw = ImageDraw.Draw(image)
        draw.rectangle((0, 0, max(1, self.pad // 3), self.height), MARK)
        shot = self.request.shot
        labels = [
            (shot.id, MARK),
            ((shot.camera.size or "").upper(), INK),
            ((shot.camera.movement or "").replace("_", " ").upper(), INK),
            ("PREVIS", DIM),
        ]
        x = 2.0 * self.pad
        for text, colour in labels:
            width = self.font.getlength(text)
            if text and x + width <= self.code_left - self.pad:
                draw.text((x, self.height / 2), text, colour, self.font, anchor="lm")
                x += width + 1.6 * self.pad
        words = " ".join((shot.prompt or shot.first_frame_prompt or "").split()[:WORDS])
        draw.text((x, self.height / 2), self._fitted(words, self.code_left - self.pad - x), DIM, self.font, anchor="lm")
        return image

    def _fitted(self, text: str, width: float) -> str:
        """The text, or as many of its words as fit, with an ellipsis."""
        if self.font.getlength(text) <= width:
            return text
        words = text.split()
        while words and self.font.getlength(" ".join(words) + " …") > width:
            words.pop()
        return " ".join(words) + " …" if words else ""
