"""Flat faces anywhere in space: walls, ceilings, table tops, the sides of houses. What makes a place deep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.view import NEAR_M, UNIT, View, in_front

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

    def seen_from(self, view: View) -> bool:
        """Whether the camera is on the side that the face looks to."""
        x, y, _ = self.corners[0]
        if self.side in {"left", "right"}:
            return bool(view.x < x) is (self.side == "left")
        if self.side in {"up", "down"}:
            return bool(view.y > y) is (self.side == "up")
        return True


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
    _parts: list[tuple[Face, list[slice], Colour]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._parts, start = [], 0
        corners: list[Corners] = []
        for faces, colour in self.faces:
            group = [faces] if isinstance(faces, Face) else list(faces)
            cuts = []
            for face in group:
                corners.append(face.corners)
                cuts.append(slice(start, start + len(face.corners)))
                start += len(face.corners)
            self._parts.append((group[0], cuts, colour))
        self.corners = np.concatenate(corners)

    def polygons(self) -> Iterator[tuple[Corners, str, Colour]]:
        """Corners, side and colour of each face, in the order of painting."""
        for first, cuts, colour in self._parts:
            for cut in cuts:
                yield self.corners[cut], first.side, colour

    def paint(self, view: View) -> None:
        """Draw the faces that look this way, cut where they pass the lens."""
        near = view.z + NEAR_M
        depths = self.corners[:, 2]
        if depths.max() <= near:
            return
        whole = bool(depths.min() > near)
        if whole:
            pixels = project(view, self.corners)
            (low, high), (left, top, right, bottom) = (pixels.min(axis=0), pixels.max(axis=0)), view.span
            if high[0] < left or low[0] > right or high[1] < top or low[1] > bottom:
                return
            fixed = (pixels * UNIT).astype(np.int32)
        for first, cuts, colour in self._parts:
            if not first.seen_from(view):
                continue
            if whole:
                view.fill_fixed([fixed[cut] for cut in cuts], colour)
                continue
            polygons = [polygon for cut in cuts for polygon in self._clipped(view, cut, near)]
            if polygons:
                view.fill_fixed(polygons, colour)

    def _clipped(self, view: View, cut: slice, near: float) -> Iterator[NDArray[np.int32]]:
        """The part of a face in front of the lens, in sixteenths of a pixel, unless it is all behind it or beside the frame."""
        corners = self.corners[cut]
        if corners[:, 2].max() <= near:
            return
        pixels = project(view, in_front(corners, near))
        if len(pixels) > 2 and pixels[:, 0].max() > view.span[0] and pixels[:, 0].min() < view.span[2]:
            yield (pixels * UNIT).astype(np.int32)


def project(view: View, corners: Corners) -> NDArray[np.float64]:
    """Columns and rows (n, 2) of points in the world; all must lie in front of the lens."""
    scale = view.focal / (corners[:, 2] - view.z)
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
