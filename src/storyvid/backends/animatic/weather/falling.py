"""What falls: rain with its splashes, and snow."""

from __future__ import annotations

import math
import random

import numpy as np

from storyvid.backends.animatic.light import Palette, mix
from storyvid.backends.animatic.shapes import ellipse
from storyvid.backends.animatic.view import NEAR_M, UNIT, View
from storyvid.backends.animatic.weather.grains import Grains, Numbers, Window, discs, fill_many, in_frame, on_plane, spread, streaks

FALL_M_PER_S = {False: 5.2, True: 6.4}  # of rain, and of rain in a storm
SLANT = {False: 0.10, True: 0.46}
DROPS = {(False, False): 150, (False, True): 46, (True, False): 230, (True, True): 80}  # by storm and nearness
SHUTTER_S = 1 / 52
LEAST_STREAK, MOST_STREAK = 0.032, 0.17  # frame heights
SPLASHES, SPLASH_S, SPLASH_M = 44, 0.28, 0.10
FLAKES = {False: 190, True: 34}
SNOW_M_PER_S, SNOW_DRIFT = 0.62, 0.30
FLAKE_M = 0.0105
FROM_ABOVE = 130


class Rain:
    """Streaks as long as a shutter leaves them; far ones thin and faint."""

    def __init__(self, window: Window, palette: Palette, seed: int, near: bool, storm: bool) -> None:
        count = DROPS[storm, near] if not window.above else FROM_ABOVE
        self.grains = Grains(window, seed, count, near)
        self.near, self.slant, self.speed = near, SLANT[storm], FALL_M_PER_S[storm]
        self.colour = mix(palette.haze, (238, 244, 250), 0.50 if near else 0.26)

    def paint(self, view: View) -> None:
        """Draw every drop as a streak."""
        grains = self.grains
        if grains.window.above:
            heads, tails = _radial(grains, view, self.speed, 0.5)
        else:
            fallen = self.speed * (view.t + grains.phase) * (0.85 + 0.3 * grains.kind)
            gust = self.slant * (1 + 0.12 * math.sin(math.tau * 0.31 * view.t))
            across, down = grains.tangents(view, self.slant * fallen, fallen)
            unit = view.height / view.focal
            long = np.clip(self.speed * SHUTTER_S / grains.depth, LEAST_STREAK * unit, MOST_STREAK * unit)
            heads, tails = on_plane(view, across, down), on_plane(view, across - gust * long, down - long)
        seen = in_frame(heads, view, 0.1 * view.height)
        thick = max(1.0, view.height * (0.0024 if self.near else 0.0013))
        fill_many(view, streaks(heads[seen], tails[seen], thick), self.colour)


class Splashes:
    """Small crowns where drops meet the ground, each at a new place every time."""

    def __init__(self, window: Window, palette: Palette, seed: int) -> None:
        far = min(9.0, 2.2 * window.distance_m)
        reach = 2.2 * window.across * (window.distance_m + far) / 1.5
        self.places = spread(random.Random(seed + 7), ((-reach, reach), (-0.7 * window.distance_m, far)), SPLASHES * 5)
        self.phases = spread(random.Random(seed + 8), ((0, 1),), SPLASHES)[:, 0]
        self.colour = mix(palette.haze, (238, 244, 250), 0.34)

    def paint(self, view: View) -> None:
        """Draw the splashes of this moment."""
        if view.above:
            return
        for n, phase in enumerate(self.phases):
            turn = view.t / SPLASH_S + float(phase)
            age, cycle = turn % 1.0, math.floor(turn)
            x, z = self.places[(n * 5 + cycle * 31) % len(self.places)]
            if z - view.z < 2 * NEAR_M:
                continue
            size = view.scale(z) * SPLASH_M * (0.35 + 0.65 * age)
            column, row = view.place(x, 0.0, z)
            if size < 0.8 or not (-size < column - view.span[0] < view.span[2] - view.span[0] + size and row < view.span[3]):
                continue
            flat = min(0.6, 0.2 + view.y / (z - view.z) * 0.3)
            outer, inner = (
                ellipse(column, row, size, size * flat, points=12),
                ellipse(column, row, size * 0.8, size * flat * 0.7, points=12),
            )
            view.fill_fixed([(np.concatenate([outer, outer[:1], inner[:1], inner[::-1]]) * UNIT).astype(np.int32)], self.colour)
            hop = size * 2.2 * age * (1 - age) * 2
            for side in (-1, 1):
                drop = ellipse(column + side * size * 0.6, row - hop, 0.10 * size, 0.16 * size, points=6)
                view.fill_fixed([(drop * UNIT).astype(np.int32)], self.colour)


class Snow:
    """Flakes that sway as they fall; near ones large."""

    def __init__(self, window: Window, palette: Palette, seed: int, near: bool) -> None:
        self.grains = Grains(window, seed, FLAKES[near], near)
        self.near = near
        self.colours = [mix(palette.haze, (255, 255, 255), share) for share in ((0.62, 0.78) if not near else (0.86, 0.96))]

    def paint(self, view: View) -> None:
        """Draw every flake."""
        grains = self.grains
        if grains.window.above:
            centres, _ = _radial(grains, view, SNOW_M_PER_S, 0.0)
        else:
            fallen = SNOW_M_PER_S * (0.7 + 0.6 * grains.kind) * (view.t + 20)
            sway = 0.10 * np.sin(math.tau * (0.27 * view.t + grains.phase)) + SNOW_DRIFT * (view.t + 20) * (0.6 + 0.8 * grains.kind)
            centres = on_plane(view, *grains.tangents(view, sway, fallen))
        least, most = 0.0012 * view.height, 0.0085 * view.height
        radii = np.clip(FLAKE_M * (0.6 + 0.8 * grains.phase) * view.focal / grains.depth, least, most)
        seen = in_frame(centres, view, most)
        for n, colour in enumerate(self.colours):
            some = seen & ((grains.kind > 0.5) == bool(n))
            fill_many(view, discs(centres[some], radii[some]), colour)


def _radial(grains: Grains, view: View, speed: float, long_m: float) -> tuple[Numbers, Numbers]:
    """Heads and tails of what falls away from a camera that looks straight down."""
    high = view.y * (1 - np.mod(grains.phase + view.t * speed / view.y, 1.0))
    x, z = grains.ground(view)
    heads, _ = view.see(x, high, z)
    tails, _ = view.see(x, np.minimum(high + long_m, view.y - NEAR_M), z)
    return heads, tails
