"""Banks of fog or dust: soft clouds on the ground that drift across, behind the subject and thinner before it."""

from __future__ import annotations

import math
import random
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic.light import Palette, mix
from storyvid.backends.animatic.view import View
from storyvid.backends.animatic.weather.grains import Window

PERIOD = 512  # columns of the noise before it comes round again
ROWS = 64
DRIFT = {False: 0.05, True: 0.34}  # frame widths a second, of fog and of dust
STRENGTH = {(False, False): 0.95, (False, True): 0.55, (True, False): 0.62, (True, True): 0.40}  # by dust and nearness
BAND = {(False, False): (-0.20, 0.24), (False, True): (0.02, 0.62), (True, False): (-0.34, 0.30), (True, True): (0.0, 0.70)}
STEP = 8  # the noise is painted this many times smaller than the frame


class Banks:
    """One sheet of drifting cloud about the horizon, or below it before the lens."""

    def __init__(self, window: Window, palette: Palette, seed: int, near: bool, dust: bool) -> None:
        self.noise = cloud_noise(seed % 1000 + (500 if near else 0))
        self.colour = mix(palette.haze, (255, 250, 242), 0.10 if dust else 0.22)
        self.drift, self.strength, self.band = DRIFT[dust], STRENGTH[dust, near], BAND[dust, near]
        self.near, self.above = near, window.above

    def paint(self, view: View) -> None:
        """Blend the sheet into the rows that it covers."""
        middle = view.level if self.above else view.on_canvas(view.middle, view.horizon)[1]
        low, high = (0.0, 1.0) if self.above else self.band
        top = max(0, round(middle + low * view.height))
        bottom = min(view.height, round(middle + high * view.height))
        if bottom - top < STEP:
            return
        cover = self._cover(view, bottom - top, (top - middle) / view.height, (bottom - middle) / view.height)
        part = view.canvas[top:bottom, : view.width]
        light = np.round(cover[..., None] * (np.array(self.colour) / 255)).astype(np.uint8)  # coloured while it is small
        size = (view.width, bottom - top)
        bare = cv2.resize(cv2.cvtColor(cv2.bitwise_not(cover), cv2.COLOR_GRAY2RGB), size, interpolation=cv2.INTER_LINEAR)
        cv2.multiply(part, bare, dst=part, scale=1 / 255)
        cv2.add(part, cv2.resize(light, size, interpolation=cv2.INTER_LINEAR), dst=part)

    def _cover(self, view: View, rows: int, first: float, last: float) -> NDArray[np.uint8]:
        """Alpha of the sheet, small: noise that drifts, thinning out towards the band's edges."""
        height, width = max(2, -(-rows // STEP)), max(2, -(-view.width // STEP))
        nearness = 1.0 if self.near else 0.3
        shift = (self.drift * view.t - (view.middle / view.width - 0.5) * nearness + view.x * 0.02) * PERIOD * 0.5
        columns = np.arange(width) / width * PERIOD * 0.5 - shift
        at = np.linspace(first, last, height)
        low, high = (0.0, 1.0) if self.above else self.band
        share = np.clip((at - low) / (high - low), 0, 1)
        fall = np.sin(math.pi * share**0.8) ** 1.2
        picture = np.linspace(0, ROWS - 1, height, dtype=np.float32)[:, None].repeat(width, 1)
        where = np.mod(columns, PERIOD).astype(np.float32)[None, :].repeat(height, 0)
        noise = cv2.remap(self.noise, where, picture, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        return np.asarray(255 * self.strength * fall[:, None] * noise, dtype=np.uint8)


@lru_cache(maxsize=8)
def cloud_noise(seed: int) -> NDArray[np.float32]:
    """Soft billows of 0 to 1 that come round after `PERIOD` columns: (`ROWS`, `PERIOD`)."""
    source = random.Random(seed)
    x, y = np.arange(PERIOD) / PERIOD, np.arange(ROWS)[:, None] / ROWS
    total = np.zeros((ROWS, PERIOD))
    for octave in range(1, 5):
        for _ in range(3):
            turns = source.randint(2 * octave, 3 * octave + 1) * source.choice((1, -1))
            phase, slope = source.uniform(0, math.tau), source.uniform(-1.2, 1.2) * octave
            total += np.sin(math.tau * (turns * x + slope * y) + phase) / octave
    scaled = (total - total.min()) / (total.max() - total.min())
    billows = np.asarray(np.clip(1.5 * scaled**1.6 - 0.12, 0, 1), dtype=np.float32)
    billows.flags.writeable = False
    return billows
