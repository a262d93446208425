"""Looks: what words for mood, lighting and style do to a palette and to the finished frame."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic.lens import VIGNETTE_DEPTH, Picture, vignette
from storyvid.backends.animatic.light import Colour, Palette, mix

DARKEST = 0.66  # no pile of dark words goes below this
RIM: Colour = (255, 240, 214)


@dataclass(frozen=True)
class Look:
    """What one word does.

    Attributes:
        gain: Factors on the finished frame's channels.
        saturation: Factor.
        lift: How far colours are drawn towards white.
        contrast: Factor about the middle grey of the finished frame.
        vignette: How much deeper the corners are.
        silhouette: How far the subject becomes a dark shape.
        glow: Added to the strength of the sun's glow.
        rim: A line of light along the subject's edge.
        ink: The frame is printed in this one colour.
        tone: What the background's key tone is drawn towards.
        lamps: Lamps are lit whatever the hour.
    """

    gain: Colour = (1.0, 1.0, 1.0)
    saturation: float = 1.0
    lift: float = 0.0
    contrast: float = 1.0
    vignette: float = 0.0
    silhouette: float = 0.0
    glow: float = 0.0
    rim: bool = False
    ink: Colour | None = None
    tone: Colour | None = None
    lamps: bool = False


LOOKS: Mapping[str, Look] = {
    "monochrome": Look(contrast=1.12, ink=(255, 255, 255)),
    "noir": Look(gain=(0.90, 0.90, 0.90), contrast=1.42, vignette=0.30, rim=True, ink=(255, 255, 255), lamps=True),
    "sepia": Look(contrast=1.05, vignette=0.12, ink=(255, 228, 188)),
    "silhouette": Look(silhouette=0.88, glow=0.5, rim=True, contrast=1.06),
    "backlit": Look(silhouette=0.34, glow=0.4, rim=True),
    "rim": Look(rim=True),
    "teal_orange": Look(gain=(1.03, 0.99, 0.99), contrast=1.06, tone=(24, 96, 112)),
    "fluorescent": Look(gain=(0.95, 1.03, 0.99), saturation=0.80, lift=0.04),
    "low_key": Look(gain=(0.84, 0.84, 0.85), saturation=0.92, contrast=1.14, vignette=0.26, rim=True),
    "high_key": Look(gain=(1.07, 1.07, 1.06), saturation=0.88, lift=0.16, vignette=-0.16),
    "tense": Look(gain=(0.88, 0.92, 0.92), saturation=0.76, contrast=1.14, vignette=0.20),
    "melancholy": Look(gain=(0.93, 0.97, 1.02), saturation=0.60, vignette=0.04),
    "joyful": Look(gain=(1.05, 1.04, 1.0), saturation=1.22, vignette=-0.08),
    "dreamy": Look(gain=(1.04, 1.0, 1.01), saturation=0.92, lift=0.10, glow=0.3, vignette=-0.06),
    "warm": Look(gain=(1.06, 1.0, 0.88)),
    "cool": Look(gain=(0.90, 0.99, 1.08), saturation=0.94),
    "watercolour": Look(saturation=0.86, lift=0.15, vignette=-0.20),
    "shafts": Look(glow=0.2),
}


def grade(palette: Palette, looks: Sequence[str]) -> Palette:
    """The palette under its looks.

    Args:
        palette: Of the time of day and the weather.
        looks: Keys of `LOOKS`.
    """
    for look in (LOOKS[name] for name in looks):
        palette = replace(
            palette,
            saturation=palette.saturation * look.saturation,
            lift=max(palette.lift, look.lift),
            silhouette=max(palette.silhouette, look.silhouette),
            glow=min(1.0, palette.glow + look.glow) if palette.glow else 0.0,
            rim=palette.rim or (mix(palette.horizon, RIM, 0.55) if look.rim else None),
            tone=mix(palette.tone, look.tone, 0.7) if look.tone else palette.tone,
            lamps=palette.lamps or look.lamps,
        )
    if "teal_orange" in looks:
        palette = replace(
            palette, light=(palette.light[0] * 0.86, palette.light[1] * 0.99, palette.light[2] * 1.06),
            haze=mix(palette.haze, (92, 150, 160), 0.3), subject_light=(1.10, 0.97, 0.84),
        )  # fmt: skip
    graded = palette.graded
    return replace(
        palette, zenith=graded(palette.zenith), middle=graded(palette.middle), horizon=graded(palette.horizon),
        haze=graded(palette.haze), clouds=graded(palette.clouds),
    )  # fmt: skip


class Finish:
    """The last step of a frame: corners, gains, contrast and ink, in as few passes as they need."""

    def __init__(self, height: int, width: int, looks: Sequence[str]) -> None:
        chosen = [LOOKS[name] for name in looks]
        depth = min(0.62, max(0.0, VIGNETTE_DEPTH + sum(look.vignette for look in chosen)))
        gains = [math.prod(look.gain[channel] for look in chosen) for channel in range(3)]
        raised = max(1.0, DARKEST / max(0.1, sum(gains) / 3))
        self.contrast = math.prod(look.contrast for look in chosen)
        self.ink = next((look.ink for look in chosen if look.ink), None)
        if self.ink is not None:
            gains = [sum(gains) / 3 * level / 255 for level in self.ink]
        strongest = max(gains)
        self._scale = strongest * raised / 255
        shares = np.array([gain / strongest for gain in gains], dtype=np.float32)
        self._factors: NDArray[np.uint8] = np.round(vignette(height, width, depth) * shares).astype(np.uint8)
        self._curve = contrast_curve(self.contrast) if self.contrast != 1.0 else None

    def apply(self, frame: Picture) -> Picture:
        """A new, finished frame."""
        if self.ink is not None:
            frame = np.asarray(cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), dtype=np.uint8)
        if self._curve is not None:
            frame = np.asarray(cv2.LUT(frame, self._curve), dtype=np.uint8)
        out = np.empty((*frame.shape[:2], 3), np.uint8)
        cv2.multiply(frame, self._factors, out, self._scale)
        return out


def contrast_curve(contrast: float) -> NDArray[np.uint8]:
    """A soft S about a dark middle grey, for each of 256 levels."""
    level = np.arange(256) / 255
    middle = 0.42
    curved = np.where(
        level < middle, middle * (level / middle) ** contrast, 1 - (1 - middle) * ((1 - level) / (1 - middle)) ** contrast
    )
    return np.asarray(np.round(255 * curved), dtype=np.uint8)
