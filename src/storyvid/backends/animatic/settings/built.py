"""What people built outdoors: city, village, road."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.pieces import Glow, Ground, Mist, Piece, Prop, Ridge
from storyvid.backends.animatic.settings.layers import (
    clouds,
    grass,
    hills,
    patches,
    reach,
    scatter,
)
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import Points, box, outline


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
