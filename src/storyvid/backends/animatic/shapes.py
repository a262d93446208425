"""Outlines: the few ways in which every picture's polygons are made. Points are (n, 2) float arrays, metres, y up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]  # (n, 2)

ROUND_POINTS = 28
CURVE_STEPS = 9
CAP_POINTS = 13  # of each round end of a limb
_TURNS = np.concatenate([np.linspace(0.5, 1.5, CAP_POINTS), np.linspace(-0.5, 0.5, CAP_POINTS)]) * np.pi
_CAPS = np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1)  # both ends of a limb that goes to the right


def outline(*points: tuple[float, float]) -> Points:
    """A polygon with straight edges."""
    return np.array(points, dtype=np.float64)


def smooth(points: Sequence[tuple[float, float]], steps: int = CURVE_STEPS) -> Points:
    """A closed curve through the points (Catmull-Rom).

    Args:
        points: At least three points, in order.
        steps: Points drawn between two of them.
    """
    p = np.array(points, dtype=np.float64)
    ring = np.concatenate([p[-1:], p, p[:2]])
    four = np.stack([ring[:-3], ring[1:-2], ring[2:-1], ring[3:]], axis=1)  # (n, 4, 2)
    curve = _catmull_rom(steps) @ four
    return np.asarray(curve.reshape(-1, 2))


@cache
def curve(words: str, steps: int = CURVE_STEPS) -> Points:
    """A closed curve from "x y x y …" in thousandths, kept for the next frame; don't write to it."""
    numbers = [float(word) / 1000 for word in words.split()]
    points = smooth(list(zip(numbers[::2], numbers[1::2], strict=True)), steps)
    points.flags.writeable = False
    return points


@cache
def _catmull_rom(steps: int) -> Points:
    """Weights of four neighbouring points at each step between the middle two: (steps, 4)."""
    u = np.arange(steps) / steps
    weights = 0.5 * np.stack([-u + 2 * u**2 - u**3, 2 - 5 * u**2 + 3 * u**3, u + 4 * u**2 - 3 * u**3, -(u**2) + u**3], axis=1)
    weights.flags.writeable = False
    return weights


def ellipse(x: float, y: float, rx: float, ry: float, start: float = 0.0, stop: float = 1.0, points: int = ROUND_POINTS) -> Points:
    """An ellipse, or the part of it between two turns (0 is right, 0.25 is up)."""
    return np.asarray(_turn(start, stop, points) * (rx, ry) + (x, y))


@cache
def _turn(start: float, stop: float, points: int) -> Points:
    """Points of a circle around 0, or of a part of it."""
    angle = 2 * np.pi * np.linspace(start, stop, points, endpoint=stop - start < 1.0)
    points_of_turn = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points_of_turn.flags.writeable = False
    return points_of_turn


def box(x: float, y: float, width: float, height: float) -> Points:
    """An upright rectangle; ``x`` is its middle, ``y`` its foot."""
    half = width / 2
    return outline((x - half, y), (x + half, y), (x + half, y + height), (x - half, y + height))


def limb(start: tuple[float, float], stop: tuple[float, float], thick: float, thin: float) -> Points:
    """A tapered limb with round ends: radius ``thick`` at the start, ``thin`` at the stop."""
    (x0, y0), (x1, y1) = start, stop
    length = math.hypot(x1 - x0, y1 - y0)
    cos, sin = ((x1 - x0) / length, (y1 - y0) / length) if length else (1.0, 0.0)
    turned = _CAPS @ np.array(((cos, sin), (-sin, cos)))
    turned[:CAP_POINTS] = turned[:CAP_POINTS] * thick + (x0, y0)
    turned[CAP_POINTS:] = turned[CAP_POINTS:] * thin + (x1, y1)
    return np.asarray(turned)


def crescent(x: float, y: float, rx: float, ry: float, depth: float) -> Points:
    """The right-hand edge of an ellipse, as a shadow; ``depth`` of its half width thick. A negative ``rx`` gives the left."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, 16)
    outer = np.stack([x + rx * np.cos(angle), y + ry * np.sin(angle)], axis=1)
    inner = np.stack([x + rx * (1 - depth) * np.cos(angle[::-1]), y + ry * np.sin(angle[::-1])], axis=1)
    return np.concatenate([outer, inner])


def moved(points: Points, x: float = 0.0, y: float = 0.0, scale: float = 1.0, turn: float = 0.0, mirror: bool = False) -> Points:
    """The outline turned (radians, counter-clockwise), scaled, mirrored left to right and moved, in that order."""
    across = -scale if mirror else scale
    cos, sin = math.cos(turn), math.sin(turn)
    matrix = np.array(((across * cos, scale * sin), (-across * sin, scale * cos)))
    return np.asarray(points @ matrix + np.array((x, y)))


def shifted(points: Points, x: float, y: float) -> Points:
    """The outline moved along."""
    return np.asarray(points + np.array((x, y)))


def hoop(x: float, y: float, rx: float, ry: float, ix: float, iy: float) -> Points:
    """A ring as one outline (the seam is invisible)."""
    outer, inner = ellipse(x, y, rx, ry), ellipse(x, y, ix, iy)
    return np.concatenate([outer, outer[:1], inner[:1], inner[::-1]])
