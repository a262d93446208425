"""One frame's canvas and the camera's projection onto it.

Pieces place their points on an upright picture plane, as a view camera with parallel verticals would see them (`place`,
`scale`). A camera that looks up or down turns that plane: `fill` maps every outline through the homography of the
pitch, so that verticals converge as they do in a lens. Straight lines stay straight, so outlines need no more points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic.light import Colour

SHIFT = 4  # OpenCV's sub-pixel bits: coordinates are sixteenths of a pixel
UNIT = 1 << SHIFT
NEAR_M = 0.22  # nothing nearer to the lens than this is painted
NEAR_SHARE = 0.08  # what the pitch brings nearer than this share of its distance is cut off
WHITE: Colour = (255, 255, 255)

Pixels = NDArray[np.float64]  # (n, 2) columns and rows


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
        level: Row of the optical axis.
        t: Clip time, seconds.
        pitch: How far the camera looks up, radians; negative looks down.
        roll: How far the picture is turned counter-clockwise about its middle, radians.
        above: The camera looks straight down; ``pitch`` is then 0 and the top of the picture is away from the camera.
        wind: Strength of the wind, 1 is a breeze.
        white: Paint everything white (for masks).
        horizon: Row of the horizon; the same on the plane and on the canvas.
        span: Left, top, right and bottom of what the canvas shows of the plane.
    """

    canvas: NDArray[np.uint8]
    width: int
    height: int
    focal: float
    x: float
    y: float
    z: float
    middle: float
    level: float
    t: float
    pitch: float = 0.0
    roll: float = 0.0
    above: bool = False
    wind: float = 1.0
    white: bool = False
    horizon: float = field(init=False)
    span: tuple[float, float, float, float] = field(init=False)

    def __post_init__(self) -> None:
        self._cos, self._sin = math.cos(self.pitch), math.sin(self.pitch)
        self._bent = bool(self.pitch or self.roll)
        self.horizon = self.level + self.focal * math.tan(self.pitch)
        self.span = (0.0, 0.0, float(self.width), float(self.height))
        if self._bent:
            corners = self._rolled(np.array([(x, y) for x in (0.0, float(self.width)) for y in (0.0, float(self.height))]), -1)
            rows = self.plane_rows(corners[:, 1])
            columns = self.middle + (corners[:, 0] - self.middle) / self._nearness((corners[:, 1] - self.level) / self.focal)
            self.span = (float(columns.min()), float(rows.min()), float(columns.max()), float(rows.max()))
            self._homography = self._bending()

    def scale(self, z: float) -> float:
        """Pixels per metre at a depth, on the plane."""
        return self.focal / max(NEAR_M, z - self.z)

    def place(self, x: float, y: float, z: float) -> tuple[float, float]:
        """Column and row, on the plane, of a point in the world."""
        scale = self.scale(z)
        return self.middle + (x - self.x) * scale, self.horizon + (self.y - y) * scale

    def plane_rows(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Row on the plane for each row of the canvas."""
        if not self.pitch:
            return rows
        down = (rows - self.level) / self.focal
        return np.asarray(self.horizon + self.focal * (down * self._cos - self._sin) / self._nearness(down))

    def on_canvas(self, column: float, row: float) -> tuple[float, float, float]:
        """Column and row on the canvas of a point on the plane, and how much larger things are there than on the plane.

        Plain numbers, since a sky asks for hundreds of points. What is behind the lens comes out far off the canvas.
        """
        grown = 1.0
        if self.pitch:
            down = row - self.horizon
            grown = 1 / max(NEAR_SHARE, self._cos - down / self.focal * self._sin)
            column = self.middle + (column - self.middle) * grown
            row = self.level + (down * self._cos + self.focal * self._sin) * grown
        if self.roll:
            cos, sin, right, down = math.cos(self.roll), math.sin(self.roll), column - self.width / 2, row - self.height / 2
            column, row = right * cos + down * sin + self.width / 2, down * cos - right * sin + self.height / 2
        return column, row, grown

    def see(self, x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.float64]) -> tuple[Pixels, NDArray[np.float64]]:
        """Columns and rows of points in the world as the canvas shows them without roll, and their distances along the axis.

        Distances are in metres; what is at 0 or less is behind the lens.
        """
        right, up, away = x - self.x, y - self.y, z - self.z
        if self.above:
            up, away = away, -up
        elif self.pitch:
            up, away = up * self._cos - away * self._sin, away * self._cos + up * self._sin
        scale = self.focal / np.maximum(away, 0.05)
        return np.stack([self.middle + right * scale, self.level - up * scale], axis=1), away

    def fill(self, pixels: Pixels, colour: Colour) -> None:
        """Fill a polygon given in pixels on the plane, with smooth edges."""
        if self._bent:
            pixels = self.bent(pixels)
        self._fill([(pixels * UNIT).astype(np.int32)], colour)

    def fill_canvas(self, pixels: Pixels, colour: Colour) -> None:
        """Fill a polygon given in pixels of the canvas, whatever the camera does."""
        self._fill([(pixels * UNIT).astype(np.int32)], colour)

    def fill_on_canvas(self, polygons: Sequence[NDArray[np.int32]], colour: Colour) -> None:
        """Fill disjoint polygons given in sixteenths of a pixel of the canvas, whatever the camera does."""
        self._fill(polygons, colour)

    def fill_fixed(self, polygons: Sequence[NDArray[np.int32]], colour: Colour) -> None:
        """Fill disjoint polygons given in sixteenths of a pixel on the plane."""
        if self._bent and len(polygons):
            starts = np.cumsum([0, *(len(polygon) for polygon in polygons)]).tolist()
            self.fill_groups(np.concatenate(polygons) / UNIT, [([slice(*ends) for ends in pairwise(starts)], colour)])
            return
        self._fill(polygons, colour)

    def fill_groups(self, pixels: Pixels, groups: Sequence[tuple[Sequence[slice], Colour]]) -> None:
        """Fill the polygons of one thing, given as slices of its points on the plane; those of a group are disjoint."""
        if self._bent:
            if self._least_nearness(pixels) < NEAR_SHARE:  # part of it is behind the lens
                for cuts, colour in groups:
                    for cut in cuts:
                        self.fill(pixels[cut], colour)
                return
            pixels = self._on_canvas(pixels)
            (left, top), (right, bottom) = pixels.min(axis=0).tolist(), pixels.max(axis=0).tolist()
            if right < 0 or bottom < 0 or left > self.width or top > self.height:  # the span is larger than what is seen of it
                return
        fixed = (pixels * UNIT).astype(np.int32)
        for cuts, colour in groups:
            self._fill([fixed[cut] for cut in cuts], colour)

    def _fill(self, polygons: Sequence[NDArray[np.int32]], colour: Colour) -> None:
        whole = [polygon for polygon in polygons if len(polygon) > 2]
        if whole:
            cv2.fillPoly(self.canvas, whole, WHITE if self.white else colour, cv2.LINE_AA, SHIFT)

    def bent(self, pixels: Pixels) -> Pixels:
        """A polygon on the plane as the pitched and rolled camera sees it: the part in front of the lens, on the canvas."""
        if self._least_nearness(pixels) < NEAR_SHARE:
            nearness = self._cos - (pixels[:, 1] - self.horizon) / self.focal * self._sin
            pixels = in_front(np.column_stack([pixels, nearness]), NEAR_SHARE)[:, :2]
        return self._on_canvas(pixels)

    def spots(self, pixels: Pixels) -> Pixels:
        """Points on the plane as the pitched and rolled camera sees them, each by itself; behind the lens is far off the canvas."""
        if not self._bent or not len(pixels):
            return pixels
        if self._least_nearness(pixels) >= 0.5 * NEAR_SHARE:
            return self._on_canvas(pixels)
        down = pixels[:, 1] - self.horizon
        grown = 1 / np.maximum(self._cos - down / self.focal * self._sin, 0.5 * NEAR_SHARE)
        columns = self.middle + (pixels[:, 0] - self.middle) * grown
        moved = np.stack([columns, self.level + (down * self._cos + self.focal * self._sin) * grown], axis=1)
        return self._rolled(moved, 1) if self.roll else moved

    def _least_nearness(self, pixels: Pixels) -> float:
        """How near the nearest of some points on the plane comes to the lens by the pitch, as a share of its distance."""
        if not self.pitch or not len(pixels):
            return 1.0
        row = float(pixels[:, 1].max() if self._sin > 0 else pixels[:, 1].min())
        return self._cos - (row - self.horizon) / self.focal * self._sin

    def _on_canvas(self, pixels: Pixels) -> Pixels:
        """Points on the plane, all in front of the lens, on the canvas; OpenCV needs a third of the time that arrays need."""
        return np.asarray(cv2.perspectiveTransform(pixels[None], self._homography)[0]) if len(pixels) and self._bent else pixels

    def _bending(self) -> NDArray[np.float64]:
        """What pitch and roll do to points on the plane, as a homography."""
        cos, sin, half = math.cos(self.roll), math.sin(self.roll), (self.width / 2, self.height / 2)
        plane = np.array([(1.0, 0.0, -self.middle), (0.0, 1.0, -self.horizon), (0.0, 0.0, 1.0)])
        pitched = np.array([(1.0, 0.0, 0.0), (0.0, self._cos, self.focal * self._sin), (0.0, -self._sin / self.focal, self._cos)])
        centred = np.array([(1.0, 0.0, self.middle - half[0]), (0.0, 1.0, self.level - half[1]), (0.0, 0.0, 1.0)])
        rolled = np.array([(cos, sin, half[0]), (-sin, cos, half[1]), (0.0, 0.0, 1.0)])
        return np.asarray(rolled @ centred @ pitched @ plane)

    def _rolled(self, pixels: Pixels, sign: int) -> Pixels:
        """Points turned with the picture (1), or back (-1)."""
        cos, sin = math.cos(self.roll), sign * math.sin(self.roll)
        middle = (self.width / 2, self.height / 2)
        return np.asarray((pixels - middle) @ np.array([[cos, -sin], [sin, cos]]) + middle)

    def _nearness(self, down: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.maximum(NEAR_SHARE, self._cos + down * self._sin)


def in_front(points: Pixels, near: float) -> Pixels:
    """The part of a polygon beyond the near plane (Sutherland-Hodgman on one edge); the last column is the depth."""
    inside = points[:, -1] > near
    if inside.all():
        return points
    before = np.concatenate([points[-1:], points[:-1]])
    crosses = inside != np.concatenate([inside[-1:], inside[:-1]])
    run = np.where(crosses, points[:, -1] - before[:, -1], 1.0)
    cut = before + ((near - before[:, -1]) / run)[:, None] * (points - before)
    both = np.stack([cut, points], axis=1).reshape(-1, points.shape[1])  # where an edge enters or leaves, then its end
    return np.asarray(both[np.stack([crosses, inside], axis=1).reshape(-1)])
