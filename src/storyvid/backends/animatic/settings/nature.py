"""Landscapes: forest, mountains, field, desert, and ground that is nowhere in particular."""

from __future__ import annotations

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.light import darker
from storyvid.backends.animatic.pieces import Mist, Prop, Ridge
from storyvid.backends.animatic.settings.layers import (
    FREE_M,
    clouds,
    grass,
    hills,
    patches,
    reach,
    rolling,
    scatter,
    treeline,
)
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import outline


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
