"""The places: one small function each, which lays out layers from far to near. `SETTINGS` is the table.

A layout depends on the location's words alone, so that two shots of one location show one place. The subject stands at
x = 0, z = 0; the strip in front of and around it is kept free. Distances are metres. To add a setting, write a function
and name it in `SETTINGS`, and give its words to `words.SETTING_WORDS`.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.light import Colour, Palette, darker, mix
from storyvid.backends.animatic.pieces import Glow, Ground, Mist, Piece, Prop, Ridge, Ripples
from storyvid.backends.animatic.shapes import Points, box, ellipse, outline, smooth

SKY_M = 2000.0  # where clouds hang
VIEW_WIDTHS = 3.0  # half width of a layer, in units of its distance: room for wide screens and pans
FREE_M = 1.5  # kept clear on either side of the subject
STANDOFF_M = 9.0  # how far in front of the subject a camera may stand


@dataclass
class Place:
    """A laid-out setting.

    Attributes:
        pieces: Everything but the subject, in any order.
        near: Ground at the camera's feet.
        far: Ground towards the horizon.
        fade_m: Distance at which the ground is half way to ``far``.
        end_m: Depth at which the ground ends (a wall), or infinite.
        underfoot: Ground under the subject, where it differs from ``near``.
        sky: Zenith, middle and horizon colours that replace the palette's (a wall), or None.
        outdoors: Whether weather falls here.
    """

    near: Colour
    far: Colour
    fade_m: float = 14.0
    end_m: float = math.inf
    sky: tuple[Colour, Colour, Colour] | None = None
    outdoors: bool = True
    underfoot: Colour | None = None
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class Site:
    """What a setting is laid out from.

    Attributes:
        source: Random numbers of the location.
        palette: Colours of the shot.
        afloat: The subject floats, so that the ground is water up to the camera.
        snowy: Snow lies.
    """

    source: random.Random
    palette: Palette
    afloat: bool = False
    snowy: bool = False

    def ground(self, albedo: Colour) -> Colour:
        """A ground's own colour, under snow where it lies."""
        return mix(albedo, (226, 232, 238), 0.72) if self.snowy else albedo


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


def forest(site: Site) -> Place:
    """Tall trunks in rows behind one another, ferns, shafts of haze between the rows."""
    green, bark = (74, 112, 72), (92, 70, 58)
    shade = site.palette.shade
    place = Place(shade(site.ground((92, 104, 62)), 0), shade(site.ground((110, 128, 84)), 60), fade_m=10)
    for z, height in ((120.0, 30.0), (70.0, 22.0)):
        xs, ys = treeline(site.source, z, height, pointed=True)
        place.pieces += [Ridge(xs, ys, z, shade(green, z * 1.2)), Mist(z - 0.1, height * 0.55, site.palette.haze, 0.5)]
    for z, step in ((38.0, 4.2), (22.0, 3.4), (12.0, 3.2), (5.5, 3.6)):
        x = -reach(z)
        while x < reach(z):
            x += step * site.source.uniform(0.6, 1.5)
            depth = z * site.source.uniform(0.9, 1.12)
            if site.source.random() < 0.55 or z < 8:
                if abs(x) > FREE_M + 0.6:
                    shapes = flora.bare_trunk(site.source, site.source.uniform(13, 18), shade(bark, depth))
                    place.pieces.append(Prop(shapes, x, depth))
            else:
                shapes = flora.pine(site.source, site.source.uniform(6, 12), shade(site.ground(green), depth), shade(bark, depth))
                place.pieces.append(Prop(shapes, x, depth, sway=0.12))
        place.pieces.append(Mist(z - 0.2, 5.5, site.palette.haze, 0.34))
    for x, z in scatter(site, -3.0, 18, 46, wide=0.6, free=1.1):
        fern = flora.fern(site.source, site.source.uniform(0.3, 0.62), shade(site.ground((86, 128, 70)), max(0.0, z)))
        place.pieces.append(Prop(fern, x, z, sway=0.03))
    place.pieces += patches(site, (78, 90, 54), 44, 1.3) + grass(site, (98, 132, 70), 40)
    return place


def mountains(site: Site) -> Place:
    """Snow peaks behind ranges of hills, a meadow with pines and boulders in front."""
    shade = site.palette.shade
    place = Place(shade(site.ground((112, 132, 78)), 0), shade(site.ground((140, 158, 108)), 70), fade_m=16)
    place.pieces += clouds(site, 5)
    for z, low, high, step in ((1500.0, 340.0, 620.0, 420.0), (760.0, 130.0, 260.0, 260.0)):
        x = -z * 2.6
        while x < z * 2.6:
            x += step * site.source.uniform(0.7, 1.4)
            height = site.source.uniform(low, high)
            rock, snow = shade((104, 110, 128), z * 0.16), shade((238, 242, 248), z * 0.07)
            place.pieces.append(
                Prop(
                    flora.peak(site.source, height * site.source.uniform(1.5, 1.9), height, rock, snow), x, z + site.source.random()
                )
            )
        place.pieces.append(Mist(z - 1, low * 0.7, site.palette.haze, 0.55))
    place.pieces += hills(site, 260, 42, (86, 118, 88), 0.45) + hills(site, 120, 15, (92, 124, 78), 0.35)
    xs, ys = treeline(site.source, 75, 9, pointed=True)
    place.pieces += [Ridge(xs, ys, 75, shade(site.ground((58, 92, 74)), 75)), Mist(74.9, 5, site.palette.haze, 0.3)]
    for x, z in scatter(site, 8, 50, 26, wide=0.9, free=4):
        shapes = flora.pine(site.source, site.source.uniform(4.5, 8.5), shade(site.ground((62, 98, 76)), z), shade((84, 66, 56), z))
        place.pieces.append(Prop(shapes, x, z, sway=0.08))
    for x, z in scatter(site, -2.5, 20, 16, wide=0.5):
        place.pieces.append(
            Prop(flora.stone(site.source, site.source.uniform(0.15, 0.5), shade(site.ground((150, 148, 146)), max(0.0, z))), x, z)
        )
    place.pieces += patches(site, (98, 120, 66), 44, 1.5) + grass(site, (126, 148, 76), 60, 0.24)
    return place


def sea(site: Site) -> Place:
    """Water to the horizon with breathing glints, a headland, foam along a sandy shore."""
    shade, palette = site.palette.shade, site.palette
    deep = mix(shade((44, 112, 144), 0), mix(palette.zenith, palette.middle, 0.4), 0.38)
    place = Place(deep, mix(palette.horizon, deep, 0.45), fade_m=26)
    place.pieces += clouds(site, 8)
    side = 1 if site.source.random() < 0.5 else -1
    for z, height, albedo in ((900.0, 62.0, (96, 112, 122)), (480.0, 38.0, (84, 100, 104))):
        xs, ys = rolling(site.source, z, height, wave=z * 0.9, rough=0.5)
        fall = np.clip((xs * side - z * 0.12) / (z * 0.5), 0, 1)
        place.pieces += [
            Ridge(xs, ys * fall**0.7 - 0.5, z, shade(albedo, z * 0.5), foot=-0.5),
            Mist(z - 1, height * 0.4, palette.haze, 0.4),
        ]
    places = []
    for n in range(230):
        z = 2.5 + 170 * ((n + site.source.random()) / 230) ** 2.2
        places.append(
            (
                site.source.uniform(-1, 1) * reach(z) * 0.7,
                z - (55.0 if site.afloat else 0.0),
                site.source.uniform(0.5, 1.5) * (0.7 + z / 16),
                site.source.random(),
            )
        )
    if palette.disc is not None:
        place.pieces.append(_glitter(site))
    light, dark = places[::2], places[1::2]
    place.pieces.append(Ripples(np.array(light), mix(deep, palette.horizon, 0.55), 880.0))
    place.pieces.append(Ripples(np.array(dark), darker(deep, 0.84), 890.0, pace=0.17))
    if not site.afloat:
        place.pieces += _shore(site)
        place.underfoot = shade(site.ground((222, 196, 150)), 2)
    return place


def _glitter(site: Site) -> Ripples:
    """The path of light under the sun or moon."""
    places = []
    for n in range(120):
        z = 9.0 + 420 * ((n + site.source.random()) / 120) ** 2.4
        places.append(
            (site.source.uniform(-1, 1) * (0.4 + 0.05 * z), z, site.source.uniform(0.5, 1.3) * (0.3 + z / 22), site.source.random())
        )
    light = mix(site.palette.disc or site.palette.horizon, site.palette.horizon, 0.3)
    return Ripples(np.array(places), light, 870.0, pace=0.5, azimuth=site.palette.disc_place[0])


def _shore(site: Site) -> list[Piece]:
    shade = site.palette.shade
    xs = np.linspace(-60, 60, 60)
    line = 3.4 + 0.7 * np.sin(xs * 0.21 + site.source.random() * 6) + 0.3 * np.sin(xs * 0.63 + site.source.random() * 6)
    pieces: list[Piece] = []
    for offset, albedo, order in (
        (1.0, (120, 168, 176), 860.0),
        (0.42, (238, 244, 244), 850.0),
        (0.16, (166, 142, 112), 840.0),
        (-0.5, (222, 196, 150), 830.0),
    ):
        edge = np.stack([xs, line + offset], 1)
        near = np.array([[60.0, -40.0], [-60.0, -40.0]])
        pieces.append(Ground(np.concatenate([edge, near]), shade(site.ground(albedo) if offset < 0.4 else albedo, 2), order))
    for x, z in scatter(site, -4, 2, 14, wide=0.6, free=1.2):
        pieces.append(Prop(flora.stone(site.source, site.source.uniform(0.06, 0.22), shade((150, 138, 128), 0)), x, z))
    for x, z in scatter(site, -4.5, 1.5, 10, wide=0.5, free=1.3):
        pieces.append(Prop(flora.tuft(site.source, site.source.uniform(0.2, 0.4), shade((148, 150, 92), 0)), x, z, sway=0.05))
    return pieces


def _tower(site: Site, width: float, height: float, z: float) -> list[tuple[Points | list[Points], Colour]]:
    tint = site.source.choice(((122, 112, 122), (140, 122, 112), (104, 116, 132), (156, 140, 126)))
    wall = site.palette.shade(tint, z)
    shapes: list[tuple[Points | list[Points], Colour]] = [
        (box(0, 0, width, height), wall),
        (outline((width * 0.16, 0), (width * 0.5, 0), (width * 0.5, height), (width * 0.16, height)), darker(wall, 0.87)),
        (box(0, height, width * 1.04, height * 0.015), darker(wall, 0.8)),
    ]
    if site.source.random() < 0.5:
        shapes.insert(0, (box(width * site.source.uniform(-0.3, 0.3), height, width * 0.2, height * 0.08), darker(wall, 0.9)))
    columns, rows = max(2, round(width / 2.6)), max(3, round(height / 3.4))
    pitch_x, pitch_y = width / columns, height / rows
    lit: list[Points] = []
    glass: list[Points] = []
    dim: list[Points] = []
    for row in range(rows):
        for column in range(columns):
            pane = box((column + 0.5) * pitch_x - width / 2, (row + 0.3) * pitch_y, pitch_x * 0.5, pitch_y * 0.46)
            if site.palette.lamps and site.source.random() < 0.34:
                lit.append(pane)
            else:
                (glass if site.source.random() < 0.3 else dim).append(pane)
    warm = mix(flora.LAMPLIGHT, site.palette.haze, 0.5 * z / (z + 90))
    panes = ((lit, warm), (glass, mix(wall, site.palette.middle, 0.35)), (dim, darker(wall, 0.74)))
    return [*shapes, *((group, colour) for group, colour in panes if group)]


def city(site: Site) -> Place:
    """A street between towers, a skyline behind, pavements, lamps and a crossing."""
    shade, palette = site.palette.shade, site.palette
    place = Place(shade(site.ground((98, 98, 104)), 0), shade(site.ground((118, 116, 118)), 60), fade_m=20)
    place.pieces += clouds(site, 4)
    for z, low, high in ((420.0, 60.0, 170.0), (230.0, 36.0, 100.0)):
        xs, ys = _skyline(site, z, low, high)
        place.pieces += [Ridge(xs, ys, z, shade((112, 112, 128), z * 0.75)), Mist(z - 1, low, palette.haze, 0.5)]
    for z, gap in ((62.0, 9.0), (34.0, 8.0), (17.0, 7.2)):
        for side in (-1, 1):
            x = side * gap
            while abs(x) < reach(z) * 0.9:
                width = site.source.uniform(9, 15)
                height = site.source.uniform(16, 40)
                place.pieces.append(Prop(_tower(site, width, height, z), x + side * width / 2, z + site.source.random()))
                x += side * (width + site.source.uniform(0.0, 1.6))
        place.pieces.append(Mist(z - 0.5, 7, palette.haze, 0.3))
    place.pieces += _street(site)
    return place


def _skyline(site: Site, z: float, low: float, high: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    columns: list[float] = []
    heights: list[float] = []
    x = -reach(z) * 0.7
    while x < reach(z) * 0.7:
        width, height = site.source.uniform(0.3, 0.7) * low, low + (high - low) * site.source.random() ** 2.2
        columns += [x, x + 0.01, x + width, x + width + 0.01]
        heights += [low * 0.4, height, height, low * 0.4]
        x += width + site.source.uniform(0, 0.15) * low
    return np.array(columns), np.array(heights)


def _street(site: Site) -> list[Piece]:
    shade, palette = site.palette.shade, site.palette
    kerb = shade(site.ground((156, 152, 148)), 4)
    pave = shade(site.ground((136, 132, 130)), 4)
    paint = shade((206, 204, 196), 4)
    pieces: list[Piece] = []
    for side in (-1, 1):
        pieces.append(Ground(outline((side * 4.6, -30), (side * 4.6, 400), (side * 90, 400), (side * 90, -30)), kerb, 860))
        pieces.append(Ground(outline((side * 4.85, -30), (side * 4.85, 400), (side * 90, 400), (side * 90, -30)), pave, 850))
        for z in range(2, 60, 11):
            post = flora.lamp_post(shade((58, 60, 70), z), palette.lamps)
            pieces.append(Prop(post, side * 5.3, float(z)))
            if palette.lamps:
                pieces.append(Glow(side * 5.3, 4.3, z - 0.05, 2.4, (150, 108, 52), 0.75))
    for n in range(-6, 40):
        if n not in (1, 2):
            pieces.append(
                Ground(outline((-0.08, n * 4.0), (0.08, n * 4.0), (0.08, n * 4.0 + 2.0), (-0.08, n * 4.0 + 2.0)), paint, 840)
            )
    for n in range(-6, 7):
        pieces.append(
            Ground(outline((n * 0.7 - 0.2, 4.0), (n * 0.7 + 0.2, 4.0), (n * 0.7 + 0.2, 7.4), (n * 0.7 - 0.2, 7.4)), paint, 840)
        )
    return pieces


def village(site: Site) -> Place:
    """Gabled houses along a lane, hills and trees behind, fences and grass in front."""
    shade, palette = site.palette.shade, site.palette
    place = Place(shade(site.ground((142, 150, 92)), 0), shade(site.ground((158, 168, 116)), 70), fade_m=16)
    place.pieces += clouds(site, 6) + hills(site, 420, 70, (112, 136, 112), 0.4) + hills(site, 170, 24, (116, 142, 92), 0.4)
    walls = ((232, 214, 184), (214, 178, 142), (238, 228, 210), (196, 150, 124))
    roofs = ((172, 88, 66), (134, 78, 66), (110, 92, 92))
    for z, step in ((60.0, 11.0), (34.0, 9.5), (18.0, 9.0)):
        x = -reach(z) * 0.85
        while x < reach(z) * 0.85:
            x += step * site.source.uniform(0.85, 1.3)
            if abs(x) < 3.4:
                continue
            wide, tall = site.source.uniform(5.5, 7.5), site.source.uniform(3.0, 3.9)
            wall, roof = shade(site.source.choice(walls), z), shade(site.ground(site.source.choice(roofs)), z)
            place.pieces.append(Prop(flora.house(site.source, wide, tall, wall, roof, palette, z), x, z + site.source.random()))
            if site.source.random() < 0.6:
                tree = flora.broadleaf(
                    site.source, site.source.uniform(5, 7.5), shade(site.ground((98, 132, 72)), z), shade((96, 72, 58), z)
                )
                place.pieces.append(Prop(tree, x + wide * 0.8, z + 2, sway=0.1))
        place.pieces.append(Mist(z - 0.4, 3.2, palette.haze, 0.26))
    place.pieces += _lane(site, (196, 172, 132), 1.7) + _fence(site, 8.0)
    place.pieces += patches(site, (126, 138, 78), 36, 1.4) + grass(site, (134, 152, 78), 70, 0.26)
    return place


def _lane(site: Site, albedo: Colour, half: float) -> list[Piece]:
    """A winding track that leads away from the camera."""
    zs = np.linspace(-30, 160, 90)
    bend = (
        0.9 * np.sin(zs * 0.055 + site.source.random()) + 0.0022 * zs * np.abs(zs) * (1 if site.source.random() < 0.5 else -1) * 0.2
    )
    left, right = np.stack([bend - half, zs], 1), np.stack([bend + half, zs], 1)[::-1]
    colour = site.palette.shade(site.ground(albedo), 4)
    inner = np.concatenate([np.stack([bend - half * 0.12, zs], 1), np.stack([bend + half * 0.12, zs], 1)[::-1]])
    verge = site.palette.shade(site.ground((136, 144, 86)), 4)
    return [Ground(np.concatenate([left, right]), colour, 850), Ground(inner, mix(colour, verge, 0.55), 845)]


def _fence(site: Site, z: float) -> list[Piece]:
    wood = site.palette.shade(site.ground((150, 118, 88)), z)
    pieces: list[Piece] = []
    for side in (-1, 1):
        for n in range(9):
            x = side * (3.0 + 2.1 * n)
            shapes = [
                (box(0, 0, 0.14, 1.1), wood),
                (box(side * 1.05, 0.38, 2.1, 0.09), darker(wood, 0.92)),
                (box(side * 1.05, 0.76, 2.1, 0.09), darker(wood, 0.92)),
            ]
            pieces.append(Prop(shapes, x, z))
    return pieces


def meadow(site: Site) -> Place:
    """Open fields: furrows that run to the horizon, a far hedge, single trees, much grass."""
    shade = site.palette.shade
    place = Place(shade(site.ground((176, 164, 84)), 0), shade(site.ground((190, 186, 122)), 90), fade_m=22)
    place.pieces += clouds(site, 8) + hills(site, 600, 80, (116, 138, 126), 0.4) + hills(site, 260, 24, (132, 150, 98), 0.35)
    xs, ys = treeline(site.source, 120, 7, pointed=False)
    place.pieces += [Ridge(xs, ys, 120, shade(site.ground((92, 118, 74)), 120)), Mist(119.9, 4, site.palette.haze, 0.35)]
    stripe = shade(site.ground((150, 150, 72)), 6)
    for n in range(-34, 35):
        if n % 2:
            place.pieces.append(
                Ground(
                    outline((n * 1.5 - 0.55, -20), (n * 1.5 + 0.55, -20), (n * 1.5 + 0.55, 118), (n * 1.5 - 0.55, 118)), stripe, 870
                )
            )
    for x, z in scatter(site, 26, 80, 9, free=6):
        tree = flora.broadleaf(
            site.source, site.source.uniform(6, 10), shade(site.ground((94, 126, 66)), z), shade((92, 70, 56), z)
        )
        place.pieces.append(Prop(tree, x, z, sway=0.14))
    place.pieces += grass(site, (190, 170, 84), 130, 0.42)
    return place


def road(site: Site) -> Place:
    """A straight road to the vanishing point, posts and wires, low hills."""
    shade = site.palette.shade
    place = Place(shade(site.ground((150, 140, 100)), 0), shade(site.ground((168, 160, 124)), 90), fade_m=20)
    place.pieces += clouds(site, 8) + hills(site, 900, 130, (120, 124, 134), 0.45) + hills(site, 360, 34, (134, 136, 106), 0.4)
    tar, paint = shade(site.ground((92, 90, 94)), 4), shade((226, 206, 140), 4)
    place.pieces.append(Ground(outline((-3.6, -40), (3.6, -40), (3.6, 2000), (-3.6, 2000)), tar, 860))
    for side in (-1, 1):
        place.pieces.append(
            Ground(
                outline((side * 3.25, -40), (side * 3.4, -40), (side * 3.4, 900), (side * 3.25, 900)),
                shade((214, 210, 200), 4),
                850,
            )
        )
    for n in range(-6, 46):
        place.pieces.append(
            Ground(outline((-0.08, n * 6.0), (0.08, n * 6.0), (0.08, n * 6.0 + 3), (-0.08, n * 6.0 + 3)), paint, 850)
        )
    for n in range(-1, 13):
        z = 5.0 + n * 15
        wood = shade((88, 74, 66), z)
        pole = [(box(0, 0, 0.2, 7.2), wood), (box(0, 6.4, 2.0, 0.14), wood), (box(0, 5.7, 1.5, 0.12), wood)]
        place.pieces.append(Prop(pole, 6.8, z))
    for x, z in scatter(site, -3, 40, 26, wide=0.8, free=4.6):
        bush = flora.fern(site.source, site.source.uniform(0.3, 0.7), shade(site.ground((122, 126, 80)), max(0.0, z)))
        place.pieces.append(Prop(bush, x, z, sway=0.03))
    place.pieces += patches(site, (134, 124, 86), 40, 1.5)
    return place


def desert(site: Site) -> Place:
    """Dunes in bands of light and shade, mesas behind, cactus and stones in front."""
    shade = site.palette.shade
    place = Place(shade((226, 178, 118), 0), shade((236, 200, 148), 80), fade_m=24)
    place.pieces += clouds(site, 3)
    for n in range(5):
        x = (n / 4 - 0.5) * 2600 + site.source.uniform(-160, 160)
        wide, tall = site.source.uniform(150, 340), site.source.uniform(70, 140)
        rock = shade((176, 104, 82), 130)
        mesa = [
            (
                outline(
                    (-wide, 0),
                    (-wide * 0.62, tall * 0.5),
                    (-wide * 0.5, tall),
                    (wide * 0.46, tall),
                    (wide * 0.6, tall * 0.5),
                    (wide, 0),
                ),
                rock,
            ),
            (
                outline((wide * 0.1, 0), (wide * 0.16, tall), (wide * 0.46, tall), (wide * 0.6, tall * 0.5), (wide, 0)),
                darker(rock, 0.88),
            ),
        ]
        place.pieces.append(Prop(mesa, x, 900 + n))
    place.pieces.append(Mist(890, 60, site.palette.haze, 0.5))
    for z, height, albedo in (
        (320.0, 30.0, (216, 164, 112)),
        (150.0, 13.0, (228, 178, 120)),
        (70.0, 4.6, (214, 160, 104)),
        (32.0, 1.8, (230, 182, 122)),
    ):
        xs, ys = rolling(site.source, z, height, wave=z * 1.7, rough=0.22)
        place.pieces += [Ridge(xs, ys, z, shade(albedo, z)), Mist(z - 0.1, height * 0.7, site.palette.haze, 0.25)]
    for x, z in scatter(site, 6, 48, 10, free=3.5):
        place.pieces.append(Prop(flora.cactus(site.source, site.source.uniform(2.2, 4.2), shade((104, 128, 84), z)), x, z))
    for x, z in scatter(site, -3, 20, 20, wide=0.5):
        place.pieces.append(
            Prop(flora.stone(site.source, site.source.uniform(0.08, 0.34), shade((188, 132, 96), max(0.0, z))), x, z)
        )
    place.pieces += patches(site, (214, 164, 106), 40, 2.0)
    return place


def room(site: Site) -> Place:
    """An interior: a papered wall with a window, a lamp, shelves and pictures, a board floor with a rug."""
    lamps = site.palette.lamps
    indoor = mix((1.0, 0.93, 0.84), (0.62, 0.48, 0.42), 0.75 if lamps else 0.0)
    tint = site.source.choice(((196, 176, 150), (150, 168, 164), (188, 158, 148), (168, 172, 140)))

    def lit(albedo: Colour) -> Colour:
        return mix((albedo[0] * indoor[0], albedo[1] * indoor[1], albedo[2] * indoor[2]), site.palette.tone, 0.14)

    wall, wood = lit(tint), lit((142, 96, 68))
    place = Place(
        lit((176, 128, 92)),
        lit((158, 112, 80)),
        fade_m=5,
        end_m=3.6,
        sky=(darker(wall, 0.78), wall, darker(wall, 0.94)),
        outdoors=False,
    )
    seam = darker(lit((168, 120, 86)), 0.88)
    for n in range(-40, 41):
        place.pieces.append(
            Ground(
                outline((n * 0.34 - 0.012, -12), (n * 0.34 + 0.012, -12), (n * 0.34 + 0.012, 3.6), (n * 0.34 - 0.012, 3.6)),
                seam,
                860,
            )
        )
    place.pieces.append(Ground(ellipse(0, 0.5, 2.3, 1.5, points=40), lit((172, 92, 80)), 850))
    place.pieces.append(Ground(ellipse(0, 0.5, 2.0, 1.25, points=40), lit((206, 158, 120)), 849))
    place.pieces.append(Ground(ellipse(0, 0.5, 1.85, 1.13, points=40), lit((172, 92, 80)), 848))
    place.pieces.append(Prop([(box(0, 0, 60, 0.16), lit((226, 214, 196))), (box(0, 0.14, 60, 0.03), darker(wall, 0.7))], 0, 3.59))
    place.pieces.append(
        Prop([(box(0, 2.86, 60, 9), lit((236, 226, 210))), (box(0, 2.78, 60, 0.10), darker(lit((236, 226, 210)), 0.86))], 0, 3.592)
    )
    for n in range(-24, 25):
        place.pieces.append(Prop([(box(0, 0.17, 0.045, 2.62), darker(wall, 0.965))], n * 0.62 + 0.3, 3.595))
    place.pieces += _furniture(site, lit, wood)
    return place


def _furniture(site: Site, lit: Callable[[Colour], Colour], wood: Colour) -> list[Piece]:
    palette, source = site.palette, site.source
    side = 1 if source.random() < 0.5 else -1
    pane, sill = palette.middle, lit((236, 226, 208))
    land = palette.shade((92, 116, 96), 120)
    hill = smooth([(-0.68, 0.92), (-0.4, 1.28), (0.0, 1.16), (0.35, 1.34), (0.68, 1.1), (0.68, 0.92)], steps=4)
    hill[:, 0] = np.clip(hill[:, 0], -0.68, 0.68)
    hill[:, 1] = np.maximum(hill[:, 1], 0.92)
    window = [
        (box(0, 0.84, 1.6, 1.62), sill), (box(0, 0.92, 1.36, 1.46), pane), (outline((-0.68, 0.92), (0.68, 0.92),
        (0.68, 1.5), (-0.68, 1.5)), palette.horizon),
        (hill, land), (box(0, 0.92, 0.06, 1.46), sill), (box(0, 1.68, 1.36, 0.05), sill), (box(0, 0.80, 1.8, 0.08),
        darker(sill, 0.9)),
    ]  # fmt: skip
    cloth = lit((176, 96, 84))
    for edge in (-1, 1):
        fall = [(edge * 1.12, 0.3), (edge * 1.1, 2.62), (edge * 0.62, 2.62), (edge * 0.74, 1.7), (edge * 0.82, 0.3)]
        window.append((outline(*fall), cloth))
        window.append(
            (outline((edge * 0.98, 0.3), (edge * 0.94, 2.62), (edge * 0.80, 2.62), (edge * 0.88, 0.3)), darker(cloth, 0.86))
        )
    window.append((box(0, 2.6, 2.5, 0.07), darker(wood, 0.8)))
    books: flora.Shapes = [(box(0, 0, 1.3, 2.1), wood), (box(0, 0.06, 1.18, 1.96), darker(wood, 0.66))]
    for shelf in range(4):
        x = -0.55
        while x < 0.46:
            wide, tall = source.uniform(0.045, 0.10), source.uniform(0.24, 0.38)
            books.append(
                (
                    box(x + wide / 2, 0.1 + shelf * 0.49, wide * 0.94, tall),
                    lit(source.choice(((178, 84, 72), (84, 112, 118), (206, 172, 108), (108, 122, 88), (222, 208, 184)))),
                )
            )
            x += wide + (0.16 if source.random() < 0.12 else 0)
        books.append((box(0, 0.06 + shelf * 0.49, 1.2, 0.04), wood))
    table = [
        (box(0, 0.70, 1.25, 0.06), wood),
        (box(-0.5, 0, 0.07, 0.70), darker(wood, 0.84)),
        (box(0.5, 0, 0.07, 0.70), darker(wood, 0.84)),
    ]
    lamp = [(box(0, 0.76, 0.16, 0.03), darker(wood, 0.6)), (box(0, 0.76, 0.03, 0.36), darker(wood, 0.6)),
            (outline((-0.2, 1.06), (0.2, 1.06), (0.12, 1.34), (-0.12, 1.34)),
            (255, 226, 160) if palette.lamps else lit((238, 214, 172)))]  # fmt: skip
    frame = [
        (box(0, 1.45, 0.62, 0.78), darker(wood, 0.8)),
        (box(0, 1.51, 0.50, 0.66), lit((226, 214, 190))),
        (ellipse(0, 1.80, 0.15, 0.19), lit((120, 138, 130))),
    ]
    pieces: list[Piece] = [
        Prop(window, -side * 1.15, 3.55), Prop(books, side * 1.75, 3.35), Prop(frame,
        side * 3.1, 3.55), Prop(frame, -side * 3.2, 3.55),
        Prop([*table, *lamp], side * 3.15, 2.7), Prop(books, -side * 4.6, 3.35), Prop(window, side * 5.0, 3.55),
    ]  # fmt: skip
    if palette.lamps:
        pieces.append(Glow(side * 3.15, 1.2, 2.65, 1.5, (170, 112, 50), 0.8, flicker=0.04))
        pieces.append(Glow(side * 3.15, 1.2, 2.64, 3.6, (120, 72, 30), 0.55))
    else:
        pieces.append(Glow(-side * 1.15, 1.6, 3.5, 2.2, (70, 64, 50), 0.5))
    return pieces


def neutral(site: Site) -> Place:
    """Nowhere in particular: soft hills in receding tones."""
    shade = site.palette.shade
    place = Place(shade(site.ground((142, 148, 124)), 0), shade(site.ground((164, 168, 150)), 80), fade_m=18)
    place.pieces += clouds(site, 6)
    for z, height, albedo in (
        (700.0, 130.0, (118, 134, 144)),
        (330.0, 52.0, (122, 140, 136)),
        (150.0, 18.0, (126, 144, 122)),
        (70.0, 6.0, (132, 146, 114)),
    ):
        place.pieces += hills(site, z, height, albedo)
    for x, z in scatter(site, 20, 60, 10, free=5):
        tree = flora.broadleaf(
            site.source, site.source.uniform(5, 8), shade(site.ground((104, 130, 92)), z), shade((98, 80, 70), z)
        )
        place.pieces.append(Prop(tree, x, z, sway=0.1))
    place.pieces += patches(site, (130, 138, 112), 44, 1.5) + grass(site, (136, 146, 104), 60, 0.24)
    return place


SETTINGS: Mapping[str, Callable[[Site], Place]] = {
    "forest": forest,
    "mountains": mountains,
    "sea": sea,
    "city": city,
    "village": village,
    "field": meadow,
    "road": road,
    "desert": desert,
    "room": room,
    "neutral": neutral,
}
