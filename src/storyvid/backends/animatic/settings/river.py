"""A river between its banks."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.pieces import Ground, Mist, Prop, Ridge
from storyvid.backends.animatic.settings.layers import clouds, hills, patches, treeline, tufts
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.settings.water import reeds
from storyvid.backends.animatic.shapes import Points, ellipse, outline
from storyvid.backends.animatic.waters import Current, Fall

NEAR_BANK_M, FAR_BANK_M = 2.2, 15.0


def river(site: Site) -> Place:
    """Water that flows across the picture between reeds and a wooded far bank, with a bridge; a fall where the words have one."""
    shade, source, palette = site.palette.shade, site.source, site.palette
    meadow: Colour = (124, 148, 82)
    place = Place(shade(site.ground(meadow), 0), shade(site.ground((148, 164, 110)), 60), fade_m=16)
    place.pieces += clouds(site, 6) + hills(site, 420, 60, (108, 132, 128), 0.4) + hills(site, 160, 18, (112, 142, 96), 0.35)
    xs, ys = treeline(source, 70, 9, pointed=False)
    place.pieces += [Ridge(xs, ys, 70, shade(site.ground((84, 116, 76)), 70)), Mist(69.5, 4, palette.haze, 0.35)]
    deep = _stream(site, place)
    _far_bank(site, place)
    if site.says("waterfall|falls"):
        _rock_face(site, place)
    elif site.says("bridge") or source.random() < 0.55:
        _bridge(site, place, source.choice((-1, 1)) * source.uniform(7, 10), deep)
    near = site.apart()
    if site.afloat:
        place.underfoot = deep
    else:
        _bank_side(near, place)
    return place


def _bank_side(site: Site, place: Place) -> None:
    """Reeds, grass and stones on the near bank."""
    shade, source = site.palette.shade, site.source
    reeds(site, place, 1.7, 2.7, 24)
    place.pieces += patches(site, (108, 132, 72), 30, 1.2, far=1.5)
    place.pieces += tufts(site, (138, 160, 84), -3.5, 1.8, 50)
    for n in range(14):
        x = (n / 13 - 0.5) * 24 + source.uniform(-0.6, 0.6)
        place.pieces.append(
            Prop(
                flora.stone(source, source.uniform(0.12, 0.4), shade(site.ground((150, 148, 142)), 2)),
                x,
                NEAR_BANK_M + source.uniform(0.0, 0.5),
            )
        )


def near_bank(site: Site) -> float:
    """Where the near bank ends, metres; what floats has water all round."""
    return -16.0 if site.afloat else NEAR_BANK_M


def _edges(site: Site) -> tuple[Points, Points, Points]:
    xs = np.linspace(-110, 110, 90)
    wobble = 0.4 * np.sin(xs * 0.31 + site.source.random() * 6) + 0.2 * np.sin(xs * 0.83)
    return xs, near_bank(site) + 0.6 + wobble, FAR_BANK_M + 1.6 * np.sin(xs * 0.11 + site.source.random() * 6)


def _stream(site: Site, place: Place) -> Colour:
    shade, palette, source = site.palette.shade, site.palette, site.source
    deep = mix(shade((58, 118, 132), 4), mix(palette.middle, palette.horizon, 0.4), 0.30)
    xs, near, far = _edges(site)
    for grow, colour, order in ((0.4, shade(site.ground((112, 98, 76)), 4), 860.0), (0.0, deep, 850.0)):
        rim = np.concatenate([np.stack([xs, near - grow], 1), np.stack([xs, far + grow], 1)[::-1]])
        place.pieces.append(Ground(rim, colour, order))
    mirror = np.concatenate([np.stack([xs, far], 1), np.stack([xs, far - 4.6 + 1.1 * np.sin(xs * 0.9)], 1)[::-1]])
    place.pieces.append(Ground(mirror, mix(deep, shade((70, 100, 70), 14), 0.5), 848.0))
    for albedo, pace, speed in ((mix(deep, palette.horizon, 0.6), 0.2, 1.1), (darker(deep, 0.82), 0.16, 0.8)):
        places = np.array(
            [
                (
                    source.uniform(-45, 45),
                    source.uniform(near_bank(site) + 1.2, FAR_BANK_M - 1.0),
                    source.uniform(0.7, 2.6),
                    source.random(),
                )
                for _ in range(64)
            ]
        )
        place.pieces.append(Current(places, albedo, 840.0, pace, speed=speed, span_m=90.0))
    return deep


def _far_bank(site: Site, place: Place) -> None:
    shade, source = site.palette.shade, site.source
    x = -44.0
    while x < 44:
        z = FAR_BANK_M + source.uniform(2.5, 8.0)
        if source.random() < 0.62:
            green = shade(site.ground(source.choice(((96, 132, 76), (84, 120, 82), (122, 144, 80)))), z)
            place.pieces.append(
                Prop(flora.broadleaf(source, source.uniform(4.5, 8), green, shade((92, 72, 58), z)), x, z, sway=0.1)
            )
        else:
            place.pieces.append(
                Prop(flora.fern(source, source.uniform(0.6, 1.2), shade(site.ground((98, 136, 78)), z)), x, z - 2.0, sway=0.04)
            )
        x += source.uniform(2.2, 5.0)


def _bridge(site: Site, place: Place, x: float, deep: Colour) -> None:
    """A stone bridge with arches, seen from the bank, and its mirror."""
    stone = site.palette.shade(site.ground((164, 152, 136)), 12)
    shapes: flora.Shapes = [(outline((-9, 0), (-9, 1.9), (-4, 2.7), (4, 2.7), (9, 1.9), (9, 0)), stone)]
    shapes.append(
        (outline((-9, 1.8), (-4, 2.6), (4, 2.6), (9, 1.8), (9, 2.15), (4, 2.98), (-4, 2.98), (-9, 2.15)), darker(stone, 1.1))
    )
    for middle, half in ((-4.2, 1.7), (0.0, 2.0), (4.2, 1.7)):
        arch = [
            *map(tuple, ellipse(middle, 0.3, half, half * 0.95, 0.0, 0.5, points=14)),
            (middle - half, -0.1),
            (middle + half, -0.1),
        ]
        shapes += [(outline(*arch), mix(deep, darker(stone, 0.5), 0.55))]
    place.pieces.append(Prop(shapes, x, 11.5))
    place.pieces.append(
        Ground(outline((x - 8, 9.6), (x + 8, 9.6), (x + 8, 11.3), (x - 8, 11.3)), mix(deep, darker(stone, 0.6), 0.5), 838.0)
    )


def _rock_face(site: Site, place: Place) -> None:
    rock = site.palette.shade(site.ground((122, 114, 108)), 20)
    x = site.source.choice((-1, 1)) * 3.2
    rim = outline((-16, 0), (-14, 5.5), (-9, 8.2), (-2, 7.6), (2, 7.7), (8, 9), (13, 6), (16, 0))
    facets: flora.Shapes = [
        (rim, rock),
        (outline((2, 7.7), (8, 9), (13, 6), (16, 0), (4, 0), (3, 4)), darker(rock, 0.8)),
        (outline((-14, 5.5), (-9, 8.2), (-7, 4), (-10, 1)), darker(rock, 1.1)),
    ]
    place.pieces.append(Prop(facets, x, FAR_BANK_M + 1.2))
    foam = site.palette.shade((240, 246, 246), 10)
    place.pieces.append(Fall(x, FAR_BANK_M + 0.9, 3.4, 0.0, 7.7, mix(foam, site.palette.shade((120, 176, 190), 10), 0.5), foam))
