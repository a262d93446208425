"""Behind everything: the sky (or a wall), the ground's own colour, and the lights of the sky."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic.light import Colour, Palette, mix
from storyvid.backends.animatic.pieces import Glow, Piece, dither
from storyvid.backends.animatic.shapes import ellipse
from storyvid.backends.animatic.view import SHIFT, UNIT, View

if TYPE_CHECKING:
    from storyvid.backends.animatic.settings.site import Place

TILE = 32  # columns of dithered colour that are repeated across the frame
SKY_STOPS = (0.0, 0.34, 1.0)  # horizon, middle, zenith, in units of the sky's height
SKY_HEIGHT = 0.60  # frame heights, for a focal length of one
STAR_COUNT = 130
DISC_RADIUS = 0.042  # tangent
GLOW_RADIUS = 0.62
VOID: Colour = (12, 14, 34)

_DITHER: NDArray[np.float32] = np.repeat(dither(TILE, TILE), 3, axis=1)  # of all channels


def paint_backdrop(view: View, place: Place, palette: Palette) -> None:
    """Fill the canvas with sky above the horizon and ground below it.

    Args:
        view: Where to paint; the canvas is a multiple of `TILE` pixels wide.
        place: Colours of the ground, and of the wall where there is one.
        palette: Colours of the sky.
    """
    rows = view.plane_rows(np.arange(view.canvas.shape[0], dtype=np.float64) + 0.5)
    edge = view.horizon if math.isinf(place.end_m) else view.place(0.0, 0.0, place.end_m)[1]
    ground_share = np.zeros((len(rows), 1)) if place.weightless else np.clip(rows + 0.5 - edge, 0.0, 1.0)[:, None]
    colours = _sky_rows(view, rows, place, palette) * (1 - ground_share) + _ground_rows(view, rows, place, palette) * ground_share
    tiles = np.take(_DITHER, np.arange(len(rows)) % TILE, axis=0)
    block = cv2.repeat(colours.clip(0, 255).astype(np.float32), 1, TILE) + tiles
    height, width = view.canvas.shape[:2]
    cv2.repeat(block.astype(np.uint8), 1, width // TILE, view.canvas.reshape(height, 3 * width))


def _sky_rows(view: View, rows: NDArray[np.float64], place: Place, palette: Palette) -> NDArray[np.float64]:
    zenith, middle, horizon = place.sky or (palette.zenith, palette.middle, palette.horizon)
    unit = SKY_HEIGHT * math.sqrt(view.focal * view.height)  # a long lens sees less of the sky, but not a flat piece of it
    rise = (view.horizon - rows) / unit
    rise = np.abs(rise) if place.weightless else rise
    stops = np.array([horizon, middle, zenith])
    return np.stack([np.interp(rise, SKY_STOPS, stops[:, channel]) for channel in range(3)], axis=1)


def _ground_rows(view: View, rows: NDArray[np.float64], place: Place, palette: Palette) -> NDArray[np.float64]:
    below = np.maximum(rows - view.horizon, 0.25)
    depth = np.maximum(0.0, view.focal * view.y / below + view.z)
    far = depth / (depth + place.fade_m)
    ground = np.array(place.near) + (np.array(place.far) - np.array(place.near)) * far[:, None]
    haze = palette.max_haze * 0.8 * depth / (depth + palette.haze_m) if place.outdoors else np.zeros_like(depth)
    return np.asarray(ground + (np.array(palette.haze) - ground) * haze[:, None])


class Disc:
    """The sun or the moon."""

    z = math.inf

    def __init__(self, palette: Palette) -> None:
        self.palette = palette

    def paint(self, view: View) -> None:
        """Draw the disc where the palette has it; it is too far away for parallax."""
        if self.palette.disc is None:
            return
        azimuth, elevation = self.palette.disc_place
        x, y, _ = view.on_canvas(view.middle + azimuth * view.focal, view.horizon - elevation * view.focal)
        radius = DISC_RADIUS * min(view.focal, 1.4 * view.height)
        view.fill_canvas(ellipse(x, y, radius, radius, points=48), self.palette.disc)
        if self.palette.stars:
            sea_of = mix(self.palette.disc, self.palette.middle, 0.22)
            for dx, dy, r in ((-0.30, -0.18, 0.26), (0.28, 0.22, 0.20), (0.10, -0.42, 0.13), (-0.24, 0.36, 0.11)):
                view.fill_canvas(ellipse(x + dx * radius, y + dy * radius, r * radius, r * radius), sea_of)


class Stars:
    """Fixed stars that twinkle a little.

    Args:
        source: Their places.
        palette: What they fade into near the horizon.
        airless: They do not fade towards the horizon.
        around: They stand below the horizon too: there is no ground.
    """

    z = math.inf

    def __init__(self, source: random.Random, palette: Palette, airless: bool = False, around: bool = False) -> None:
        self.palette = palette
        self.airless = airless or around
        low = -1.6 if around else 0.04
        self.places = [
            (source.uniform(-2.6, 2.6), source.uniform(low, 1.6), source.random(), source.random())
            for _ in range(STAR_COUNT * (8 if around else 4))
        ]

    def paint(self, view: View) -> None:
        """Draw the stars in view, fainter towards the horizon."""
        for azimuth, elevation, size, phase in self.places:
            x, y = view.middle + azimuth * view.focal, view.horizon - elevation * view.focal
            x, y, _ = view.on_canvas(x, y)
            if not (0 <= x < view.width and 0 <= y < view.height):
                continue
            twinkle = 0.8 + 0.2 * math.sin(math.tau * (0.5 * view.t + phase))
            light = (1.0 if self.airless else min(1.0, 0.15 + 1.1 * elevation)) * twinkle * (0.35 + 0.65 * size**2)
            colour = mix(VOID if self.airless else self.palette.zenith, (250, 246, 232), light)
            radius = max(0.55, (0.0008 + 0.0012 * size**3) * view.height)
            cv2.circle(view.canvas, (round(x * UNIT), round(y * UNIT)), round(radius * UNIT), colour, -1, cv2.LINE_AA, SHIFT)


def sky_lights(source: random.Random, palette: Palette) -> list[Piece]:
    """Stars, glow and disc, in the order they are painted."""
    lights: list[Piece] = []
    if palette.stars:
        lights.append(Stars(source, palette))
    if palette.glow > 0:
        azimuth, elevation = palette.disc_place
        lights.append(Glow(azimuth, elevation, math.inf, GLOW_RADIUS, _glow_colour(palette), palette.glow))
    lights.append(Disc(palette))
    return lights


def _glow_colour(palette: Palette) -> Colour:
    source = palette.disc or palette.horizon
    return (
        (source[0] * 0.46, source[1] * 0.36, source[2] * 0.24)
        if not palette.stars
        else (source[0] * 0.30, source[1] * 0.32, source[2] * 0.36)
    )
