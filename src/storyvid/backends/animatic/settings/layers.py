"""What many settings are laid out with: skylines, hills, clouds, and what is strewn on the ground."""

from __future__ import annotations

import math
import random

import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.light import Colour, mix
from storyvid.backends.animatic.pieces import Ground, Mist, Piece, Prop, Ridge
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import ellipse, smooth
from storyvid.backends.animatic.waters import Streak

SKY_M = 2000.0  # where clouds hang
VIEW_WIDTHS = 3.0  # half width of a layer, in units of its distance: room for wide screens and pans
FREE_M = 1.5  # kept clear on either side of the subject
STANDOFF_M = 9.0  # how far in front of the subject a camera may stand


def reach(z: float) -> float:
    """Half width of what may come into view at a depth."""
    return VIEW_WIDTHS * (z + STANDOFF_M)


def rolling(
    source: random.Random, z: float, height: float, wave: float, rough: float = 0.35
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A soft skyline: columns and heights.

    Args:
        source: Random numbers.
        z: Depth, metres.
        height: Of the highest crests, metres.
        wave: Length of the longest wave, metres.
        rough: How much of each longer wave the next shorter one keeps.
    """
    half = reach(z)
    xs = np.linspace(-half, half, 420)
    ys = np.zeros_like(xs)
    gain, total = 1.0, 0.0
    for octave in range(5):
        phase = source.random() * math.tau
        stretch = source.uniform(0.85, 1.15)
        ys += gain * np.sin(math.tau * xs / (wave * stretch / 1.9**octave) + phase)
        total += gain
        gain *= rough
    return xs, height * (0.5 + 0.5 * ys / total)


def treeline(source: random.Random, z: float, height: float, pointed: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A skyline of many tree tops, seen as one mass."""
    half = reach(z)
    columns, heights = [-half], [height * 0.5]
    x = -half
    while x < half:
        width, top = height * source.uniform(0.22, 0.42), height * source.uniform(0.62, 1.0)
        if pointed:
            columns += [x, x + width / 2, x + width]
            heights += [top * 0.52, top, top * 0.50]
        else:
            for step in range(6):
                columns.append(x + width * 1.5 * step / 6)
                heights.append(top * (0.66 + 0.3 * math.sin(math.pi * step / 6)))
            width *= 1.5
        x += width
    return np.array(columns), np.array(heights)


def clouds(site: Site, count: int = 7) -> list[Piece]:
    """Slowly drifting clouds."""
    pieces: list[Piece] = []
    for n in range(count):
        width = SKY_M * site.source.uniform(0.16, 0.42)
        x = (n / count - 0.5 + site.source.uniform(-0.05, 0.05)) * SKY_M * 4
        height = SKY_M * site.source.uniform(0.10, 0.46)
        nearness = min(1.0, height / SKY_M / 0.46)
        lit = mix(site.palette.horizon, site.palette.clouds, 0.35 + 0.5 * nearness)
        under = mix(lit, site.palette.middle, 0.38)
        shapes = flora.cloud(site.source, width * (0.5 + 0.6 * nearness), lit, under)
        pieces.append(Prop(shapes, x, SKY_M, y=height, drift=SKY_M * 0.004, wrap=SKY_M * 4))
    return pieces


def lamp_on_ground(
    site: Site, place: Place, x: float, z: float, height: float, width: float, tint: Colour = flora.LAMPLIGHT
) -> Piece:
    """What a lamp does to the ground: a pool of light, or its mirror image where the ground is wet.

    Args:
        site: For whether it is wet.
        place: For the ground's colour.
        x: Of the lamp, metres.
        z: Its depth.
        height: Of the lamp, as long as its mirror image.
        width: Of the mirror image.
        tint: Of the light.
    """
    if site.wet:
        return Streak(x, z, height, width, mix(place.near, tint, 0.5))
    return Ground(ellipse(x, z, 0.55 * height, 0.34 * height), mix(place.near, tint, 0.13), 837.0)


def hills(site: Site, z: float, height: float, albedo: Colour, mist: float = 0.35) -> list[Piece]:
    """A range of soft hills with mist at its foot."""
    xs, ys = rolling(site.source, z, height, wave=z * 1.5)
    colour = site.palette.shade(site.ground(albedo), z)
    return [Ridge(xs, ys, z, colour), Mist(z - 0.01, height * 0.8, site.palette.haze, mist)]


def scatter(site: Site, near: float, far: float, count: int, wide: float = 1.0, free: float = FREE_M) -> list[tuple[float, float]]:
    """Places (x, z) spread evenly over the picture between two depths, clear of the subject, far ones first."""
    places = []
    for n in range(count):
        z = near + (far - near) * ((n + site.source.random()) / count) ** 1.6
        x = site.source.uniform(-1, 1) * wide * reach(max(0.0, z)) * 0.8
        if abs(x) < free * (1.0 if z > 0 else 1.6):
            x = math.copysign(free * 1.6 + abs(x), x)
        places.append((x, z))
    return sorted(places, key=lambda place: -place[1])


def grass(site: Site, albedo: Colour, count: int = 90, height: float = 0.30) -> list[Piece]:
    """Tufts from in front of the camera to the middle distance."""
    pieces: list[Piece] = []
    for x, z in scatter(site, -STANDOFF_M * 0.55, 16, count, wide=0.55, free=0.35):
        colour = site.palette.shade(site.ground(albedo), max(0.0, z) * 0.6)
        pieces.append(Prop(flora.tuft(site.source, height * site.source.uniform(0.6, 1.15), colour), x, z, sway=0.05))
    return pieces


def tufts(site: Site, albedo: Colour, near: float, far: float, count: int, height: float = 0.28) -> list[Prop]:
    """Grass on a narrow strip, dense in front of the camera and thin around the subject."""
    pieces: list[Prop] = []
    for n in range(count):
        z = near + (far - near) * (n + site.source.random()) / count
        x = site.source.uniform(-1, 1) * (4.5 + 0.9 * max(0.0, z + 4))
        if abs(x) < 0.5 + 0.25 * abs(z):
            x += 1.4 if x > 0 else -1.4
        tint = site.palette.shade(site.ground(albedo), max(0.0, z) * 0.6)
        pieces.append(Prop(flora.tuft(site.source, height * site.source.uniform(0.5, 1.15), tint), x, z, sway=0.05))
    return pieces


def patches(site: Site, albedo: Colour, count: int = 50, size: float = 1.2, far: float = 40.0) -> list[Piece]:
    """Irregular darker and lighter patches on the ground, which show that it moves."""
    pieces: list[Piece] = []
    for n in range(count):
        z = -STANDOFF_M + (far + STANDOFF_M) * ((n + site.source.random()) / count) ** 1.8
        x = site.source.uniform(-1, 1) * reach(max(0.0, z)) * 0.6
        long = size * site.source.uniform(0.6, 1.6) * (1 + max(0.0, z) / 12)
        rim = ellipse(x, z, long, long * 0.42, points=9)
        shape = smooth([(px * 1.0 + site.source.uniform(-0.12, 0.12) * long, pz) for px, pz in rim], steps=3)
        pieces.append(Ground(shape, site.palette.shade(site.ground(albedo), max(0.0, z)), z + 900.0))
    return pieces
