"""Mountains, and ground that is nowhere in particular."""

from __future__ import annotations

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.pieces import Mist, Prop, Ridge
from storyvid.backends.animatic.settings.layers import (
    clouds,
    grass,
    hills,
    patches,
    scatter,
    treeline,
    tufts,
)  # fmt: skip
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.settings.winter import SNOW, snowy_pine
from storyvid.backends.animatic.shapes import Points, outline


def mountains(site: Site) -> Place:
    """Snow peaks behind ranges of hills, a meadow with pines and boulders; bare red walls for a canyon, a cabin by the words."""
    shade, source, palette = site.palette.shade, site.source, site.palette
    canyon = site.says("canyon|gorge|red rock|badlands|volcan\\w+")
    meadow: Colour = (176, 132, 96) if canyon else (112, 132, 78)
    place = Place(shade(site.ground(meadow), 0), shade(site.ground(mix(meadow, (190, 190, 150), 0.4)), 70), fade_m=16)
    place.pieces += clouds(site, 5)
    for z, low, high, step in ((1500.0, 340.0, 620.0, 420.0), (760.0, 130.0, 260.0, 260.0)):
        x = -z * 2.2
        while x < z * 2.2:
            x += step * source.uniform(0.7, 1.4)
            height = source.uniform(low, high)
            rock = shade((172, 104, 80) if canyon else (104, 110, 128), z * 0.16)
            snow = mix(rock, (236, 190, 150), 0.3) if canyon else shade((238, 242, 248), z * 0.07)
            peak = flora.peak(source, height * source.uniform(1.5, 1.9), height, rock, snow)
            place.pieces.append(Prop(peak, x, z + source.random()))
        place.pieces.append(Mist(z - 1, low * 0.7, palette.haze, 0.55))
    if canyon:
        _canyon(site, place)
        return place
    place.pieces += hills(site, 260, 42, (86, 118, 88), 0.45) + hills(site, 120, 15, (92, 124, 78), 0.35)
    xs, ys = treeline(source, 75, 9, pointed=True)
    place.pieces += [Ridge(xs, ys, 75, shade(site.ground((58, 92, 74)), 75)), Mist(74.9, 5, palette.haze, 0.3)]
    for x, z in scatter(site, 8, 50, 24, wide=0.9, free=4):
        tall = source.uniform(4.5, 8.5)
        pine = snowy_pine(site, tall, z) if site.snowy else flora.pine(source, tall, shade((62, 98, 76), z), shade((84, 66, 56), z))
        place.pieces.append(Prop(pine, x, z, sway=0.08))
    for x, z in scatter(site, -2.5, 20, 18, wide=0.5):
        stone = flora.stone(source, source.uniform(0.15, 0.6), shade(site.ground((150, 148, 146)), max(0.0, z)))
        place.pieces.append(Prop(stone, x, z))
    if site.says("cabin|hut|lodge|chalet|house"):
        roof = shade(SNOW if site.snowy else (120, 80, 66), 16)
        place.pieces.append(
            Prop(flora.house(source, 6.5, 3.4, shade((140, 98, 72), 16), roof, palette, 16), source.choice((-1, 1)) * 6.0, 16.0)
        )
    place.pieces += patches(site, darker(meadow, 0.88), 40, 1.5) + grass(site, (126, 148, 76), 44, 0.24)
    place.pieces += tufts(site, (138, 158, 84), -3.5, 5.0, 24)
    return place


def _canyon(site: Site, place: Place) -> None:
    """Walls of banded rock that close in from both sides."""
    source = site.source
    for z, inner in ((160.0, 40.0), (80.0, 24.0), (42.0, 15.0), (22.0, 9.5)):
        for side in (-1, 1):
            tall = 0.36 * z * source.uniform(0.8, 1.2) + 6
            rock = site.palette.shade(source.choice(((190, 108, 78), (176, 98, 72), (204, 124, 88))), z)
            wall: list[tuple[float, float]] = [
                (0.0, -0.5),
                (tall * 0.10, tall * 0.34),
                (tall * 0.16, tall * 0.36),
                (tall * 0.22, tall * 0.72),
                (tall * 0.34, tall),
                (tall * 4, tall * 1.05),
                (tall * 4, -0.5),
            ]
            bands = [
                outline(
                    (tall * dx, tall * y),
                    (tall * 4, tall * y),
                    (tall * 4, tall * (y + 0.07)),
                    (tall * (dx + 0.03), tall * (y + 0.07)),
                )
                for dx, y in ((0.06, 0.16), (0.18, 0.46), (0.27, 0.8))
            ]
            shapes: list[tuple[Points | list[Points], Colour]] = [
                (outline(*wall) * (side, 1), rock),
                ([band * (side, 1) for band in bands], darker(rock, 0.86)),
            ]
            place.pieces.append(Prop(shapes, side * inner, z))
        place.pieces.append(Mist(z - 0.5, 0.1 * z, site.palette.haze, 0.3))
    for x, z in scatter(site, -2, 24, 26, wide=0.4):
        place.pieces.append(
            Prop(flora.stone(source, source.uniform(0.1, 0.6), site.palette.shade((184, 118, 88), max(0.0, z))), x, z)
        )
    place.pieces += patches(site, (160, 112, 80), 36, 1.6)


def neutral(site: Site) -> Place:
    """Nowhere in particular: soft hills in receding tones, a few trees."""
    shade, source = site.palette.shade, site.source
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
        tree = flora.broadleaf(source, source.uniform(5, 8), shade(site.ground((104, 130, 92)), z), shade((98, 80, 70), z))
        place.pieces.append(Prop(tree, x, z, sway=0.1))
    place.pieces += patches(site, (130, 138, 112), 44, 1.5) + grass(site, (136, 146, 104), 60, 0.24)
    return place
