"""Grains in the air: fixed depths, places that wrap round a window somewhat larger than the frame."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic.light import Colour
from storyvid.backends.animatic.setup import Setup
from storyvid.backends.animatic.view import UNIT, Pixels, View

Numbers = NDArray[np.float64]

ROOM = 1.36  # the window's size in frames, so that a zoom out still finds grains
MOST_FRAMES = 9.0  # of grains are kept, however steeply the camera looks
NEAREST_M = 1.1  # nearer ones would be smears


class Layer(Protocol):
    """Something in the air."""

    def paint(self, view: View) -> None:
        """Draw it onto the view's canvas."""


@dataclass(frozen=True)
class Window:
    """The part of the picture plane in which grains are kept, in tangents from the optical axis.

    Attributes:
        across: Half width.
        down: Half height.
        distance_m: To the subject.
        above: The camera looks straight down.
        crowd: How many frames large the window is.
    """

    across: float
    down: float
    distance_m: float
    above: bool
    crowd: float

    @classmethod
    def of(cls, setup: Setup, aspect: float) -> Window:
        """The window of a set-up; ``aspect`` is the frame's width over the unit of size."""
        top, bottom = setup.plane_row(0.0), setup.plane_row(1.0)
        wide = max(1.0, (bottom - top))
        across, down = ROOM * wide * 0.5 * aspect / setup.focal, ROOM * 0.5 * (bottom - top) / setup.focal
        return cls(across, down, setup.distance_m, setup.above, min(MOST_FRAMES, across * down / (0.25 * aspect / setup.focal**2)))


class Grains:
    """Seeded grains at their depths.

    Attributes:
        depth: Of each, metres from the lens.
        kind: A random share for each, for sizes and colours.
        phase: A random share for each, for its own time.
    """

    def __init__(self, window: Window, seed: int, count: int, near: bool) -> None:
        source = random.Random(f"{seed} {near}")
        shares = np.array([[source.random() for _ in range(5)] for _ in range(round(count * window.crowd))]).reshape(-1, 5)
        self.window = window
        self.depth = depths(window, shares[:, 4], near)
        self.kind, self.phase = shares[:, 2], shares[:, 3]
        self._places = shares[:, :2]

    def tangents(self, view: View, right_m: Numbers | float, down_m: Numbers | float) -> tuple[Numbers, Numbers]:
        """Where the grains are on the plane, in tangents right of the axis and below the horizon.

        Args:
            view: The frame.
            right_m: How far each has drifted right, metres.
            down_m: How far each has fallen, metres.
        """
        half = self.window.across, self.window.down
        middle = ((view.width / 2 - view.middle) / view.focal, (0.5 * (view.span[1] + view.span[3]) - view.horizon) / view.focal)
        moved = (right_m - view.x) / self.depth, (down_m + view.y) / self.depth
        wrapped = [
            middle[n] + np.mod(2 * half[n] * self._places[:, n] + moved[n] - middle[n] + half[n], 2 * half[n]) - half[n]
            for n in (0, 1)
        ]
        return wrapped[0], wrapped[1]

    def ground(self, view: View) -> tuple[Numbers, Numbers]:
        """Where the grains are over the ground, x and z in metres, for a camera that looks straight down."""
        half = self.window.across * view.y, self.window.down * view.y
        here = view.x, view.z
        x, z = (here[n] + np.mod(2 * half[n] * self._places[:, n] - here[n], 2 * half[n]) - half[n] for n in (0, 1))
        return x, z


def depths(window: Window, shares: Numbers, near: bool) -> Numbers:
    """Depths for shares of 0 to 1: between lens and subject, or from the subject on to several times its distance."""
    subject = max(window.distance_m, NEAREST_M / 0.45)
    if near:
        return np.asarray(subject * (0.45 + 0.5 * shares))
    return np.asarray(subject * (1.1 + 6 * shares**1.5))


def on_plane(view: View, across: Numbers, down: Numbers) -> Pixels:
    """Canvas points (n, 2) of tangents on the plane."""
    pixels = np.stack([view.middle + across * view.focal, view.horizon + down * view.focal], axis=1)
    return view.spots(pixels)


def in_frame(pixels: Pixels, view: View, rim: float) -> NDArray[np.bool_]:
    """Which points lie in the frame, or within ``rim`` pixels of it."""
    x, y = pixels[:, 0], pixels[:, 1]
    return np.asarray((x > -rim) & (x < view.width + rim) & (y > -rim) & (y < view.height + rim))


def fill_many(view: View, outlines: NDArray[np.float64], colour: Colour) -> None:
    """Fill (n, k, 2) polygons given in canvas pixels."""
    if len(outlines):
        view.fill_on_canvas(list((outlines * UNIT).astype(np.int32)), colour)


def streaks(heads: Pixels, tails: Pixels, thick: Numbers | float) -> NDArray[np.float64]:
    """Thin lenses from tail to head: (n, 4, 2)."""
    along = heads - tails
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)
    aside = np.stack([-along[:, 1], along[:, 0]], axis=1) / length[:, None] * np.reshape(thick, (-1, 1)) * 0.5
    middle = tails + 0.7 * along
    return np.stack([tails, middle + aside, heads, middle - aside], axis=1)


def discs(centres: Pixels, radii: Numbers, points: int = 8) -> NDArray[np.float64]:
    """Round grains: (n, points, 2)."""
    turn = math.tau * np.arange(points) / points
    rim = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return np.asarray(centres[:, None, :] + radii[:, None, None] * rim[None])


def spread(source: random.Random, ranges: Sequence[tuple[float, float]], count: int) -> Numbers:
    """Random rows, one value per range: (count, len(ranges))."""
    return np.array([[source.uniform(low, high) for low, high in ranges] for _ in range(count)])
