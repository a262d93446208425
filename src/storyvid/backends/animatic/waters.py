"""Water that moves: swell, surf on a shore, a current, falls, and what wet ground mirrors."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic.light import Colour
from storyvid.backends.animatic.pieces import Ground, Ripples
from storyvid.backends.animatic.shapes import Points, smooth
from storyvid.backends.animatic.view import NEAR_M, View

CREST_POINTS = 72
WASH_HZ = 0.11


@dataclass
class Swell:
    """Waves that come in, as a few rows of crests; rough ones wear foam.

    Attributes:
        z: Depth of the farthest row, for the order of painting.
        near: Depth of the nearest row, metres.
        height: Of the crests, metres.
        face: Colour of a wave's shaded face.
        foam: Colour of its crest.
        rough: 0 is a lazy swell without foam, 1 a storm.
        rows: How many.
    """

    z: float
    near: float
    height: float
    face: Colour
    foam: Colour
    rough: float = 0.2
    rows: int = 9

    def paint(self, view: View) -> None:
        """Draw the rows, far ones first; each moves towards the camera and is reborn at the back."""
        left, _, right, bottom = view.span
        phase = view.t * (0.05 + 0.05 * self.rough)
        for n in range(self.rows, 0, -1):
            share = ((n - phase * self.rows) % self.rows) / self.rows
            z = self.near + (self.z - self.near) * share**1.8
            if z - view.z < 1.0:
                continue
            scale = view.scale(z)
            row = view.horizon + view.y * scale
            tall = self.height * scale * min(1.0, 4 * (1 - share)) * min(1.0, 5 * share)
            if row - tall > bottom or tall < 0.4:
                continue
            columns = np.linspace(left, right, CREST_POINTS)
            along = (columns - view.middle) / scale + view.x
            wave = (
                0.5
                + 0.3 * np.sin(along * 0.42 / (1 + 0.02 * z) + 1.9 * n + 0.7 * view.t)
                + 0.2 * np.sin(along * 1.5 / (1 + 0.02 * z) - 1.1 * view.t + 2.3 * n)
            )
            crest = row - tall * np.maximum(0.0, wave)
            for run in _runs(wave > 0.42 - 0.3 * self.rough):
                bow = np.sin(np.linspace(0, np.pi, len(run)))
                top = np.stack([columns[run], row - (row - crest[run]) * bow], 1)
                under = np.stack([columns[run], row + 0.16 * tall * bow], 1)
                view.fill(np.concatenate([top, under[::-1]]), self.face)
            if self.rough > 0.6 or share < 0.4:
                self._caps(view, columns, crest, wave, tall)

    def _caps(
        self, view: View, columns: NDArray[np.float64], crest: NDArray[np.float64], wave: NDArray[np.float64], tall: float
    ) -> None:
        """Foam where a crest is high, broken where it is low."""
        for run in _runs(wave > 0.72 - 0.3 * self.rough):
            thick = tall * (0.10 + 0.16 * self.rough) * np.sin(np.linspace(0, np.pi, len(run)))
            top, under = np.stack([columns[run], crest[run]], 1), np.stack([columns[run], crest[run] + thick], 1)
            view.fill(np.concatenate([top, under[::-1]]), self.foam)


def _runs(chosen: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Where a row of points is chosen: each unbroken run of at least three."""
    places = np.flatnonzero(chosen)
    return [run for run in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1) if len(run) > 2]


@dataclass
class PlanOfWater(Ground):
    """Water as a plan shows it; from the side the ground's own gradient is seen instead."""

    def paint(self, view: View) -> None:
        """Nothing."""


@dataclass
class Wash(Ground):
    """A shore's edge that washes in and out.

    Attributes:
        reach_m: How far it goes up the beach.
        lag: Where in the wave's time it is, turns.
    """

    reach_m: float = 0.5
    lag: float = 0.0

    def paint(self, view: View) -> None:
        """Draw it where the wave is now."""
        shift = self.reach_m * math.sin(math.tau * (WASH_HZ * view.t + self.lag))
        moved = self.points.copy()
        moved[:-2, 1] += shift
        Ground(moved, self.colour, self.z).paint(view)


@dataclass
class Current(Ripples):
    """Glints that drift along with a river.

    Attributes:
        speed: Metres per second to the right.
        span_m: Width after which they come round again.
    """

    speed: float = 0.8
    span_m: float = 60.0

    def paint(self, view: View) -> None:
        """Draw the glints where the current has taken them."""
        moved = self.places.copy()
        moved[:, 0] = (moved[:, 0] + self.speed * view.t + self.span_m / 2) % self.span_m - self.span_m / 2
        self.paint_at(view, moved)


@dataclass
class Fall:
    """A waterfall: bright streaks that run down a rock face.

    Attributes:
        x: Middle, metres.
        z: Depth.
        width: Metres.
        low: Height of its foot.
        high: Height of its lip.
        water: Colour of the sheet.
        foam: Colour of streaks and spray.
    """

    x: float
    z: float
    width: float
    low: float
    high: float
    water: Colour
    foam: Colour

    def paint(self, view: View) -> None:
        """Draw the sheet, the streaks and the spray at the foot."""
        if self.z - view.z < NEAR_M:
            return
        scale = view.scale(self.z)
        column, foot = view.place(self.x, self.low, self.z)
        tall, half = (self.high - self.low) * scale, 0.5 * self.width * scale
        view.fill(_sheet(column, foot, half * 0.86, half, tall), self.water)
        for n in range(9):
            at = (n * 0.618) % 1.0 * 2 - 1
            start = (n * 0.754 + 0.55 * view.t) % 1.0
            long = 0.22 + 0.1 * (n % 3)
            top, end = foot - tall * (1 - start), foot - tall * (1 - min(1.0, start + long))
            view.fill(_sheet(column + at * half * 0.8, end, half * 0.05, half * 0.07, end - top), self.foam)
        for n in range(5):
            puff = half * (0.3 + 0.1 * math.sin(view.t * 2.3 + n * 1.7))
            view.fill(_sheet(column + (n - 2) * 0.45 * half, foot + 0.2 * puff, puff * 0.4, puff, puff * 0.8), self.foam)


def _sheet(column: float, foot: float, top: float, base: float, tall: float) -> Points:
    return np.array([(column - base, foot), (column - top, foot - tall), (column + top, foot - tall), (column + base, foot)])


@dataclass
class Streak:
    """What wet ground shows of a light: a broken streak that comes towards the camera.

    Attributes:
        x: Of the light, metres.
        z: Depth of the light; the streak starts at its foot.
        height: Of the light above the ground, metres: as long is its mirror image.
        width: Metres.
        colour: Blend of light and ground.
    """

    x: float
    z: float
    height: float
    width: float
    colour: Colour

    def paint(self, view: View) -> None:
        """Draw the streak in pieces that shiver."""
        if self.z - view.z < NEAR_M:
            return
        scale = view.scale(self.z)
        column, row = view.place(self.x, 0.0, self.z)
        rows, halves, shakes = [], [], []
        for n in range(13):
            share = n / 12
            wide = (0.2 + math.sin(math.pi * share)) * (1.0 if n % 2 else 0.45)
            rows.append(row + self.height * scale * share)
            halves.append(0.5 * self.width * scale * wide * (1 + 0.2 * math.sin(3.1 * view.t + 2.3 * n + self.x)))
            shakes.append(0.12 * self.width * scale * math.sin(2.2 * view.t + 1.7 * n))
        left = [(column - half + shake, y) for y, half, shake in zip(rows, halves, shakes, strict=True)]
        right = [(column + half + shake, y) for y, half, shake in zip(rows, halves, shakes, strict=True)]
        view.fill(smooth([*left, *reversed(right)], 3), self.colour)
