"""Things of a place that move by themselves: flames, smoke and steam, what falls outside a window, blinking lights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from storyvid.backends.animatic.light import Colour, mix
from storyvid.backends.animatic.shapes import Points, ellipse, smooth
from storyvid.backends.animatic.view import NEAR_M, View

FLAME_TONGUES: tuple[tuple[float, float, Colour], ...] = (
    (1.0, 1.0, (232, 110, 42)),
    (0.66, 0.72, (250, 178, 66)),
    (0.34, 0.42, (255, 240, 186)),
)
PUFFS = 5


@dataclass
class Flame:
    """A fire of three tongues that lick up at their own pace.

    Attributes:
        x: Middle, metres.
        y: Height of its foot.
        z: Depth.
        size: Height of the flame, metres.
        wide: Width against height.
    """

    x: float
    y: float
    z: float
    size: float
    wide: float = 0.8

    def paint(self, view: View) -> None:
        """Draw it from the outer tongue inwards."""
        if self.z - view.z < NEAR_M:
            return
        scale = view.scale(self.z) * self.size
        column, row = view.place(self.x, self.y, self.z)
        if scale < 1.5 or not -scale < column < view.width + scale:
            return
        for n, (half, tall, colour) in enumerate(FLAME_TONGUES):
            lick = 1 + 0.16 * math.sin(view.t * (9.1 + n) + self.x * 7) + 0.10 * math.sin(view.t * 15.7 + n * 2.1)
            lean = 0.10 * math.sin(view.t * 5.3 + n + self.x * 3)
            half *= 0.5 * self.wide
            rim = [(-half * 0.7, 0.0), (-half, 0.26 * tall), (-half * 0.45 + lean * 0.4, 0.58 * tall), (lean, tall * lick),
                   (half * 0.4 + lean * 0.5, 0.55 * tall), (half, 0.28 * tall), (half * 0.7, 0.0), (0.0, -0.03)]  # fmt: skip
            view.fill(smooth(rim, 5) * (scale, -scale) + (column, row), colour)


@dataclass
class Smoke:
    """Puffs that rise, widen, lean with the wind and dissolve: a chimney, a kettle, a cup.

    Attributes:
        x: Where it leaves, metres.
        y: Height of that.
        z: Depth.
        rise: How high it goes before it is gone, metres.
        size: Of a fresh puff, metres.
        colour: Of a fresh puff.
        fade: What it dissolves into.
        pace: Puffs' lives per second.
    """

    x: float
    y: float
    z: float
    rise: float
    size: float
    colour: Colour
    fade: Colour
    pace: float = 0.16

    def paint(self, view: View) -> None:
        """Draw the puffs, old ones first."""
        if self.z - view.z < NEAR_M:
            return
        scale = view.scale(self.z)
        column, row = view.place(self.x, self.y, self.z)
        reach = scale * self.rise
        if not (-reach < column < view.width + reach and -reach < row < view.height + 2 * reach):
            return
        ages = sorted(((view.t * self.pace + n / PUFFS + self.x * 0.37) % 1.0 for n in range(PUFFS)), reverse=True)
        for age in ages:
            lean = self.rise * (0.16 * view.wind * age**1.4 + 0.05 * math.sin(math.tau * (age + 0.2 * view.t)))
            size = self.size * (0.6 + 1.7 * age) * min(1.0, 6 * age) * (1.0 if age < 0.7 else (1 - age) / 0.3)
            puff = ellipse(lean * scale, -self.rise * age * scale, size * scale, 0.8 * size * scale, points=16)
            view.fill(puff + np.array((column, row)), mix(self.colour, self.fade, 0.25 + 0.7 * age))


@dataclass
class Pane:
    """What is seen through a window: sky, land, and rain or snow that falls outside.

    Attributes:
        x: Middle of the pane, metres.
        y: Its lower edge.
        width: Metres.
        height: Metres.
        z: Depth of the window.
        sky: Zenith and horizon colours.
        lands: Silhouettes (points 0 to 1 across and up) with their colours, far ones first.
        weather: rain, storm or snow fall; anything else doesn't.
        flow: How fast the land goes by, pane widths per second (for a vehicle's window); it then repeats.
    """

    x: float
    y: float
    width: float
    height: float
    z: float
    sky: tuple[Colour, Colour]
    lands: Sequence[tuple[Points, Colour]]
    weather: str = "clear"
    flow: float = 0.0

    def paint(self, view: View) -> None:
        """Draw the sky in bands, the land, and what falls."""
        if self.z - view.z < NEAR_M:
            return
        scale = view.scale(self.z)
        left, bottom = view.place(self.x - self.width / 2, self.y, self.z)
        wide, tall = self.width * scale, self.height * scale
        if left > view.width or left + wide < 0 or bottom - tall > view.height or bottom < 0:
            return
        corner, size = np.array((left, bottom)), np.array((wide, -tall))
        for n in range(4):
            low = n / 4
            view.fill(_rectangle(0, 1, low, 1) * size + corner, mix(self.sky[1], self.sky[0], (n + 0.3) / 4))
        for n, (land, colour) in enumerate(self.lands):
            view.fill(self._shifted(land, view.t, n) * size + corner, colour)
        self._falling(view, corner, size)

    def _shifted(self, land: Points, t: float, order: int) -> Points:
        if not self.flow:
            return land
        shift = self.flow * t * (0.35 + 0.65 * order) % 1.0  # far land goes by more slowly
        xs, ys = land[:-2, 0], land[:-2, 1]
        across = np.linspace(0, 1, 40)
        crest = np.interp((across + shift) % 1.0, xs, ys)
        return np.concatenate([np.stack([across, crest], 1), [[1.0, 0.0], [0.0, 0.0]]])

    def _falling(self, view: View, corner: Points, size: Points) -> None:
        if self.weather not in {"rain", "storm", "snow"}:
            return
        snow = self.weather == "snow"
        count, pace = (26, 0.16) if snow else (22, 1.7)
        long, thick = (0.02, 0.012) if snow else (0.13, 0.006)
        drops = []
        for n in range(count):
            x, start = (n * 0.6180339 + 0.07) % 0.94 + 0.03, (n * 0.7548777) % 1.0
            y = 1 - (start + pace * (0.7 + 0.6 * ((n * 0.4142) % 1.0)) * view.t) % 1.0
            slim = thick * size[1] / size[0] if size[0] else thick
            drops.append(np.clip(_rectangle(x, x + abs(slim), y, y + long), 0, 1) * size + corner)
        colour = mix(self.sky[1], (244, 248, 250), 0.8 if snow else 0.45)
        for drop in drops:
            view.fill(drop, colour)


def _rectangle(left: float, right: float, low: float, high: float) -> Points:
    return np.array([(left, low), (right, low), (right, high), (left, high)])


@dataclass
class Blinker:
    """A small light that goes on and off: a console, a beacon, a traffic light.

    Attributes:
        x: Middle, metres.
        y: Height.
        z: Depth.
        radius: Metres.
        colour: When on.
        off: When off.
        period_s: Seconds of a cycle.
        phase: Where in the cycle it starts, 0 to 1.
    """

    x: float
    y: float
    z: float
    radius: float
    colour: Colour
    off: Colour
    period_s: float = 2.0
    phase: float = 0.0

    def paint(self, view: View) -> None:
        """Draw the disc."""
        if self.z - view.z < NEAR_M:
            return
        radius = self.radius * view.scale(self.z)
        column, row = view.place(self.x, self.y, self.z)
        if radius < 0.4 or not (-radius < column < view.width + radius and -radius < row < view.height + radius):
            return
        on = (view.t / self.period_s + self.phase) % 1.0 < 0.5
        view.fill(ellipse(column, row, radius, radius, points=12), self.colour if on else self.off)


@dataclass
class Bubble:
    """A bubble that rises in a slow weave, again and again.

    Attributes:
        x: Metres.
        z: Depth.
        radius: Metres.
        phase: Where in its rise it starts, 0 to 1.
        colour: Its rim.
        rise_m: How far it rises before it starts again.
    """

    x: float
    z: float
    radius: float
    phase: float
    colour: Colour
    rise_m: float = 5.0

    def paint(self, view: View) -> None:
        """Draw the disc."""
        if self.z - view.z < NEAR_M:
            return
        age = (self.phase + 0.11 * view.t) % 1.0
        column, row = view.place(self.x + 0.12 * math.sin(9 * age + 6 * self.phase), self.rise_m * age, self.z)
        radius = self.radius * (0.6 + 0.6 * age) * view.scale(self.z)
        if radius > 0.4 and -radius < column < view.width + radius and -radius < row < view.height + radius:
            view.fill(ellipse(column, row, radius, radius, points=14), self.colour)
