"""A roof above the city."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Faces, Solid, block, level
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.motions import Blinker, Smoke
from storyvid.backends.animatic.pieces import Glow, Ground, Mist, Piece, Prop, Ridge
from storyvid.backends.animatic.settings.city import WALLS, skyline
from storyvid.backends.animatic.settings.layers import clouds
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import Points, box, ellipse, limb, outline


def rooftop(site: Site) -> Place:
    """A flat roof with a parapet, a water tank, chimneys and aerials; towers and a skyline around and below."""
    shade, palette, source = site.palette.shade, site.palette, site.source
    place = Place(shade(site.ground((138, 130, 124)), 0), shade(site.ground((150, 142, 136)), 10), fade_m=12, end_m=7.0)
    place.pieces += clouds(site, 6)
    for z, low, high in ((420.0, 70.0, 190.0), (230.0, 30.0, 100.0), (120.0, 8.0, 46.0)):
        xs, ys = skyline(site, z, low, high)
        place.pieces += [Ridge(xs, ys - 12, z, shade((112, 112, 128), z * 0.75), foot=-60), Mist(z - 1, low, palette.haze, 0.45)]
        lights = site.apart()
        if palette.lamps:
            place.pieces.append(_far_lights(lights, z, low))
    for side in (-1, 1):
        for z, x, tall in ((48.0, 30.0, 14.0), (28.0, 21.0, 7.0)):
            wall = shade(source.choice(WALLS), z)
            panes = [box(-3.6 + 2.4 * c, -10 + 3.1 * r, 1.2, 1.6) for r in range(int((tall + 9) / 3.1)) for c in range(4)]
            lit = [pane for pane in panes if source.random() < 0.35 and palette.lamps]
            shapes: list[tuple[Points | list[Points], Colour]] = [
                (box(0, -30, 11, tall + 30), wall),
                (box(3.4, -30, 4.2, tall + 30), darker(wall, 0.84)),
                (panes, darker(wall, 0.66)),
            ]
            place.pieces.append(Prop([*shapes, *([(lit, flora.LAMPLIGHT)] if lit else [])], side * x * source.uniform(0.9, 1.2), z))
    _parapet(site, place)
    _roof_things(site, place)
    if site.says("gardens?|planters?|plants|beds?"):
        _planters(site, place)
    place.half_width_m = 11.0
    return place


def _far_lights(site: Site, z: float, low: float) -> Piece:
    panes = [
        box(site.source.uniform(-1, 1) * z * 1.4, site.source.uniform(0, 1) * low * 0.7 - 6, 0.014 * z, 0.010 * z)
        for _ in range(46)
    ]
    return Prop([(panes, mix(flora.LAMPLIGHT, site.palette.haze, 0.35))], 0, z - 0.5)


def _parapet(site: Site, place: Place) -> None:
    wall = site.palette.shade(site.ground((168, 150, 136)), 6)
    faces: Faces = [*block(0, 6.6, 26, 0.4, 0, 1.0, wall), *block(0, 6.52, 26.2, 0.56, 1.0, 1.1, darker(wall, 1.08))]
    for side in (-1, 1):
        faces += block(side * 11.2, -20, 0.4, 26.6, 0, 1.0, darker(wall, 0.94))
    place.pieces.append(Solid(faces, 6.8))
    seams = [level(-11, 11, 0, z, z + 0.05) for z in np.arange(-8, 6.5, 1.5)]
    floor = Ground(outline((-13, -20), (13, -20), (13, 6.7), (-13, 6.7)), place.near, 6.95)
    place.pieces += [floor, Solid([(seams, darker(place.near, 0.9))], 6.9)]


def _planters(site: Site, place: Place) -> None:
    """Wooden troughs of greenery on the roof."""
    wood = site.palette.shade((158, 112, 78), 3)
    for x, z in ((-3.6, 3.4), (3.4, 4.6), (-2.6, 1.9), (6.0, 2.6)):
        place.pieces.append(Solid(block(x, z, 1.9, 0.7, 0, 0.55, wood), z))
        for n in range(4):
            green = site.palette.shade(site.ground(site.source.choice(((96, 146, 80), (126, 164, 84), (196, 92, 80)))), 3)
            bush = flora.fern(site.source, site.source.uniform(0.26, 0.42), green)
            place.pieces.append(Prop(bush, x - 0.7 + 0.46 * n, z + 0.3, y=0.52, sway=0.03))


def _roof_things(site: Site, place: Place) -> None:
    shade, source = site.palette.shade, site.source
    side = 1 if source.random() < 0.5 else -1
    wood, iron = shade((146, 104, 78), 5), shade((72, 74, 82), 5)
    tank: flora.Shapes = [(limb((dx, 0), (dx * 0.9, 2.2), 0.06, 0.06), iron) for dx in (-0.9, -0.3, 0.3, 0.9)]
    tank += [
        (box(0, 2.2, 2.5, 0.12), iron),
        (box(0, 2.3, 2.3, 2.3), wood),
        (box(0.65, 2.3, 1.0, 2.3), darker(wood, 0.8)),
        (outline((-1.3, 4.6), (1.3, 4.6), (0, 5.7)), darker(wood, 0.7)),
        *((box(0, 2.6 + 0.7 * n, 2.34, 0.07), darker(wood, 0.6)) for n in range(3)),
    ]
    place.pieces.append(Prop(tank, side * 4.0, 5.6))
    brick = shade((164, 96, 78), 4)
    place.pieces.append(
        Solid(
            [*block(-side * 2.9, 5.0, 1.0, 0.8, 0, 1.9, brick), *block(-side * 2.9, 4.94, 1.2, 0.9, 1.9, 2.05, darker(brick, 0.8))],
            5.0,
        )
    )
    place.pieces.append(
        Smoke(-side * 2.9, 2.1, 5.3, 3.0, 0.22, mix(shade((226, 224, 220), 4), site.palette.haze, 0.4), site.palette.haze)
    )
    place.pieces.append(Solid(block(-side * 5.4, 3.6, 1.6, 1.2, 0, 1.0, shade((156, 160, 164), 4)), 3.6))
    mast: flora.Shapes = [(box(0, 0, 0.07, 3.6), iron), *((box(0, 2.2 + 0.45 * n, 1.3 - 0.25 * n, 0.05), iron) for n in range(4))]
    place.pieces.append(Prop(mast, side * 1.7, 6.4))
    place.pieces.append(Blinker(side * 1.7, 3.66, 6.39, 0.07, (255, 92, 80), (110, 50, 48), 1.8))
    for n in range(9):  # a string of lamps
        x = -5.6 + 1.4 * n
        y = 2.5 - 0.35 * np.sin(np.pi * ((n % 4) + 0.5) / 4)
        place.pieces.append(
            Prop(
                [(ellipse(0, 0, 0.07, 0.09, points=10), flora.LAMPLIGHT if site.palette.lamps else shade((230, 220, 190), 3))],
                x,
                6.5,
                y=float(y),
            )
        )
        if site.palette.lamps:
            place.pieces.append(Glow(x, float(y), 6.45, 0.7, (150, 104, 48), 0.7))
