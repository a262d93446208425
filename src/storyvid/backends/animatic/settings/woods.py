"""Forests."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.motions import Flame
from storyvid.backends.animatic.pieces import Glow, Ground, Mist, Prop, Ridge
from storyvid.backends.animatic.settings.layers import (
    FREE_M,
    grass,
    patches,
    reach,
    scatter,
    treeline,
)  # fmt: skip
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.settings.winter import snowy_pine
from storyvid.backends.animatic.shapes import Points, ellipse, limb, outline

# Bark, leaves, ground and undergrowth, by the location's words.
WOODS: dict[str, tuple[Colour, Colour, Colour, Colour]] = {
    "birch(?:es)?": ((226, 222, 210), (140, 160, 84), (132, 142, 84), (150, 166, 88)),
    "jungle|rainforest|tropical": ((96, 78, 58), (58, 120, 66), (82, 104, 54), (86, 150, 72)),
    "autumn|fall|golden leaves|orange": ((98, 72, 56), (206, 128, 60), (160, 120, 68), (196, 140, 66)),
    "dead|burnt|bare|haunted|swamp": ((82, 74, 72), (104, 108, 92), (100, 98, 78), (112, 116, 82)),
}
LOW_SUN = 0.2  # tangent of the sun's height
TRUNK_M = 15.0  # the height that a trunk is as thick as
PINEWOOD = ((92, 70, 58), (74, 112, 72), (92, 104, 62), (86, 128, 70))


def forest(site: Site) -> Place:
    """Trunks in rows with haze between them, ferns, shafts of light; a path, birches, a jungle, autumn or a fire by the words."""
    shade, source, palette = site.palette.shade, site.source, site.palette
    bark, green, floor, under = next((look for words, look in WOODS.items() if site.says(words)), PINEWOOD)
    place = Place(shade(site.ground(floor), 0), shade(site.ground(mix(floor, green, 0.35)), 60), fade_m=10)
    for z, height in ((120.0, 30.0), (70.0, 22.0)):
        xs, ys = treeline(source, z, height, pointed=True)
        place.pieces += [Ridge(xs, ys, z, shade(site.ground(green), z * 1.2)), Mist(z - 0.1, height * 0.55, palette.haze, 0.5)]
    for z, step in ((38.0, 4.6), (22.0, 3.6), (12.0, 3.3), (5.5, 3.7)):
        _row(site, place, z, step, bark, green)
        place.pieces.append(Mist(z - 0.2, 4.2 if z < 8 else 5.5, palette.haze, 0.30))
    _canopy(site, place, green)
    beams = site.apart()
    if palette.disc is not None and palette.disc_place[1] > 0:
        _shafts(beams, place)
    if site.says("path|trail|track|winding|road"):
        _path(site, place)
    if site.says("campfire|bonfire|fire|camp"):
        _campfire(site, place)
    for x, z in scatter(site, -3.0, 18, 40, wide=0.6, free=1.3):
        fern = flora.fern(source, source.uniform(0.3, 0.62), shade(site.ground(under), max(0.0, z)))
        place.pieces.append(Prop(fern, x, z, sway=0.03))
    _fallen(site, place, bark)
    place.pieces += patches(site, darker(floor, 0.86), 36, 1.3) + grass(site, mix(under, (120, 150, 70), 0.3), 34)
    return place


def _row(site: Site, place: Place, z: float, step: float, bark: Colour, green: Colour) -> None:
    """One row of trees: near ones as trunks whose crowns are out of frame, far ones whole."""
    shade, source = site.palette.shade, site.source
    x = -0.8 * reach(z)
    while x < 0.8 * reach(z):
        x += step * source.uniform(0.6, 1.5)
        depth = z * source.uniform(0.9, 1.12)
        if source.random() < 0.55 or z < 8:
            if abs(x) > FREE_M + 0.6:
                tall = source.uniform(13, 18) + 0.5 * depth
                tree = _trunk(site, tall, shade(bark, depth))
                if z > 8:
                    tree.append((_top(tall), shade(darker(mix(site.ground(green), green, 0.5), 0.9), 1.2 * depth)))
                place.pieces.append(Prop(tree, x, depth))
        else:
            place.pieces.append(Prop(_whole_tree(site, depth, bark, green), x, depth, sway=0.08 if site.snowy else 0.12))


def _whole_tree(site: Site, z: float, bark: Colour, green: Colour) -> flora.Shapes:
    """A tree of the wood's kind, as tall in snow as without."""
    shade, source = site.palette.shade, site.source
    leaf, wood = mix(green, (150, 160, 80), source.uniform(0, 0.22)), shade(bark, z)
    if site.says("birch(?:es)?|jungle|rainforest|autumn|fall|oak|broadleaf"):
        return flora.broadleaf(source, source.uniform(6, 11), shade(site.ground(leaf), z), wood)
    height = source.uniform(6, 12)
    return snowy_pine(site, height, z) if site.snowy else flora.pine(source, height, shade(leaf, z), wood)


def _top(height: float) -> Points:
    """The crown of a tall tree, of which only an aerial view shows all."""
    wide = 0.13 * height
    return outline(
        (-wide, 0.58 * height),
        (0.0, 1.06 * height),
        (wide, 0.58 * height),
        (0.4 * wide, 0.63 * height),
        (0.0, 0.56 * height),
        (-0.4 * wide, 0.63 * height),
    )


def _trunk(site: Site, height: float, colour: Colour) -> list[tuple[Points | list[Points], Colour]]:
    """A trunk, with the dark bands of a birch, the creepers of a jungle, or a few branch stubs."""
    source = site.source
    shapes: list[tuple[Points | list[Points], Colour]] = [
        (points * (1.0, height / TRUNK_M), tint) for points, tint in flora.bare_trunk(source, TRUNK_M, colour)
    ]
    marks: list[Points] = []
    if site.says("birch(?:es)?"):
        for y in np.arange(0.4, 8.0, 0.8) + source.uniform(0, 0.4):
            marks.append(outline((-0.16, y), (0.10, y + 0.03), (0.06, y + 0.12), (-0.14, y + 0.08)))
        return [*shapes, (marks, darker(colour, 0.42))]
    if site.says("jungle|rainforest"):
        x = source.uniform(-0.2, 0.2)
        creeper = limb((x, 8.0), (x + source.uniform(-0.6, 0.6), source.uniform(1.4, 3.0)), 0.035, 0.03)
        return [*shapes, (creeper, darker(colour, 0.8))]
    for side in (-1, 1):
        y = source.uniform(1.6, 5.5)
        tip = (side * source.uniform(0.5, 0.9), y + source.uniform(0.1, 0.4))
        marks.append(outline((0.1 * side, y - 0.06), tip, (0.1 * side, y + 0.07)))
    return [*shapes, (marks, darker(colour, 0.86))]


def _canopy(site: Site, place: Place, green: Colour) -> None:
    """The roof of leaves or needles over it all, in two layers whose lower edges hang in lobes."""
    source = site.source
    low_sun = site.palette.disc is not None and site.palette.disc_place[1] < LOW_SUN and not site.palette.stars
    for z, low, tone in ((44.0, 17.0, 1.05), (24.0, 12.5, 0.86)):
        half = 0.9 * reach(z)
        edge: list[tuple[float, float]] = []
        x = -half
        while x < half:
            wide, sag = source.uniform(0.10, 0.24) * z, source.uniform(0.03, 0.11) * z
            edge += [(x + wide * n / 6, low - sag * float(np.sin(np.pi * n / 6))) for n in range(6)]
            x += wide
        xs, ys = np.array(edge).T
        rim = np.concatenate([np.stack([xs, ys], 1), [[half, 5 * z], [-half, 5 * z]]])
        leaf = site.palette.shade(darker(mix(site.ground(green), green, 0.6), tone), 1.6 * z)
        if low_sun:  # which comes in under the roof and leaves it dark
            leaf = mix(darker(leaf, 0.64), site.palette.zenith, 0.12)
        place.pieces.append(Prop([(rim, leaf)], 0.0, z, sway=0.0))


def _shafts(site: Site, place: Place) -> None:
    """Slanting shafts of light between the rows."""
    light = mix(site.palette.haze, (255, 244, 206), 0.55)
    lean = -1.0 if site.palette.disc_place[0] > 0 else 1.0
    for n, z in enumerate((60.0, 30.0, 17.0)):
        for _ in range(2):
            x, wide = site.source.uniform(-0.6, 0.6) * z, 0.035 * z
            colour = mix(site.palette.shade((110, 130, 90), z), light, 0.34 - 0.06 * n)
            beam = outline((-wide + lean * 0.5 * z, 0), (wide + lean * 0.5 * z, 0), (0.7 * wide, 0.9 * z), (-0.4 * wide, 0.9 * z))
            place.pieces.append(Prop([(beam, colour)], x, z + 0.5 + site.source.random()))


def _path(site: Site, place: Place) -> None:
    """A path that winds away between the trees."""
    zs = np.linspace(-12, 60, 60)
    bend = 1.3 * np.sin(zs * 0.10 + site.source.random() * 6) + 0.0016 * zs * zs * site.source.choice((-1, 1))
    bend -= np.interp(0.0, zs, bend)
    earth = site.palette.shade(site.ground((168, 138, 98)), 3)
    for wide, colour, order in ((1.25, darker(earth, 0.86), 868.0), (1.0, earth, 866.0)):
        place.pieces.append(
            Ground(np.concatenate([np.stack([bend - wide, zs], 1), np.stack([bend + wide, zs], 1)[::-1]]), colour, order)
        )


def _campfire(site: Site, place: Place) -> None:
    side = site.source.choice((-1, 1))
    x, z = side * 1.7, 1.4
    logs = site.palette.shade((92, 66, 50), 0)
    place.pieces += [
        Prop(
            [
                (limb((-0.4, 0.06), (0.4, 0.14), 0.07, 0.06), logs),
                (limb((0.4, 0.06), (-0.36, 0.16), 0.07, 0.06), darker(logs, 0.8)),
            ],
            x,
            z,
        )
    ]
    place.pieces += [
        Flame(x, 0.08, z - 0.02, 0.75),
        Flame(x + 0.16, 0.06, z - 0.03, 0.45),
        Glow(x, 0.5, z - 0.05, 3.6, (210, 116, 46), 0.75, 0.2),
    ]


def _fallen(site: Site, place: Place, bark: Colour) -> None:
    """A fallen trunk and some stones."""
    source = site.source
    side, z = source.choice((-1, 1)), source.uniform(3.2, 5.0)
    wood = site.palette.shade(site.ground(bark) if site.snowy else bark, z)
    trunk: flora.Shapes = [
        (limb((-1.6, 0.2), (1.6, 0.26), 0.24, 0.2), wood),
        (limb((-1.5, 0.12), (1.5, 0.18), 0.12, 0.1), darker(wood, 0.78)),
        (ellipse(-1.62, 0.2, 0.13, 0.24, points=16), mix(wood, (226, 190, 140), 0.5)),
    ]
    place.pieces.append(Prop(trunk, side * 3.4, z))
    for x, depth in scatter(site, -2, 12, 8, wide=0.5):
        place.pieces.append(
            Prop(
                flora.stone(source, source.uniform(0.12, 0.34), site.palette.shade(site.ground((132, 134, 122)), max(0.0, depth))),
                x,
                depth,
            )
        )
