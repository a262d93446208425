"""Wild landscapes: forest, mountains, desert, and ground that is nowhere in particular."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.motions import Flame
from storyvid.backends.animatic.pieces import Glow, Ground, Mist, Prop, Ridge
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
    tufts,
)  # fmt: skip
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.settings.winter import SNOW, snowy_pine
from storyvid.backends.animatic.shapes import Points, box, ellipse, limb, outline

# Bark, leaves, ground and undergrowth, by the location's words.
WOODS: dict[str, tuple[Colour, Colour, Colour, Colour]] = {
    "birch(?:es)?": ((226, 222, 210), (140, 160, 84), (132, 142, 84), (150, 166, 88)),
    "jungle|rainforest|tropical": ((96, 78, 58), (58, 120, 66), (82, 104, 54), (86, 150, 72)),
    "autumn|fall|golden leaves|orange": ((98, 72, 56), (206, 128, 60), (160, 120, 68), (196, 140, 66)),
    "dead|burnt|bare|haunted|swamp": ((82, 74, 72), (104, 108, 92), (100, 98, 78), (112, 116, 82)),
}
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
    if palette.disc is not None and palette.disc_place[1] > 0:
        _shafts(site, place)
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
        elif site.snowy:
            place.pieces.append(Prop(snowy_pine(site, source.uniform(6, 12), depth), x, depth, sway=0.08))
        else:
            leaf = shade(mix(green, (150, 160, 80), source.uniform(0, 0.22)), depth)
            wood = shade(bark, depth)
            broad = site.says("birch(?:es)?|jungle|rainforest|autumn|fall|oak|broadleaf")
            shapes = (
                flora.broadleaf(source, source.uniform(6, 11), leaf, wood)
                if broad
                else flora.pine(source, source.uniform(6, 12), leaf, wood)
            )
            place.pieces.append(Prop(shapes, x, depth, sway=0.12))


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


def desert(site: Site) -> Place:
    """Dunes in bands of light and shade, mesas, cactus and stones; palms, a pool or pyramids by the words."""
    shade, source, palette = site.palette.shade, site.source, site.palette
    place = Place(shade((226, 178, 118), 0), shade((236, 200, 148), 80), fade_m=24)
    place.pieces += clouds(site, 3)
    if site.says("pyramids?|egypt\\w*"):
        _pyramids(site, place)
    elif not site.says("dunes?|sahara"):
        _mesas(site, place)
    place.pieces.append(Mist(890, 60, palette.haze, 0.5))
    for z, height, albedo in (
        (320.0, 34.0, (216, 164, 112)),
        (150.0, 15.0, (228, 178, 120)),
        (70.0, 5.4, (214, 160, 104)),
        (32.0, 2.1, (230, 182, 122)),
    ):
        xs, ys = rolling(source, z, height, wave=z * 1.7, rough=0.22)
        place.pieces.append(Ridge(xs, ys, z + 0.1, shade(albedo, z)))
        slip = np.interp(xs - 0.05 * z, xs, ys) * 0.82  # the lee side, in shade
        place.pieces += [
            Ridge(xs, np.minimum(ys, slip), z, shade(darker(albedo, 0.86), z)),
            Mist(z - 0.1, height * 0.7, palette.haze, 0.25),
        ]
    if site.says("oasis|palms?"):
        _oasis(site, place)
    elif not site.says("dunes?|sahara"):
        for x, z in scatter(site, 6, 48, 10, free=3.5):
            place.pieces.append(Prop(flora.cactus(source, source.uniform(2.2, 4.2), shade((104, 128, 84), z)), x, z))
    for x, z in scatter(site, -3, 20, 16, wide=0.5):
        place.pieces.append(Prop(flora.stone(source, source.uniform(0.08, 0.34), shade((188, 132, 96), max(0.0, z))), x, z))
    _ripple_marks(site, place)
    return place


def _mesas(site: Site, place: Place) -> None:
    for n in range(5):
        x = (n / 4 - 0.5) * 2600 + site.source.uniform(-160, 160)
        wide, tall = site.source.uniform(150, 340), site.source.uniform(70, 140)
        rock = site.palette.shade((176, 104, 82), 130)
        rim = outline(
            (-wide, 0), (-wide * 0.62, tall * 0.5), (-wide * 0.5, tall), (wide * 0.46, tall), (wide * 0.6, tall * 0.5), (wide, 0)
        )
        side = outline((wide * 0.1, 0), (wide * 0.16, tall), (wide * 0.46, tall), (wide * 0.6, tall * 0.5), (wide, 0))
        place.pieces.append(
            Prop(
                [
                    (rim, rock),
                    (side, darker(rock, 0.88)),
                    (box(-0.1 * wide, tall * 0.7, wide * 0.9, tall * 0.06), darker(rock, 0.92)),
                ],
                x,
                900 + n,
            )
        )


def _pyramids(site: Site, place: Place) -> None:
    for x, z, tall in ((-260.0, 800.0, 190.0), (120.0, 700.0, 230.0), (430.0, 860.0, 120.0)):
        stone = site.palette.shade((214, 170, 112), 0.2 * z)
        place.pieces.append(
            Prop(
                [
                    (outline((-tall * 0.85, 0), (0, tall), (tall * 0.85, 0)), stone),
                    (outline((tall * 0.12, 0), (0, tall), (tall * 0.85, 0)), darker(stone, 0.76)),
                ],
                x,
                z,
            )
        )


def _oasis(site: Site, place: Place) -> None:
    """A pool between palms."""
    shade, source = site.palette.shade, site.source
    side = source.choice((-1, 1))
    water = mix(shade((72, 150, 156), 8), site.palette.middle, 0.3)
    place.pieces += [
        Ground(ellipse(side * 5, 9.5, 6.0, 2.6, points=36), shade((150, 158, 92), 8), 852.0),
        Ground(ellipse(side * 5, 9.5, 5.4, 2.1, points=36), water, 850.0),
    ]
    for x, z in ((side * 3.0, 12.5), (side * 7.2, 12.0), (side * 9.6, 8.6), (-side * 6.5, 14.0), (side * 5.2, 14.0)):
        tall, lean = source.uniform(4.2, 6.4), source.uniform(-0.9, 0.9)
        trunk, leaf = shade((140, 104, 72), z), shade((94, 136, 78), z)
        palm: flora.Shapes = [(limb((0, 0), (lean, tall), 0.18, 0.11), trunk)]
        for n in range(8):
            turn = -0.35 + (np.pi + 0.7) * n / 7
            dx, dy = 1.9 * np.cos(turn), 1.2 * np.sin(turn)
            palm.append(
                (
                    outline(
                        (lean, tall),
                        (lean + dx * 0.5, tall + dy * 0.6 + 0.35),
                        (lean + dx, tall + dy * 0.5 - 0.35),
                        (lean + dx * 0.5, tall + dy * 0.45),
                    ),
                    darker(leaf, 0.82 + 0.05 * (n % 4)),
                )
            )
        place.pieces.append(Prop(palm, x, z, sway=0.25))


def _ripple_marks(site: Site, place: Place) -> None:
    """The wind's marks in the sand: long wavy streaks, closer to the front."""
    source = site.source
    for n in range(26):
        z = -6 + 40 * ((n + source.random()) / 26) ** 1.7
        x, long = source.uniform(-1, 1) * reach(max(0.0, z)) * 0.5, source.uniform(1.6, 4.2) * (1 + max(0.0, z) / 14)
        across = np.linspace(-1, 1, 18)
        wave, thick = 0.16 * np.sin(5 * across + source.random() * 6), 0.10 * (1 + max(0.0, z) / 14) * (1 - across**2)
        rim = np.concatenate([np.stack([x + long * across, z + wave + thick], 1), np.stack([x + long * across, z + wave], 1)[::-1]])
        place.pieces.append(Ground(rim, site.palette.shade((206, 154, 100), max(0.0, z)), z + 900.0))


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
