"""Shafts of light: slanting beams from the sun or a window, added softly to what is behind the subject."""

from __future__ import annotations

import math
import random

import cv2
import numpy as np

from storyvid.backends.animatic.light import Palette, mix
from storyvid.backends.animatic.shapes import outline
from storyvid.backends.animatic.view import UNIT, View

SMALLER = 8  # the beams are painted this many times smaller than the frame
BEAMS = 4
STRENGTH = 0.30


class Shafts:
    """A few beams that fall across the frame from the side of the light and breathe a little."""

    z = 0.7  # just behind the subject

    def __init__(self, palette: Palette, seed: int) -> None:
        source = random.Random(seed)
        self.side = 1 if palette.disc_place[0] > 0 else -1
        self.colour = mix(palette.disc or palette.horizon, (255, 236, 190), 0.5)
        self.beams = [(source.uniform(0.05, 0.2) + 0.26 * n, source.uniform(0.05, 0.13), source.random()) for n in range(BEAMS)]

    def paint(self, view: View) -> None:
        """Add the beams to the frame."""
        if view.above:
            return
        height, width = max(2, view.height // SMALLER), max(2, view.width // SMALLER)
        small = np.zeros((height, width, 3), np.uint8)
        drift = (view.middle / view.width - 0.5) * 0.5
        for start, wide, phase in self.beams:
            level = STRENGTH * (0.75 + 0.25 * math.sin(math.tau * (0.13 * view.t + phase)))
            top = 0.5 + self.side * (0.62 - start * 0.75) + drift
            foot, spread = top - self.side * 0.42, wide * 1.9
            beam = outline((top - wide / 2, -0.05), (top + wide / 2, -0.05), (foot + spread / 2, 1.05), (foot - spread / 2, 1.05))
            layer = np.zeros_like(small)
            cv2.fillPoly(layer, [(beam * (width * UNIT, height * UNIT)).astype(np.int32)], self.colour, cv2.LINE_AA, 4)
            cv2.addWeighted(small, 1.0, layer, level, 0, dst=small)
        fade = (255 * np.linspace(1.0, 0.25, height)).astype(np.uint8)[:, None, None].repeat(width, 1).repeat(3, 2)
        soft = cv2.GaussianBlur(cv2.multiply(small, fade, scale=1 / 255), (0, 0), max(0.8, height / 40))
        frame = view.canvas[:, : view.width]
        cv2.add(frame, cv2.resize(soft, (view.width, view.height), interpolation=cv2.INTER_LINEAR), dst=frame)
