"""What the wind carries: leaves and its own visible gusts, dust and tumbling bits."""

from __future__ import annotations

import math
import random

import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic.light import Colour, Palette, mix
from storyvid.backends.animatic.view import View
from storyvid.backends.animatic.weather.grains import Grains, Window, fill_many, in_frame, on_plane, spread, streaks

LEAVES = {False: 34, True: 8}
LEAF_TINTS: tuple[Colour, ...] = ((196, 128, 66), (172, 92, 60), (146, 142, 78))
LEAF_M, LEAF_M_PER_S = 0.055, 2.6
GUSTS, GUST_S, GUST_POINTS = 4, 2.2, 40
DUST = {False: 260, True: 60}
DUST_M_PER_S = 4.4
BITS = {False: 12, True: 3}


class Leaves:
    """Leaves that spin past, and behind the subject the gusts themselves, as an illustrator draws them."""

    def __init__(self, window: Window, palette: Palette, seed: int, near: bool) -> None:
        self.grains = Grains(window, seed, LEAVES[near], near)
        self.tints = [palette.shade(tint, 0.0) for tint in LEAF_TINTS]
        self.gusts = None if near else Gusts(palette, seed)

    def paint(self, view: View) -> None:
        """Draw the gusts and the leaves."""
        if self.gusts is not None:
            self.gusts.paint(view)
        _paint_tumbling(self.grains, view, LEAF_M, LEAF_M_PER_S, self.tints)


class Gusts:
    """Long thin sweeps with a curl at the end, which run across and fade."""

    def __init__(self, palette: Palette, seed: int) -> None:
        self.rows = spread(random.Random(seed + 3), ((0.14, 0.62), (-0.25, 0.6), (0.34, 0.52), (0.02, 0.04)), GUSTS * 7)
        self.colour = mix(palette.horizon, (255, 255, 255), 0.45)

    def paint(self, view: View) -> None:
        """Draw the sweeps of this moment."""
        for n in range(GUSTS):
            turn = view.t / GUST_S + n / GUSTS
            age, cycle = turn % 1.0, math.floor(turn)
            row, left, long, curl = self.rows[(n * 7 + cycle * 11) % len(self.rows)]
            part = np.linspace(max(0.0, age * 2.0 - 1.0), min(1.0, age * 2.0), GUST_POINTS)
            line = _sweep(part, long, curl) * view.height + (left * view.width, row * view.height)
            thick = 0.0030 * view.height * np.sin(math.pi * np.linspace(0, 1, GUST_POINTS)) * math.sin(math.pi * age)
            if thick.max() > 0.3:
                along = np.gradient(line, axis=0)
                aside = np.stack([-along[:, 1], along[:, 0]], 1) / np.maximum(np.hypot(*along.T), 1e-6)[:, None] * thick[:, None]
                view.fill_canvas(np.concatenate([line - aside, (line + aside)[::-1]]), self.colour)


def _sweep(part: NDArray[np.float64], long: float, curl: float) -> NDArray[np.float64]:
    """Points of a sweep, frame heights: a gentle wave that ends in a loop, for shares of 0 to 1 of its way."""
    wave = np.minimum(part, 0.7) / 0.7
    turn = np.maximum(part - 0.7, 0) / 0.3 * math.tau * 0.85
    small = curl * (1 - 0.45 * turn / math.tau)
    x = 1.7 * long * wave + small * np.sin(turn)
    y = 0.018 * np.sin(wave * 6.0) - curl + small * np.cos(turn)
    return np.stack([x, y], axis=1)


class Dust:
    """Grains that stream past along the ground's wind, and bits that tumble among them."""

    def __init__(self, window: Window, palette: Palette, seed: int, near: bool) -> None:
        self.grains, self.bits = Grains(window, seed, DUST[near], near), Grains(window, seed + 5, BITS[near], near)
        light = mix(palette.haze, (255, 236, 196), 0.35 if near else 0.15)
        self.colours = (light, mix(palette.haze, (120, 84, 52), 0.40))
        self.tints = [palette.shade((134, 98, 62), 0.0), palette.shade((104, 78, 54), 0.0)]
        self.near = near

    def paint(self, view: View) -> None:
        """Draw grains and bits."""
        grains = self.grains
        gust = 1 + 0.18 * math.sin(math.tau * 0.23 * view.t)
        blown = (
            DUST_M_PER_S
            * (0.7 + 0.6 * grains.kind)
            * (view.t + 0.18 / (math.tau * 0.23) * (1 - math.cos(math.tau * 0.23 * view.t)))
        )
        sink = 0.10 * np.sin(math.tau * (0.5 * view.t + grains.phase)) + 0.25 * view.t
        across, down = grains.tangents(view, blown, sink)
        long = np.clip(DUST_M_PER_S * gust / 40 / grains.depth, 0.006, 0.08) * (0.5 + grains.kind)
        heads, tails = on_plane(view, across, down), on_plane(view, across - long, down - 0.10 * long)
        seen = in_frame(heads, view, 0.08 * view.height)
        thick = max(1.0, view.height * (0.0034 if self.near else 0.0020))
        for n, colour in enumerate(self.colours):
            some = seen & ((grains.phase > 0.55) == bool(n))
            fill_many(view, streaks(heads[some], tails[some], thick), colour)
        _paint_tumbling(self.bits, view, 0.03, DUST_M_PER_S * 0.8, self.tints)


def _paint_tumbling(grains: Grains, view: View, size_m: float, speed: float, tints: list[Colour]) -> None:
    """Leaf-shaped bits that spin as they fly."""
    flown = speed * (0.6 + 0.8 * grains.kind) * (view.t + 9)
    sunk = 0.22 * np.sin(math.tau * (0.4 * view.t + grains.phase)) + 0.28 * view.t
    centres = on_plane(view, *grains.tangents(view, flown, sunk))
    size = np.clip(size_m * view.focal / grains.depth, 0.004 * view.height, 0.034 * view.height)
    seen = in_frame(centres, view, 0.04 * view.height)
    spin = math.tau * (1.2 * view.t * (0.5 + grains.kind) + grains.phase)
    for n, tint in enumerate(tints):
        some = seen & (np.arange(len(size)) % len(tints) == n)
        fill_many(view, _leaves(centres[some], size[some], spin[some]), tint)


def _leaves(centres: NDArray[np.float64], size: NDArray[np.float64], spin: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pointed ovals that turn over: (n, 4, 2)."""
    long = np.stack([np.cos(spin), np.sin(spin)], axis=1) * size[:, None]
    broad = np.stack([-np.sin(spin), np.cos(spin)], axis=1) * (0.15 + 0.35 * np.abs(np.cos(spin * 0.7)))[:, None] * size[:, None]
    return np.stack([centres - long, centres + broad, centres + long, centres - broad], axis=1)
