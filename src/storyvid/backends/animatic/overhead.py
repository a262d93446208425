"""The picture from straight above: a ground plan with heights, since upright cut-outs would show nothing but their edges.

Trees and bushes become crowns, what is built becomes a block with a roof; both lean away from the middle as they rise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import cv2
import numpy as np

from storyvid.backends.animatic.facets import Solid
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.pieces import Glow, Ground, Piece, Prop, Ripples
from storyvid.backends.animatic.settings import Place
from storyvid.backends.animatic.settings.site import Surface
from storyvid.backends.animatic.shapes import Points, ellipse, outline, smooth
from storyvid.backends.animatic.view import UNIT, View, in_front

BELOW_LENS_M = 0.5  # what comes nearer to the lens than this is cut off
STRAIGHT_POINTS = 8  # outlines of no more points are built, others grown
HANGS_M = 0.35  # what begins above this hangs on a wall, and is too thin to see from above
TOO_WIDE_M = 24.0  # walls and skirting boards
SEAM_M = 0.0022  # half width of a joint
BUILT_DEPTH, MAX_DEPTH_M = 0.7, 8.0
CROWN_POINTS = 11


def paint_surface(view: View, surface: Surface) -> None:
    """Fill the canvas with a table top, with the joints of its boards."""
    _flood(view, surface.colour)
    scale = view.focal / max(BELOW_LENS_M, view.y - surface.height_m)
    if not surface.board_m:
        return
    reach = math.ceil(view.height / scale / surface.board_m) + 1
    for n in range(-reach, reach + 1):
        row = view.level - ((n + 0.5) * surface.board_m - view.z) * scale
        half = max(0.5, SEAM_M * scale)
        view.fill(outline((0, row - half), (view.width, row - half), (view.width, row + half), (0, row + half)), surface.seam)


def paint_ground(view: View, place: Place) -> None:
    """Fill the canvas with the ground, or the floor."""
    _flood(view, place.underfoot or place.near)
    if not math.isinf(place.end_m) and place.sky is not None:
        wall = outline((-60, place.end_m), (60, place.end_m), (60, place.end_m + 20), (-60, place.end_m + 20))
        _fill(view, wall, 0.0, darker(place.sky[1], 0.5))


def _flood(view: View, colour: Colour) -> None:
    height, width = view.canvas.shape[:2]
    cv2.rectangle(view.canvas, (0, 0), (width, height), colour, cv2.FILLED)  # ten times quicker than assigning to the array


def paint_all(pieces: Iterable[Piece], view: View) -> None:
    """Paint pieces from above, low ones first."""
    for piece in sorted(pieces, key=_top):
        paint_piece(piece, view)


def paint_piece(piece: Piece, view: View) -> None:
    """Paint one piece from above; skies, mists and ridges are not in the picture."""
    if isinstance(piece, Ground):
        if piece.y < view.y - BELOW_LENS_M:
            _fill(view, piece.points, piece.y, piece.colour)
    elif isinstance(piece, Prop):
        _paint_prop(piece, view)
    elif isinstance(piece, Solid):
        _paint_solid(piece, view)
    elif isinstance(piece, Ripples):
        _paint_ripples(piece, view)
    elif isinstance(piece, Glow) and not math.isinf(piece.z) and piece.y < view.y - BELOW_LENS_M:
        (spot,), _ = view.see(np.array([piece.x]), np.array([piece.y]), np.array([piece.z]))
        piece.add(view, float(spot[0]), float(spot[1]), piece.radius * view.focal / (view.y - piece.y))


def _top(piece: Piece) -> float:
    """What is painted later lies higher; on one level, what settings paint later."""
    order = -min(piece.z, 1e5) / 1e6
    if isinstance(piece, Prop):
        return order + piece.y + piece.top
    return order + (float(piece.corners[:, 1].max()) if isinstance(piece, Solid) else getattr(piece, "y", 0.0))


def _fill(view: View, points: Points, y: float, colour: Colour) -> None:
    """Fill a flat polygon of x and z at a height."""
    pixels, _ = view.see(points[:, 0], np.full(len(points), y), points[:, 1])
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    if high[0] > 0 and high[1] > 0 and low[0] < view.width and low[1] < view.height:
        view.fill(pixels, colour)


def _paint_prop(prop: Prop, view: View) -> None:
    wide, top = float(np.ptp(prop.outline[:, 0])), min(prop.y + prop.top, view.y - BELOW_LENS_M)
    hangs = prop.y + float(prop.outline[:, 1].min()) > HANGS_M
    if hangs or wide > TOO_WIDE_M or top <= prop.y or not _in_sight(prop, wide, view):
        return
    points, colour = max(prop.polygons(), key=lambda polygon: float(np.ptp(polygon[0], axis=0).prod()))
    if len(points) > STRAIGHT_POINTS:
        _paint_crown(view, prop, wide / 2, top, colour)
    else:
        _paint_block(view, prop, float(np.ptp(points[:, 0])), top, colour)


def _in_sight(prop: Prop, wide: float, view: View) -> bool:
    """Whether its foot is in the frame; what stands further out leans further out."""
    scale = view.focal / max(BELOW_LENS_M, view.y - prop.y)
    column, row = view.middle + (prop.x - view.x) * scale, view.level - (prop.z - view.z) * scale
    rim = wide * scale
    return -rim < column < view.width + rim and -rim < row < view.height + rim


def _paint_crown(view: View, prop: Prop, radius: float, top: float, colour: Colour) -> None:
    """A round crown with a dark rim and a lit middle; its bumps are the same in every frame."""
    bumps = 1 + 0.12 * np.sin(np.arange(CROWN_POINTS) * 2.4 + prop.x * 3.1 + prop.z)
    for share, level, tint in (
        (1.0, 0.55, darker(colour, 0.72)),
        (0.86, 0.75, colour),
        (0.5, 1.0, mix(colour, (255, 250, 230), 0.12)),
    ):
        rim = ellipse(prop.x, prop.z, radius * share, radius * share, points=CROWN_POINTS)
        middle = np.array((prop.x, prop.z))
        bumpy = middle + (rim - middle) * bumps[:, None]
        _fill(view, smooth([(x, z) for x, z in bumpy], steps=4), prop.y + (top - prop.y) * level, tint)


def _paint_block(view: View, prop: Prop, wide: float, top: float, colour: Colour) -> None:
    """A block: flanks that lean outwards, and a roof in two tones where the lens is above it."""
    deep, x, z = min(wide * BUILT_DEPTH, MAX_DEPTH_M), prop.x + float(prop.outline[:, 0].mean()), prop.z
    base = outline((x - wide / 2, z), (x + wide / 2, z), (x + wide / 2, z + deep), (x - wide / 2, z + deep))
    low, _ = view.see(base[:, 0], np.full(4, prop.y), base[:, 1])
    high, _ = view.see(base[:, 0], np.full(4, top), base[:, 1])
    for n, shade in enumerate((0.86, 0.66, 0.6, 0.74)):
        after = (n + 1) % 4
        view.fill(np.stack([low[n], low[after], high[after], high[n]]), darker(colour, shade))
    view.fill(high, colour)
    middle = (high[0] + high[3]) / 2, (high[1] + high[2]) / 2
    view.fill(np.stack([high[0], high[1], middle[1], middle[0]]), darker(colour, 0.88))


def _paint_solid(solid: Solid, view: View) -> None:
    """Faces in space, cut where they come too near to the lens."""
    for corners, side, colour in solid.polygons():
        if side == "down" or (side == "front" and view.z > corners[0, 2]):
            continue
        if side in {"left", "right"} and (view.x < corners[0, 0]) is not (side == "left"):
            continue
        cut = in_front(np.column_stack([corners, view.y - corners[:, 1]]), BELOW_LENS_M)
        if len(cut) > 2:
            pixels, _ = view.see(cut[:, 0], cut[:, 1], cut[:, 2])
            view.fill(pixels, colour)


def _paint_ripples(ripples: Ripples, view: View) -> None:
    """Glints as they lie on the water."""
    if ripples.azimuth is not None:
        return
    x, z, long, phase = ripples.places.T
    beat = np.sin(math.tau * (ripples.pace * view.t + phase))
    centres, _ = view.see(x + 0.12 * long * beat, np.zeros_like(x), z)
    half = 0.5 * np.minimum(long, 1.6) * view.focal / view.y * np.maximum(0.1, 0.55 + 0.45 * beat)
    for (column, row), length in zip(centres, half, strict=True):
        if -length < column < view.width + length and 0 < row < view.height:
            view.fill_fixed([(ellipse(column, row, length, 0.14 * length, points=8) * UNIT).astype(np.int32)], ripples.colour)
