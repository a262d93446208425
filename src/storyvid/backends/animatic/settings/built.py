"""What people built outdoors: city, village, road."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.pieces import Ground, Mist, Piece, Prop
from storyvid.backends.animatic.settings.layers import (
    clouds,
    grass,
    hills,
    patches,
    reach,
    scatter,
)
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import box, outline


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
