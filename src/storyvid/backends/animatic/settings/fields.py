"""Tended open land: fields and parks."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Solid, level
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.pieces import Glow, Ground, Mist, Prop, Ridge
from storyvid.backends.animatic.settings.city import skyline
from storyvid.backends.animatic.settings.layers import clouds, grass, hills, patches, reach, scatter, treeline
from storyvid.backends.animatic.settings.rails import track
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import Points, box, ellipse, limb, outline

# What grows, by the location's words: ground, rows, tufts, height of the tufts, flowers.
CROPS: dict[str, tuple[Colour, Colour, Colour, float, tuple[Colour, ...]]] = {
    "wheat|corn|cornfield|barley|golden|harvest|rye": ((196, 166, 82), (170, 140, 66), (214, 180, 88), 0.62, ()),
    "lavender": ((132, 140, 96), (136, 104, 170), (150, 112, 186), 0.42, ((160, 120, 200),)),
    "flowers?|poppies|poppy|meadow|wildflowers?|tulips?|spring": (
        (120, 150, 78),
        (108, 138, 72),
        (138, 168, 84),
        0.34,
        ((222, 76, 66), (244, 208, 96), (240, 236, 226), (150, 120, 190)),
    ),
    "vineyard|vines|orchard": ((150, 140, 92), (92, 124, 66), (104, 140, 72), 0.4, ()),
    "moor|moorland|steppe|savannah?|prairie|dry": ((172, 152, 96), (150, 132, 88), (190, 164, 100), 0.5, ()),
}
GRASS: tuple[Colour, Colour, Colour, float, tuple[Colour, ...]] = ((134, 156, 84), (122, 144, 76), (146, 168, 88), 0.4, ())


def field(site: Site) -> Place:
    """A crop in rows that run to the horizon, a hedge, trees, bales or flowers; rails where the words have a train."""
    shade, source = site.palette.shade, site.source
    crop = next((look for words, look in CROPS.items() if site.says(words)), None) or source.choice(
        (GRASS, CROPS["wheat|corn|cornfield|barley|golden|harvest|rye"])
    )
    ground, row, tuft, tall, flowers = crop
    place = Place(shade(site.ground(ground), 0), shade(site.ground(mix(ground, (200, 196, 140), 0.3)), 90), fade_m=22)
    place.pieces += clouds(site, 8) + hills(site, 600, 80, (116, 138, 126), 0.4) + hills(site, 260, 24, (132, 150, 98), 0.35)
    if site.says("hills?|hilltop|hillside|vineyard|rolling"):
        place.pieces += hills(site, 120, 11, (140, 158, 92), 0.25)
    xs, ys = treeline(source, 118, 7, pointed=False)
    place.pieces += [Ridge(xs, ys, 118, shade(site.ground((92, 118, 74)), 118)), Mist(117.9, 4, site.palette.haze, 0.35)]
    stripes = [level(n * 1.5 - 0.55, n * 1.5 + 0.55, 0, -9, 116) for n in range(-41, 42, 2)]
    place.pieces.append(Solid([(stripes, shade(site.ground(row), 6))], 870))
    for x, z in scatter(site, 26, 80, 8, free=6):
        tree = flora.broadleaf(source, source.uniform(6, 10), shade(site.ground((94, 126, 66)), z), shade((92, 70, 56), z))
        place.pieces.append(Prop(tree, x, z, sway=0.14))
    if site.says("trains?|railway|railroad|rails|locomotive"):
        place.pieces += track(site, 2.2, 4.8)
    elif tall > 0.5:
        _bales(site, place)
    _barn(site, place)
    place.pieces += grass(site, tuft, 120, tall)
    for n, tint in enumerate(flowers):
        _flowers(site, place, shade(tint, 0), 34 if n else 50)
    return place


def _flowers(site: Site, place: Place, tint: Colour, count: int) -> None:
    """Dots of colour on stalks, denser to the front; those at one depth are painted together."""
    source = site.source
    for z in (-2.6, -1.4, 0.8, 2.4, 4.5, 8.0, 13.0, 20.0):
        heads: list[Points] = []
        for _ in range(count // 5):
            x = source.uniform(-1, 1) * reach(max(0.0, z)) * 0.42
            if abs(x) > 0.6 + 0.2 * abs(min(z, 0.0)):
                heads.append(ellipse(x, source.uniform(0.16, 0.36), 0.055, 0.05, points=8))
        if heads:
            place.pieces.append(Prop([(heads, tint)], 0, z + source.random() * 0.3, sway=0.02))


def _bales(site: Site, place: Place) -> None:
    for x, z in scatter(site, 12, 60, 7, free=5):
        straw = site.palette.shade(site.ground((214, 178, 96)), z)
        roll: flora.Shapes = [
            (box(0.5, 0.0, 1.2, 1.3), darker(straw, 0.82)),
            (ellipse(1.1, 0.65, 0.25, 0.65, points=18), darker(straw, 0.82)),
            (ellipse(0, 0.65, 0.66, 0.66, points=22), straw),
            (ellipse(0, 0.65, 0.4, 0.4, points=18), darker(straw, 0.9)),
            (ellipse(0, 0.65, 0.16, 0.16, points=12), straw),
        ]
        place.pieces.append(Prop(roll, x, z))


def _barn(site: Site, place: Place) -> None:
    side, z = site.source.choice((-1, 1)), 84.0
    red, roof = site.palette.shade((164, 78, 66), z), site.palette.shade(site.ground((96, 84, 84)), z)
    barn: flora.Shapes = [
        (box(0, 0, 12, 5), red),
        (box(4, 0, 4, 5), darker(red, 0.85)),
        (outline((-6.6, 5), (6.6, 5), (5.2, 8.6), (-5.2, 8.6)), roof),
        (box(-1.4, 0, 3, 3.6), darker(red, 0.6)),
        (box(-8.4, 0, 2.6, 9), site.palette.shade((196, 190, 180), z)),
        (ellipse(-8.4, 9, 1.3, 1.1, 0, 0.5, points=14), roof),
    ]
    place.pieces.append(Prop(barn, side * site.source.uniform(24, 40), z))


def park(site: Site) -> Place:
    """A lawn with a winding path, trees, benches and lamps before a skyline; headstones, beds or swings by the words."""
    shade, palette, source = site.palette.shade, site.palette, site.source
    place = Place(shade(site.ground((122, 156, 84)), 0), shade(site.ground((142, 168, 104)), 70), fade_m=16)
    place.pieces += clouds(site, 6)
    if not site.says("country|kitchen garden|cottage|village|grave\\w*|cemetery"):
        xs, ys = skyline(site, 330, 30.0, 110.0)
        place.pieces += [Ridge(xs, ys, 330, shade((116, 118, 132), 240)), Mist(329, 40, palette.haze, 0.5)]
    xs, ys = treeline(source, 74, 10, pointed=False)
    place.pieces += [Ridge(xs, ys, 74, shade(site.ground((88, 122, 74)), 74)), Mist(73.5, 5, palette.haze, 0.3)]
    zs = np.linspace(-12, 70, 70)
    bend = 2.6 + 1.8 * np.sin(zs * 0.11 + source.random() * 6) + 0.02 * zs
    path = shade(site.ground((206, 186, 150)), 3)
    place.pieces.append(Ground(np.concatenate([np.stack([bend - 1.15, zs], 1), np.stack([bend + 1.15, zs], 1)[::-1]]), path, 850))
    for x, z in [*scatter(site, 9, 46, 13, wide=0.7, free=3.4), (-5.2, 5.5), (7.4, 8.0)]:
        tint = source.choice(((98, 140, 76), (120, 150, 78), (86, 126, 80)))
        place.pieces.append(
            Prop(
                flora.broadleaf(source, source.uniform(5, 8.5), shade(site.ground(tint), z), shade((96, 74, 60), z)),
                x,
                z,
                sway=0.12,
            )
        )
    _park_things(site, place)
    place.pieces += patches(site, (104, 138, 72), 34, 1.3) + grass(site, (134, 166, 86), 50, 0.2)
    return place


def _park_things(site: Site, place: Place) -> None:
    shade, palette, source = site.palette.shade, site.palette, site.source
    if site.says("grave\\w*|cemetery"):
        for x, z in scatter(site, 1.5, 26, 26, wide=0.4, free=1.6):
            stone = shade(site.ground((150, 150, 148)), z)
            tomb = [
                (outline((-0.34, 0), (-0.34, 0.7), (-0.2, 0.95), (0.2, 0.95), (0.34, 0.7), (0.34, 0)), stone),
                (outline((0.1, 0), (0.14, 0.95), (0.2, 0.95), (0.34, 0.7), (0.34, 0)), darker(stone, 0.8)),
            ]
            cross = [(box(0, 0, 0.16, 1.2), stone), (box(0, 0.72, 0.62, 0.16), stone)]
            place.pieces.append(Prop(tomb if source.random() < 0.7 else cross, x, z))
        return
    if site.says("kitchen garden|vegetable|garden|backyard"):
        for n, z in enumerate((1.8, 3.4, 5.4, 8.0)):
            earth, green = (
                shade(site.ground((112, 84, 62)), z),
                shade(source.choice(((96, 146, 80), (140, 164, 84), (196, 92, 80), (214, 168, 84))), z),
            )
            for side in (-1, 1):
                place.pieces.append(
                    Ground(outline((side * 1.2, z), (side * 7, z), (side * 7, z + 0.9), (side * 1.2, z + 0.9)), earth, 840.0 - n)
                )
                for k in range(8):
                    place.pieces.append(
                        Prop(flora.fern(source, source.uniform(0.16, 0.34), green), side * (1.6 + 0.7 * k), z + 0.4, sway=0.02)
                    )
        pale = shade(site.ground((226, 216, 196)), 11)
        pickets = [
            outline((x - 0.09, 0), (x - 0.09, 0.95), (x, 1.1), (x + 0.09, 0.95), (x + 0.09, 0)) for x in np.arange(-16, 16, 0.34)
        ]
        place.pieces.append(Prop([(pickets, pale), ([box(0, 0.3, 32, 0.09), box(0, 0.72, 32, 0.09)], darker(pale, 0.88))], 0, 11.0))
        return
    if site.says("playground|swings?|school ?yard"):
        frame, seat = shade((206, 84, 70), 7), shade((70, 110, 150), 7)
        swing: flora.Shapes = [
            (limb((-2.2, 0), (-1.8, 2.6), 0.06, 0.06), frame),
            (limb((-1.4, 0), (-1.8, 2.6), 0.06, 0.06), frame),
            (limb((1.4, 0), (1.8, 2.6), 0.06, 0.06), frame),
            (limb((2.2, 0), (1.8, 2.6), 0.06, 0.06), frame),
            (box(0, 2.55, 3.7, 0.1), frame),
        ]
        for x in (-0.8, 0.8):
            swing += [
                (box(x - 0.22, 0.6, 0.025, 1.95), darker(frame, 0.5)),
                (box(x + 0.22, 0.6, 0.025, 1.95), darker(frame, 0.5)),
                (box(x, 0.52, 0.56, 0.08), seat),
            ]
        slide: flora.Shapes = [
            (limb((-1.2, 2.0), (1.2, 0.2), 0.12, 0.12), shade((240, 196, 84), 7)),
            (box(-1.3, 0, 0.1, 2.2), frame),
            (box(-1.7, 0, 0.1, 2.2), frame),
            *((box(-1.5, 0.4 * n + 0.3, 0.4, 0.07), frame) for n in range(5)),
        ]
        place.pieces += [Prop(swing, -4.4, 7.0), Prop(slide, 4.6, 6.4)]
    wood, iron = shade((150, 106, 72), 4), shade((60, 64, 66), 4)
    for x, z in ((-2.7, 3.6), (5.4, 6.6), (-4.6, 13.0)):
        bench: flora.Shapes = [
            (box(-0.7, 0, 0.09, 0.9), iron),
            (box(0.7, 0, 0.09, 0.9), iron),
            *((box(0, y, 1.8, 0.11), wood) for y in (0.44, 0.62, 0.78)),
        ]
        place.pieces.append(Prop(bench, x, z))
    for x, z in ((1.9, 5.2), (-3.4, 12.0), (5.8, 17.0)):
        place.pieces.append(Prop(flora.lamp_post(shade((58, 66, 66), z), palette.lamps), x, z))
        if palette.lamps:
            place.pieces.append(Glow(x, 4.3, z - 0.05, 2.4, (150, 108, 52), 0.8))
    if site.says("pond|lake|ducks?") or source.random() < 0.5:
        water = mix(shade((84, 140, 150), 12), palette.horizon, 0.3)
        place.pieces += [
            Ground(ellipse(-8.5, 15.0, 6.6, 3.4, points=40), darker(place.far, 0.8), 846),
            Ground(ellipse(-8.5, 15.0, 6.3, 3.1, points=40), water, 845),
        ]
