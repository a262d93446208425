"""What a scene is built of, and how each kind is painted through the camera.

World coordinates are metres: x right, y up from the ground, z away from the camera with the subject at 0. A piece knows
its own depth; the scene paints far pieces first. Colours are final (see `light`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic.light import Colour
from storyvid.backends.animatic.shapes import Points
from storyvid.backends.animatic.view import NEAR_M, UNIT, View, in_front

MIST_STEPS = 200  # strips a frame's height is cut into
SWAY_HZ = 0.35
GLOW_STEPS = 10  # sizes of a glow per doubling
SHARED_DISC = 480  # glows up to this size are kept for other lamps of their kind
DISC_TILE = 128
FALLOFF_PX = 256


class Piece(Protocol):
    """Anything a scene can paint."""

    z: float

    def paint(self, view: View) -> None:
        """Draw itself onto the view's canvas."""


@dataclass
class Prop:
    """An upright thing made of polygons around its foot.

    Attributes:
        shapes: Polygons (metres, relative to the foot) with their colours, back to front. Disjoint polygons of one colour may
            be given together, which is quicker.
        x: Foot.
        z: Depth.
        y: Height of the foot above the ground.
        sway: How far the top moves in the wind, metres.
        drift: Speed to the right, m/s (clouds, ships).
        wrap: Width after which a drifting thing comes round again, metres.
        outline: All points of its polygons.
        top: Height of its highest point above its foot, metres.
    """

    shapes: Sequence[tuple[Points | Sequence[Points], Colour]]
    x: float
    z: float
    y: float = 0.0
    sway: float = 0.0
    drift: float = 0.0
    wrap: float = 0.0
    outline: Points = field(init=False, repr=False)
    _parts: list[tuple[list[slice], Colour]] = field(init=False, repr=False)
    _left: float = field(init=False, repr=False)
    _right: float = field(init=False, repr=False)
    top: float = field(init=False, repr=False)
    _bend: NDArray[np.float64] | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        groups = [[shape] if isinstance(shape, np.ndarray) else list(shape) for shape, _ in self.shapes]
        self.outline = np.concatenate([points for group in groups for points in group])
        self._parts, start = [], 0
        for group, (_, colour) in zip(groups, self.shapes, strict=True):
            cuts = []
            for points in group:
                cuts.append(slice(start, start + len(points)))
                start += len(points)
            self._parts.append((cuts, colour))
        self.top = float(self.outline[:, 1].max())
        self._left, self._right = float(self.outline[:, 0].min()), float(self.outline[:, 0].max())
        if self.sway:
            top = max(float(self.outline[:, 1].max()), 1e-6)
            self._bend = self.sway * np.square(np.maximum(self.outline[:, 1], 0) / top)

    def polygons(self) -> Iterator[tuple[Points, Colour]]:
        """Its polygons one by one, back to front."""
        for cuts, colour in self._parts:
            for cut in cuts:
                yield self.outline[cut], colour

    def paint(self, view: View) -> None:
        """Draw every polygon, unless the thing is outside the frame or behind the lens."""
        if self.z - view.z < NEAR_M:
            return
        x = self.x + self.drift * view.t
        if self.wrap:
            x = (x + self.wrap / 2) % self.wrap - self.wrap / 2
        scale = view.scale(self.z)
        column, row = view.place(x, self.y, self.z)
        (left, _, right, bottom), rim = view.span, scale * self.sway + 2
        if column + self._right * scale < left - rim or column + self._left * scale > right + rim:
            return
        if row - self.top * scale > bottom:
            return
        pixels = self.outline * (scale, -scale)
        if self._bend is not None:
            phase = math.tau * SWAY_HZ * view.t + 1.7 * self.x + 0.4 * self.z
            pixels[:, 0] += self._bend * (scale * view.wind * (math.sin(phase) + 0.35 * math.sin(2.3 * phase)))
        pixels += (column, row)
        view.fill_groups(pixels, self._parts)


@dataclass
class Ridge:
    """A silhouette that runs across the whole picture: hills, a line of trees, a skyline.

    Attributes:
        xs: Sorted columns, metres.
        ys: Height above the ground at each.
        z: Depth.
        colour: Fill.
        foot: Height of the lower edge, metres; below the ground where the land falls away.
    """

    xs: NDArray[np.float64]
    ys: NDArray[np.float64]
    z: float
    colour: Colour
    foot: float = 0.0

    def paint(self, view: View) -> None:
        """Draw the part inside the frame."""
        if self.z - view.z < NEAR_M:
            return
        scale = view.scale(self.z)
        left = view.x + (view.span[0] - 4 - view.middle) / scale
        right = view.x + (view.span[2] + 4 - view.middle) / scale
        first = max(0, int(np.searchsorted(self.xs, left)) - 1)
        last = min(len(self.xs), int(np.searchsorted(self.xs, right)) + 1)
        if last - first < 2:
            return
        columns = view.middle + (self.xs[first:last] - view.x) * scale
        rows = view.horizon + (view.y - self.ys[first:last]) * scale
        bottom = view.horizon + (view.y - self.foot) * scale + 1
        crest = np.stack([columns, rows], axis=1)
        view.fill(np.concatenate([crest, [[columns[-1], bottom], [columns[0], bottom]]]), self.colour)


@dataclass
class Ground:
    """A flat patch on the ground: a path, furrows, a puddle, a shadow.

    Attributes:
        points: (n, 2) x and z, metres, a polygon.
        colour: Fill.
        z: Depth used for the order of painting.
        y: Height above the ground, metres.
    """

    points: Points
    colour: Colour
    z: float
    y: float = 0.0

    def paint(self, view: View) -> None:
        """Draw the part in front of the lens."""
        if view.y <= self.y:
            return
        points = in_front(self.points, view.z + NEAR_M)
        if len(points) < 3:
            return
        scale = view.focal / (points[:, 1] - view.z)
        columns = view.middle + (points[:, 0] - view.x) * scale
        if columns.max() < view.span[0] or columns.min() > view.span[2]:
            return
        rows = view.horizon + (view.y - self.y) * scale
        view.fill(np.stack([columns, rows], axis=1), self.colour)


@dataclass
class Ripples:
    """Glints that breathe on water: flat lenses at fixed places, lengthening and shortening.

    Attributes:
        places: (n, 4) x, z, length in metres and phase of each.
        colour: Fill.
        z: Depth used for the order of painting.
        pace: Cycles per second.
        azimuth: For the path of light under the sun: the tangent at which the sun stands. The glints then go along with
            whoever looks, x is counted from the path's middle and z from the camera.
    """

    places: NDArray[np.float64]
    colour: Colour
    z: float
    pace: float = 0.22
    azimuth: float | None = None

    def paint(self, view: View) -> None:
        """Draw the glints where they are."""
        self.paint_at(view, self.places)

    def paint_at(self, view: View, places: NDArray[np.float64]) -> None:
        """Draw every glint in front of the lens and inside the frame, in one call; ``places`` as the attribute."""
        mirrored = self.azimuth is not None
        depth = places[:, 1] - (0.0 if mirrored else view.z)
        offset = places[:, 0] + (self.azimuth * depth if self.azimuth is not None else -view.x)
        scale = view.focal / np.maximum(depth, NEAR_M)
        beat = np.sin(math.tau * (self.pace * view.t + places[:, 3]))
        half = 0.5 * places[:, 2] * scale * np.maximum(0.0, 0.55 + 0.45 * beat)
        columns = view.middle + (offset + 0.12 * places[:, 2] * beat) * scale
        rows = view.horizon + view.y * scale
        flat = np.clip(0.3 * view.y / np.maximum(depth, NEAR_M), 0.02, 0.16)  # seen at a glancing angle
        thick = np.maximum(half * flat, 0.35 * view.height / 720)
        left, _, right, bottom = view.span
        seen = (depth > NEAR_M) & (half > 0.4) & (columns + half > left) & (columns - half < right) & (rows < bottom + 4)
        if not seen.any():
            return
        c, r, h, k = columns[seen], rows[seen], half[seen], thick[seen]
        lens = np.stack(
            [np.stack([c - h, r], 1), np.stack([c - h * 0.3, r - k], 1), np.stack([c + h * 0.4, r - k * 0.8], 1),
             np.stack([c + h, r], 1), np.stack([c + h * 0.3, r + k], 1), np.stack([c - h * 0.4, r + k * 0.8], 1)], 1
        )  # fmt: skip
        for polygon in (lens * UNIT).astype(np.int32):  # one by one: where two cross, both are to be filled
            view.fill_fixed([polygon], self.colour)


@dataclass
class Mist:
    """A soft bank of haze standing on the ground at a depth; it parts one layer from the next.

    Attributes:
        z: Depth.
        height: Metres above the ground at which it has thinned out.
        colour: Of the haze.
        strength: Alpha at its thickest, 0 to 1.
    """

    z: float
    height: float
    colour: Colour
    strength: float
    _plate: NDArray[np.uint8] | None = field(init=False, repr=False, default=None)

    def paint(self, view: View) -> None:
        """Blend the bank in, strip by strip; each pixel is touched once."""
        scale = view.scale(self.z)
        base, tall = view.horizon + view.y * scale, self.height * scale
        top, base, bottom = (view.on_canvas(view.middle, row)[1] for row in (base - tall, base, base + 0.35 * tall))
        step = max(1, round(view.height / MIST_STEPS))
        if self._plate is None or self._plate.shape[0] < step or self._plate.shape[1] != view.width:
            self._plate = np.empty((step, view.width, 3), np.uint8)
            self._plate[:] = np.round(self.colour)
        for row in range(max(0, math.floor(top)), min(view.height, math.ceil(bottom)), step):
            at = row + 0.5 * step
            rise = (at - top) / max(base - top, 1e-6) if at < base else (bottom - at) / max(bottom - base, 1e-6)
            alpha = self.strength * max(0.0, min(1.0, rise)) ** 1.5
            if alpha > 0.004:
                strip = view.canvas[row : min(row + step, view.height), : view.width]
                haze = np.full_like(strip, 255) if view.white else self._plate[: strip.shape[0]]
                cv2.addWeighted(strip, 1 - alpha, haze, alpha, 0, dst=strip)


@dataclass
class Glow:
    """A soft light that adds to what is behind it: the sun, a lamp, a lit window.

    Attributes:
        x: Metres; for a light in the sky (``z`` infinite) a tangent from the middle.
        y: Height, metres or tangent.
        z: Depth; ``math.inf`` for the sky.
        radius: Metres or tangent.
        colour: At the centre, added.
        strength: 0 to 1.
        flicker: How much it flickers, 0 to 1.
    """

    x: float
    y: float
    z: float
    radius: float
    colour: Colour
    strength: float
    flicker: float = 0.0
    _sprite: NDArray[np.uint8] | None = field(init=False, repr=False, default=None)

    def paint(self, view: View) -> None:
        """Add the disc, clipped to the frame."""
        if math.isinf(self.z):
            scale = float(view.height)  # the glow keeps its size under a zoom, where only the disc can be seen to grow
            column, row = view.middle + self.x * view.focal, view.horizon - self.y * view.focal
        elif self.z - view.z < NEAR_M:
            return
        else:
            scale = view.scale(self.z)
            column, row = view.place(self.x, self.y, self.z)
        column, row, grown = view.on_canvas(column, row)
        radius = min(self.radius * scale * grown, 1.2 * view.height)
        if radius < 2 or not (-radius < column < view.width + radius and -radius < row < view.height + radius):
            return
        self.add(view, column, row, radius)

    def add(self, view: View, column: float, row: float, radius: float) -> None:
        """Add the disc at a place of the canvas, pixels. On a mask it leaves nothing: a light covers nothing."""
        if view.white:
            return
        size = 2 * max(
            1, round(2 ** (round(GLOW_STEPS * math.log2(radius)) / GLOW_STEPS))
        )  # a move must not need a new one each frame
        if self._sprite is None or self._sprite.shape[0] != size:
            make = shared_disc if size <= SHARED_DISC else soft_disc
            self._sprite = make(size, self.colour, self.strength)
        left, top = round(column) - size // 2, round(row) - size // 2
        x0, x1, y0, y1 = max(0, left), min(view.width, left + size), max(0, top), min(view.height, top + size)
        if x0 >= x1 or y0 >= y1:
            return
        part = self._sprite[y0 - top : y1 - top, x0 - left : x1 - left]
        target = view.canvas[y0:y1, x0:x1]
        if self.flicker:
            level = 1 - self.flicker * (0.5 + 0.5 * math.sin(view.t * 9.1 + self.x) * math.sin(view.t * 5.3 + 2.1 * self.x))
            cv2.addWeighted(target, 1.0, part, level, 0, dst=target)
        else:
            cv2.add(target, part, dst=target)


def soft_disc(size: int, colour: Colour, strength: float) -> NDArray[np.uint8]:
    """A square picture of a light that falls off smoothly to nothing at its rim.

    Args:
        size: Side in pixels, even.
        colour: At the centre.
        strength: Scale, 0 to 1.
    """
    light = cv2.resize(_falloff(), (size, size), interpolation=cv2.INTER_AREA if size < FALLOFF_PX else cv2.INTER_LINEAR)
    half = size // 2  # one quarter is worked out, the others are its mirror images
    threshold = np.tile(_disc_dither(), (-(-half // DISC_TILE),) * 2)[:half, :half]
    quarter = np.empty((half, half, 3), np.uint8)
    for channel, level in enumerate(colour):
        quarter[..., channel] = cv2.scaleAdd(
            light[half:, half:], strength * min(254.0, level), threshold
        )  # stored in whole numbers: cut, not rounded
    return np.asarray(cv2.copyMakeBorder(quarter, half, 0, half, 0, cv2.BORDER_REFLECT), dtype=np.uint8)


@lru_cache(maxsize=48)
def shared_disc(size: int, colour: Colour, strength: float) -> NDArray[np.uint8]:
    """A soft disc kept for all lamps of a kind; don't write to it."""
    disc = soft_disc(size, colour, strength)
    disc.flags.writeable = False
    return disc


@cache
def _falloff() -> NDArray[np.float32]:
    """How a light falls off from its middle, 1 to 0, soft enough to be enlarged."""
    axis = (np.arange(FALLOFF_PX, dtype=np.float32) + 0.5) / FALLOFF_PX * 2 - 1
    fall = np.clip(1 - np.sqrt(axis[:, None] ** 2 + axis[None, :] ** 2), 0, 1)
    light = np.asarray(0.65 * fall**2.2 + 0.35 * fall**5, dtype=np.float32)
    light.flags.writeable = False
    return light


@cache
def _disc_dither() -> NDArray[np.float32]:
    return dither(DISC_TILE, DISC_TILE)


def dither(height: int, width: int) -> NDArray[np.float32]:
    """A threshold of 0 to 1 for every pixel, evenly spread, so that slow gradients don't band.

    Interleaved gradient noise (Jimenez, "Next generation post processing in Call of Duty: Advanced Warfare", 2014).
    """
    rows, columns = np.arange(height, dtype=np.float64)[:, None], np.arange(width, dtype=np.float64)[None, :]
    return np.asarray(np.mod(52.9829189 * np.mod(0.06711056 * columns + 0.00583715 * rows, 1.0), 1.0), dtype=np.float32)
