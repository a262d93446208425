"""Rain, snow, drifting fog and leaves in the wind: painted over the scene, nearer ones larger and faster."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic.light import Colour, Palette, mix
from storyvid.backends.animatic.view import SHIFT, UNIT, View

RAIN_DROPS, STORM_DROPS, SNOW_FLAKES, LEAVES = 190, 340, 190, 26
FOG_BANDS = 5
FALL_HEIGHTS_PER_S = {"rain": 1.9, "storm": 2.5, "snow": 0.14}
SLANT = {"rain": 0.10, "storm": 0.42}
MARGIN = 0.15
WIND_STRENGTH = {"wind": 2.6, "storm": 3.4}


@dataclass
class Weather:
    """What falls or drifts in a shot.

    Attributes:
        kind: clear, rain, storm, snow, fog or wind.
        palette: Colours of the shot.
        seed: Places of the particles.
    """

    kind: str
    palette: Palette
    seed: int

    def __post_init__(self) -> None:
        source = random.Random(self.seed)
        count = {"rain": RAIN_DROPS, "storm": STORM_DROPS, "snow": SNOW_FLAKES, "wind": LEAVES}.get(self.kind, 0)
        self.grains: NDArray[np.float64] = np.array([[source.random() for _ in range(4)] for _ in range(count)]).reshape(-1, 4)

    @property
    def wind(self) -> float:
        """Strength of the wind; 1 is a breeze."""
        return WIND_STRENGTH.get(self.kind, 1.0)

    def paint(self, view: View, turn: float) -> None:
        """Paint over the frame.

        Args:
            view: The frame.
            turn: How far the camera has turned right, pixels; particles move against it.
        """
        if self.kind in {"rain", "storm"}:
            self._rain(view, turn)
        elif self.kind == "snow":
            self._snow(view, turn)
        elif self.kind == "wind":
            self._leaves(view, turn)
        elif self.kind == "fog":
            self._fog(view)

    def _places(
        self, view: View, turn: float, along: NDArray[np.float64], across: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Columns and rows of the grains, wrapped round a frame with a margin."""
        span = 1 + 2 * MARGIN
        nearness = 0.35 + 0.65 * self.grains[:, 2]
        x = np.mod(self.grains[:, 0] * span * view.width + across - turn * nearness, span * view.width) - MARGIN * view.width
        y = np.mod(self.grains[:, 1] * span * view.height + along, span * view.height) - MARGIN * view.height
        return x, y

    def _rain(self, view: View, turn: float) -> None:
        nearness = 0.35 + 0.65 * self.grains[:, 2]
        fall = FALL_HEIGHTS_PER_S[self.kind] * nearness * view.height
        slant = SLANT[self.kind]
        x, y = self._places(view, turn, fall * view.t, fall * view.t * slant)
        long = (0.05 + 0.06 * self.grains[:, 3]) * nearness * view.height
        ends = np.stack([np.stack([x, y], 1), np.stack([x + long * slant, y + long], 1)], 1)
        thick = max(1, round(view.height / 720))
        for near, amount, width in ((False, 0.30, thick), (True, 0.48, max(1, round(view.height / 480)))):
            lines = ends[(self.grains[:, 2] > 0.72) == near]
            colour = mix(self.palette.haze, (236, 242, 248), amount)
            cv2.polylines(view.canvas, list((lines * UNIT).astype(np.int32)), False, colour, width, cv2.LINE_AA, SHIFT)

    def _snow(self, view: View, turn: float) -> None:
        nearness = 0.3 + 0.7 * self.grains[:, 2] ** 2
        sway = 0.02 * view.height * np.sin(math.tau * (0.22 * view.t + self.grains[:, 3])) * nearness
        x, y = self._places(
            view, turn, FALL_HEIGHTS_PER_S["snow"] * nearness * view.height * view.t, sway + 0.03 * view.height * view.t * nearness
        )
        colours = [mix(self.palette.haze, (255, 255, 255), 0.45 + 0.45 * near) for near in nearness]
        radii = np.maximum(0.6, (0.0011 + 0.0044 * nearness**2) * view.height)
        for column, row, radius, colour in zip(x, y, radii, colours, strict=True):
            cv2.circle(view.canvas, (round(column * UNIT), round(row * UNIT)), round(radius * UNIT), colour, -1, cv2.LINE_AA, SHIFT)

    def _leaves(self, view: View, turn: float) -> None:
        nearness = 0.35 + 0.65 * self.grains[:, 2]
        across = 0.42 * view.width * nearness * view.t
        along = view.height * (0.05 * view.t * nearness + 0.05 * np.sin(math.tau * (0.4 * view.t + self.grains[:, 3])))
        x, y = self._places(view, turn, along, across)
        tints: tuple[Colour, ...] = ((196, 128, 66), (172, 92, 60), (146, 142, 78))
        for n, (column, row) in enumerate(zip(x, y, strict=True)):
            size = 0.011 * nearness[n] * view.height
            spin = math.tau * (1.3 * view.t * nearness[n] + self.grains[n, 3])
            a, b = np.array([math.cos(spin), math.sin(spin)]), np.array([-math.sin(spin), math.cos(spin)])
            leaf = np.array([-a, 0.42 * b * math.cos(spin * 0.7), a, -0.42 * b * math.cos(spin * 0.7)]) * size + (column, row)
            view.fill(leaf, self.palette.shade(tints[n % 3]))

    def _fog(self, view: View) -> None:
        """Wide soft bands that drift across; their alpha changes along the rows only, so each is a few cheap strips."""
        step = max(1, round(view.height / 120))
        plate = np.empty((step, view.width, 3), np.uint8)
        plate[:] = np.round(self.palette.haze)
        source = random.Random(self.seed + 1)
        bands = [(source.uniform(0.35, 0.95), source.uniform(0.05, 0.12), source.random()) for _ in range(FOG_BANDS)]
        for row in range(0, view.height, step):
            at = (row + 0.5 * step) / view.height
            alpha = 0.0
            for middle, half, phase in bands:
                drifted = middle + 0.02 * math.sin(math.tau * (0.06 * view.t + phase))
                alpha += 0.20 * max(0.0, 1 - ((at - drifted) / half) ** 2) ** 2
            if alpha > 0.004:
                strip = view.canvas[row : min(row + step, view.height), : view.width]
                cv2.addWeighted(strip, 1 - min(0.55, alpha), plate[: strip.shape[0]], min(0.55, alpha), 0, dst=strip)
