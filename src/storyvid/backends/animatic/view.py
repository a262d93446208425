"""One frame's canvas and the camera's projection onto it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic.light import Colour

SHIFT = 4  # OpenCV's sub-pixel bits: coordinates are sixteenths of a pixel
UNIT = 1 << SHIFT
NEAR_M = 0.22  # nothing nearer to the lens than this is painted
WHITE: Colour = (255, 255, 255)


@dataclass
class View:
    """One frame's canvas and the projection onto it.

    Attributes:
        canvas: (height, width, 3) uint8, painted in place. May be wider than ``width``.
        width: Pixels in use.
        height: Pixels.
        focal: Pixels.
        x: Camera position, metres.
        y: Height of the camera above the ground, metres.
        z: Camera depth, metres; negative in front of the subject.
        middle: Column of the optical axis.
        horizon: Row of the horizon.
        upright: Share of their height that upright things keep.
        t: Clip time, seconds.
        wind: Strength of the wind, 1 is a breeze.
        white: Paint everything white (for masks).
    """

    canvas: NDArray[np.uint8]
    width: int
    height: int
    focal: float
    x: float
    y: float
    z: float
    middle: float
    horizon: float
    upright: float
    t: float
    wind: float = 1.0
    white: bool = False

    def scale(self, z: float) -> float:
        """Pixels per metre at a depth."""
        return self.focal / max(NEAR_M, z - self.z)

    def place(self, x: float, y: float, z: float) -> tuple[float, float]:
        """Column and row of a point in the world."""
        scale = self.scale(z)
        return self.middle + (x - self.x) * scale, self.horizon + (self.y - y * self.upright) * scale

    def fill(self, pixels: NDArray[np.float64], colour: Colour) -> None:
        """Fill a polygon given in pixels, with smooth edges."""
        self.fill_fixed([(pixels * UNIT).astype(np.int32)], colour)

    def fill_fixed(self, polygons: Sequence[NDArray[np.int32]], colour: Colour) -> None:
        """Fill disjoint polygons given in sixteenths of a pixel."""
        cv2.fillPoly(self.canvas, polygons, WHITE if self.white else colour, cv2.LINE_AA, SHIFT)
