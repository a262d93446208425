"""Flat faces anywhere in space: walls, ceilings, table tops, the sides of houses. What makes a place deep."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.view import NEAR_M, NEAR_SHARE, UNIT, View, in_front

Corners = NDArray[np.float64]  # (n, 3): x, y, z in metres
LIMIT_PX = 300_000.0  # corners are kept within this, well inside what OpenCV's fixed point can hold


@dataclass(frozen=True)
class Face:
    """A flat polygon, seen from one side only.

    Attributes:
        corners: (n, 3) metres.
        side: The way it looks: "front" (towards the camera), "left", "right", "up", "down".
    """

    corners: Corners
    side: str
    _plane: tuple[float, float] = field(init=False, repr=False, compare=False)  # x and y of its first corner

    def __post_init__(self) -> None:
        object.__setattr__(self, "_plane", (float(self.corners[0, 0]), float(self.corners[0, 1])))

    def seen_from(self, view: View) -> bool:
        """Whether the camera is on the side that the face looks to."""
        x, y = self._plane
        if self.side in {"left", "right"}:
            return (view.x < x) is (self.side == "left")
        if self.side in {"up", "down"}:
            return (view.y > y) is (self.side == "up")
        return True


Faces = list[tuple[Face | list[Face], Colour]]


@dataclass
class Solid:
    """Faces that belong together, painted in the order given.

    Attributes:
        faces: Faces with their colours; disjoint faces of one plane may share an entry, which is quicker.
        z: Depth used for the order of painting.
        corners: All corners of its faces.
    """

    faces: Sequence[tuple[Face | Sequence[Face], Colour]]
    z: float
    corners: Corners = field(init=False, repr=False)
    _parts: list[tuple[Face, range, Colour]] = field(init=False, repr=False)
    _cuts: list[slice] = field(init=False, repr=False)
    _starts: NDArray[np.intp] = field(init=False, repr=False)
    _depths: tuple[NDArray[np.float64], NDArray[np.float64]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._parts, self._cuts = [], []
        corners: list[Corners] = []
        start = 0
        for faces, colour in self.faces:
            group = [faces] if isinstance(faces, Face) else list(faces)
            self._parts.append((group[0], range(len(self._cuts), len(self._cuts) + len(group)), colour))
            for face in group:
                corners.append(face.corners)
                self._cuts.append(slice(start, start + len(face.corners)))
                start += len(face.corners)
        self.corners = np.concatenate(corners)
        self._starts = np.array([cut.start for cut in self._cuts])
        depths = self.corners[:, 2]
        self._depths = np.minimum.reduceat(depths, self._starts), np.maximum.reduceat(depths, self._starts)

    def polygons(self) -> Iterator[tuple[Corners, str, Colour]]:
        """Corners, side and colour of each face, in the order of painting."""
        for first, order, colour in self._parts:
            for n in order:
                yield self.corners[self._cuts[n]], first.side, colour

    def paint(self, view: View) -> None:
        """Draw the faces that look this way and lie in the frame, cut where they pass the lens."""
        near = view.z + NEAR_M
        nearest, farthest = self._depths
        if farthest.max() <= near:
            return
        pixels = project(view, self.corners)
        seen = self._framed(view, pixels)
        ahead = (nearest > near) & self._ahead(view, pixels)
        whole = ahead & seen
        cut_off = ~ahead & (farthest > near) & (seen | (nearest <= near))
        if not (whole.any() or cut_off.any()):
            return
        fixed = (view.spots(pixels) * UNIT).astype(np.int32)
        are_whole, are_cut_off = whole.tolist(), cut_off.tolist()  # plain truths are quicker to ask one by one
        for first, order, colour in self._parts:
            if not first.seen_from(view):
                continue
            polygons = [fixed[self._cuts[n]] for n in order if are_whole[n]]
            if polygons:
                view.fill_on_canvas(polygons, colour)
            clipped = [self._clipped(view, self._cuts[n], near) for n in order if are_cut_off[n]]
            if clipped:
                view.fill_fixed(clipped, colour)

    def _framed(self, view: View, pixels: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which faces may show in the frame; only right for those in front of the lens."""
        low, high = (pick.reduceat(pixels, self._starts, axis=0) for pick in (np.minimum, np.maximum))
        return np.asarray(((high > view.span[:2]) & (low < view.span[2:])).all(axis=1))

    def _ahead(self, view: View, pixels: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which faces lie wholly in front of a camera that looks up or down."""
        if not view.pitch:
            return np.ones(len(self._cuts), dtype=bool)
        away = math.cos(view.pitch) - (pixels[:, 1] - view.horizon) / view.focal * math.sin(view.pitch)
        return np.asarray(np.minimum.reduceat(away, self._starts) > NEAR_SHARE)

    def _clipped(self, view: View, cut: slice, near: float) -> NDArray[np.int32]:
        """The part of a face in front of the lens, in sixteenths of a pixel."""
        return (project(view, in_front(self.corners[cut], near)) * UNIT).astype(np.int32)


def project(view: View, corners: Corners) -> NDArray[np.float64]:
    """Columns and rows (n, 2) of points in the world; those behind the lens come out wrong."""
    scale = view.focal / np.maximum(corners[:, 2] - view.z, 0.5 * NEAR_M)
    columns = view.middle + (corners[:, 0] - view.x) * scale
    rows = view.horizon + (view.y - corners[:, 1]) * scale
    return np.clip(np.stack([columns, rows], axis=1), -LIMIT_PX, LIMIT_PX)


def front(left: float, right: float, low: float, high: float, z: float) -> Face:
    """A rectangle that faces the camera."""
    return Face(np.array([(left, low, z), (right, low, z), (right, high, z), (left, high, z)]), "front")


def flank(x: float, low: float, high: float, near: float, far: float, side: str) -> Face:
    """A rectangle that faces left or right."""
    return Face(np.array([(x, low, near), (x, low, far), (x, high, far), (x, high, near)]), side)


def level(left: float, right: float, y: float, near: float, far: float, side: str = "up") -> Face:
    """A rectangle that lies flat and looks up or down."""
    return Face(np.array([(left, y, near), (right, y, near), (right, y, far), (left, y, far)]), side)


def block(x: float, z: float, width: float, depth: float, low: float, high: float, colour: Colour) -> list[tuple[Face, Colour]]:
    """A box: its top lit, its flanks in shade.

    Args:
        x: Middle, metres.
        z: Front face.
        width: Along x.
        depth: Along z.
        low: Height of its underside above the ground.
        high: Height of its top.
        colour: Of its front.
    """
    left, right, far = x - width / 2, x + width / 2, z + depth
    return [
        (level(left, right, high, z, far), mix(colour, (255, 250, 236), 0.14)),
        (level(left, right, low, z, far, "down"), darker(colour, 0.6)),
        (flank(left, low, high, z, far, "left"), darker(colour, 0.80)),
        (flank(right, low, high, z, far, "right"), darker(colour, 0.74)),
        (front(left, right, low, high, z), colour),
    ]
