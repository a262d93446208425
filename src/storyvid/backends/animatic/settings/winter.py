"""Snow and ice."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.pieces import Ground, Mist, Prop, Ridge
from storyvid.backends.animatic.settings.layers import clouds, reach, rolling, scatter, treeline
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import ellipse, outline, smooth

SNOW: Colour = (232, 238, 246)
BLUE_SHADE: Colour = (168, 188, 220)
ICE: Colour = (156, 200, 220)


def snowfield(site: Site) -> Place:
    """Drifts with blue shadows, snow-laden pines, far white hills; a sheet of cracked ice where the words have a frozen water."""
    source, palette = site.source, site.palette

    def white(colour: Colour, z: float) -> Colour:
        return palette.shade(colour, z, unity=0.07)

    frozen = site.says("ice|icy|frozen (?:lake|river|sea)|floe|glacier|ice sheet|arctic|antarctic|antarctica|polar")
    ground = ICE if frozen else SNOW
    place = Place(white(ground, 0), white(mix(ground, SNOW, 0.6), 60), fade_m=18)
    place.pieces += clouds(site, 5)
    for z, height in ((900.0, 190.0), (420.0, 70.0)):
        xs, ys = rolling(source, z, height, wave=z * 1.1, rough=0.5)
        place.pieces += [
            Ridge(xs, ys, z, white(mix(SNOW, BLUE_SHADE, 0.55), z * 0.4)),
            Mist(z - 1, height * 0.8, palette.haze, 0.45),
        ]
    if not site.says("tundra|arctic|antarctic|antarctica|polar|ice sheet"):
        xs, ys = treeline(source, 150, 12, pointed=True)
        place.pieces += [Ridge(xs, ys, 150, white((96, 122, 130), 150)), Mist(149, 6, palette.haze, 0.4)]
    for n, z in enumerate((80.0, 46.0, 26.0, 14.0)):
        xs, ys = rolling(source, z, 0.055 * z + 0.25, wave=z * 1.6, rough=0.3)
        lift = ys - 0.35 * ys.max()
        place.pieces += [
            Ridge(xs, lift, z + 0.2, white(mix(SNOW, BLUE_SHADE, 0.62), z)),
            Ridge(xs + 0.09 * z, lift - 0.010 * z, z, white(SNOW, z + 4.0 * n)),
        ]
    if not site.says("tundra|arctic|antarctic|antarctica|polar|ice sheet"):
        for x, z in scatter(site, 9, 60, 20, wide=0.8, free=3.5):
            place.pieces.append(Prop(snowy_pine(site, source.uniform(4, 8.5), z), x, z, sway=0.05))
    else:
        _bergs(site, place)
    if site.says("cabin|hut|lodge|house"):
        place.pieces.append(
            Prop(
                flora.house(source, 6.5, 3.4, palette.shade((128, 92, 70), 20), white(SNOW, 20), palette, 20),
                source.choice((-1, 1)) * 6.5,
                20,
            )
        )
    _underfoot(site, place, frozen)
    return place


def snowy_pine(site: Site, height: float, z: float) -> flora.Shapes:
    """A conifer whose skirts carry snow."""
    green, white = site.palette.shade((66, 98, 88), z), site.palette.shade(SNOW, z, unity=0.07)
    shapes = flora.pine(site.source, height, green, site.palette.shade((84, 66, 56), z))
    wide = float(shapes[1][0][:, 0].max())
    for tier in range(4):
        low, half = height * (0.12 + 0.20 * tier), wide * (1 - 0.21 * tier)
        top = height * (0.34 + 0.20 * tier) if tier < 3 else height
        cap = smooth(
            [
                (-half * 0.92, low + 0.015 * height),
                (-half * 0.3, low + 0.10 * height),
                (0.0, top),
                (half * 0.35, low + 0.09 * height),
                (half * 0.86, low + 0.03 * height),
                (half * 0.2, low + 0.055 * height),
                (-half * 0.4, low + 0.045 * height),
            ],
            3,
        )
        shapes.append((cap, white if tier % 2 == 0 else darker(white, 0.97)))
    return shapes


def _bergs(site: Site, place: Place) -> None:
    for x, z in scatter(site, 24, 110, 9, free=9):
        size = site.source.uniform(1.5, 6.0) * (1 + z / 60)
        face = site.palette.shade((214, 232, 244), z)
        rim = outline(
            (-size, 0),
            (-size * 0.7, size * 0.8),
            (-size * 0.1, size * 0.95),
            (size * 0.2, size * 1.3),
            (size * 0.7, size * 0.6),
            (size, 0),
        )
        shade = outline((size * 0.05, 0), (-size * 0.1, size * 0.95), (size * 0.2, size * 1.3), (size * 0.7, size * 0.6), (size, 0))
        place.pieces.append(Prop([(rim, face), (shade, mix(face, site.palette.shade((120, 170, 206), z), 0.6))], x, z))


def _underfoot(site: Site, place: Place, frozen: bool) -> None:
    """Hollows and a track of footprints in the snow, or cracks in the ice."""
    source, palette = site.source, site.palette
    blue = palette.shade(mix(SNOW, BLUE_SHADE, 0.45), 0, unity=0.07)
    if frozen:
        crack = palette.shade((226, 240, 246), 0)
        for n in range(16):
            z, x = -5 + 30 * (n / 16) ** 1.4, source.uniform(-1, 1) * reach(4.0) * 0.4
            points, along = [], source.uniform(-0.4, 0.4)
            for step in range(6):
                points.append((x + 1.3 * step, z + along * step + source.uniform(-0.35, 0.35)))
            place.pieces.append(Ground(np.array([*points, *((px, pz + 0.05) for px, pz in reversed(points))]), crack, 870 - n))
        return
    for n in range(30):
        z = -7 + 34 * ((n + source.random()) / 30) ** 1.6
        x, long = source.uniform(-1, 1) * reach(max(0.0, z)) * 0.55, source.uniform(0.7, 2.0) * (1 + max(0.0, z) / 14)
        place.pieces.append(Ground(ellipse(x, z, long, long * 0.18, points=14), blue, z + 900.0))
    side = source.choice((-1, 1))
    for n in range(40):
        z = -5 + 0.62 * n
        x = side * (1.9 + 0.9 * np.sin(z * 0.16)) + (0.13 if n % 2 else -0.13)
        place.pieces.append(Ground(ellipse(float(x), z, 0.09, 0.17, points=10), mix(blue, palette.shade(BLUE_SHADE), 0.5), 860.0))
