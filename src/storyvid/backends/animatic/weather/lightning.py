"""Lightning: when it strikes, the bolt in the sky, and how it lights the frame."""

from __future__ import annotations

import math
import random
from functools import lru_cache

import cv2
import numpy as np

from storyvid.backends.animatic.light import Palette, mix
from storyvid.backends.animatic.shapes import Points
from storyvid.backends.animatic.view import View

FIRST_S, GAP_S = (0.5, 1.3), (2.2, 4.6)
AGAIN_S, AGAIN = 0.42, 0.55  # a strike lights up twice: two flashes a second at most (WCAG 2.3.1 allows three)
DECAY_S = 0.16
BOLT_S = 0.20
BRIGHTER, TINT = 0.42, (26.0, 28.0, 36.0)
LONGEST_SHOT_S = 120.0
BOLT_STEPS = 11


@lru_cache(maxsize=16)
def strikes(seed: int) -> tuple[float, ...]:
    """Clip times at which lightning strikes, seconds."""
    source = random.Random(seed + 21)
    times = [source.uniform(*FIRST_S)]
    while times[-1] < LONGEST_SHOT_S:
        times.append(times[-1] + source.uniform(*GAP_S))
    return tuple(times)


def flash_at(seed: int, t: float) -> float:
    """How brightly lightning lights the frame at a clip time, 0 to 1."""
    light = 0.0
    for strike in strikes(seed):
        for delay, share in ((0.0, 1.0), (AGAIN_S, AGAIN)):
            age = t - strike - delay
            if 0 <= age < 6 * DECAY_S:
                light = max(light, share * math.exp(-age / DECAY_S))
    return light


def flash(view: View, seed: int) -> None:
    """Brighten the frame softly while lightning lights it."""
    light = flash_at(seed, view.t)
    if light > 0.02:
        frame = view.canvas[:, : view.width]
        cv2.multiply(frame, (1 + BRIGHTER * light,) * 3 + (1.0,), dst=frame)
        cv2.add(frame, (*(level * light for level in TINT), 0.0), dst=frame)


class Bolts:
    """The bolts themselves, far behind everything but the sky."""

    z = 1990.0  # just before the clouds

    def __init__(self, seed: int, palette: Palette) -> None:
        self.seed = seed
        self.colour, self.glow = (250, 248, 255), mix(palette.middle, (226, 226, 250), 0.55)

    def paint(self, view: View) -> None:
        """Draw the bolt of a strike that has just come."""
        for n, strike in enumerate(strikes(self.seed)):
            age = min((view.t - strike - delay for delay in (0.0, AGAIN_S) if view.t >= strike + delay), default=-1.0)
            if 0 <= age < BOLT_S:
                for thick, colour in ((0.010, self.glow), (0.0042, self.colour)):
                    for bolt in self._bolt(n, view, thick * (1 - 0.6 * age / BOLT_S)):
                        view.fill(bolt, colour)

    def _bolt(self, n: int, view: View, thick: float) -> list[Points]:
        """A jagged channel from the clouds to the land, with one branch; pixels on the plane."""
        source = random.Random(f"{self.seed} bolt {n}")
        x, left, right = source.uniform(0.12, 0.88), view.span[0], view.span[2]
        top = min(view.span[1], view.horizon - 0.4 * view.height) - 0.02 * view.height
        points = []
        for step in range(BOLT_STEPS + 1):
            y = top + (view.horizon - top) * step / BOLT_STEPS
            points.append((left + x * (right - left) + view.height * source.uniform(-0.035, 0.035) * (step > 0), y))
            x += source.uniform(-0.018, 0.018)
        fork = source.randint(3, 6)
        side = source.choice((-1, 1))
        branch = [points[fork]]
        for step in range(1, 5):
            branch.append(
                (
                    points[fork][0] + side * step * 0.035 * view.height + view.height * source.uniform(-0.015, 0.015),
                    points[fork + 1][1] + step * 0.035 * view.height,
                )
            )
        return [_channel(points, thick * view.height), _channel(branch, 0.6 * thick * view.height)]


def _channel(points: list[tuple[float, float]], thick: float) -> Points:
    """A line that thins towards its end, as a polygon."""
    middle = np.array(points)
    half = 0.5 * thick * np.linspace(1.0, 0.25, len(points))
    return np.concatenate([middle - np.stack([half, 0 * half], 1), (middle + np.stack([half, 0 * half], 1))[::-1]])
