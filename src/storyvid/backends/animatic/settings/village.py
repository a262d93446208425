"""Villages: a lane between scattered houses, or a narrow street of old stone."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Face, Faces, Solid, flank, level
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.motions import Smoke
from storyvid.backends.animatic.pieces import Glow, Ground, Mist, Piece, Prop
from storyvid.backends.animatic.settings.layers import clouds, grass, hills, lamp_on_ground, patches, reach, tufts
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import Points, box, ellipse, outline

WALLS: tuple[Colour, ...] = ((232, 214, 184), (214, 178, 142), (238, 228, 210), (196, 150, 124), (206, 196, 160))
STONES: tuple[Colour, ...] = ((168, 156, 142), (182, 164, 140), (152, 146, 140), (190, 172, 150))
ROOFS: tuple[Colour, ...] = ((172, 88, 66), (134, 78, 66), (110, 92, 92))
SNOW: Colour = (234, 239, 246)
STREET_M = 3.9  # from the middle to the fronts of a narrow street


def village(site: Site) -> Place:
    """Gabled houses with smoking chimneys along a lane, a church behind; a street of stone houses where the words have one."""
    if site.says("street|alley|narrow|cobbl\\w*|square|town|old town|market.*"):
        return _street(site)
    shade, palette, source = site.palette.shade, site.palette, site.source
    place = Place(shade(site.ground((142, 150, 92)), 0), shade(site.ground((158, 168, 116)), 70), fade_m=16)
    place.pieces += clouds(site, 6) + hills(site, 420, 70, (112, 136, 112), 0.4) + hills(site, 170, 24, (116, 142, 92), 0.4)
    _church(site, place, source.choice((-1, 1)) * source.uniform(10, 24), 78.0)
    for z, step in ((60.0, 11.0), (34.0, 9.5), (18.0, 9.0)):
        x = -reach(z) * 0.72
        while x < reach(z) * 0.72:
            x += step * source.uniform(0.85, 1.3)
            if abs(x) > 3.8:
                _cottage(site, place, x, z + source.random())
        place.pieces.append(Mist(z - 0.4, 3.2, palette.haze, 0.26))
    place.pieces += _lane(site, (196, 172, 132), 1.7) + _fence(site, 8.0)
    place.pieces += patches(site, (126, 138, 78), 32, 1.4) + grass(site, (134, 152, 78), 46, 0.26)
    place.pieces += tufts(site, (150, 164, 88), -3.5, 6.0, 26)
    return place


def _cottage(site: Site, place: Place, x: float, z: float) -> None:
    """A house, its smoke, and often a tree beside it."""
    shade, source = site.palette.shade, site.source
    wide, tall = source.uniform(5.5, 7.5), source.uniform(3.0, 3.9)
    wall, roof = (
        shade(source.choice(WALLS), z),
        shade(mix(source.choice(ROOFS), SNOW, 0.86) if site.snowy else source.choice(ROOFS), z),
    )
    place.pieces.append(Prop(flora.house(source, wide, tall, wall, roof, site.palette, z), x, z))
    if source.random() < 0.45:
        smoke = mix(shade((226, 224, 220), z), site.palette.haze, 0.35)
        place.pieces.append(Smoke(x + 0.24 * wide, 1.55 * tall, z + 0.1, 3.4, 0.3, smoke, site.palette.haze))
    if source.random() < 0.6:
        leaf = shade(site.ground(source.choice(((98, 132, 72), (116, 142, 74), (86, 120, 76)))), z)
        tree = flora.broadleaf(source, source.uniform(5, 7.5), leaf, shade((96, 72, 58), z))
        place.pieces.append(Prop(tree, x + wide * 0.8, z + 2, sway=0.1))
    if site.palette.lamps and z < 40:
        place.pieces.append(Glow(x + 0.2 * wide, 1.8, z - 0.1, 2.2, (130, 90, 40), 0.55))


def _church(site: Site, place: Place, x: float, z: float) -> None:
    wall, roof = site.palette.shade((214, 204, 186), z), site.palette.shade(site.ground((112, 86, 82)), z)
    shapes: flora.Shapes = [
        (box(6, 0, 12, 7), wall),
        (outline((-0.4, 7), (12.6, 7), (11.5, 11), (0.6, 11)), roof),
        (box(-1, 0, 4.4, 14), wall),
        (box(0.2, 0, 2.0, 14), darker(wall, 0.85)),
        (outline((-3.5, 14), (1.5, 14), (-1, 23)), roof),
    ]
    shapes += [(box(dx, 2.4, 0.9, 2.6), flora.LAMPLIGHT if site.palette.lamps else darker(wall, 0.62)) for dx in (3.4, 6.2, 9.0)]
    shapes.append((ellipse(-1, 11.4, 0.9, 0.9, points=16), darker(wall, 0.6)))
    place.pieces.append(Prop(shapes, x, z))


def _lane(site: Site, albedo: Colour, half: float) -> list[Piece]:
    """A winding track that leads away from the camera."""
    zs = np.linspace(-30, 160, 90)
    turn = (1 if site.source.random() < 0.5 else -1) * 0.00044
    bend = 0.9 * np.sin(zs * 0.055 + site.source.random()) + turn * zs * np.abs(zs)
    colour = site.palette.shade(site.ground(albedo), 4)
    verge = site.palette.shade(site.ground((136, 144, 86)), 4)

    def strip(wide: float) -> Points:
        return np.concatenate([np.stack([bend - wide, zs], 1), np.stack([bend + wide, zs], 1)[::-1]])

    return [Ground(strip(half), colour, 850), Ground(strip(half * 0.12), mix(colour, verge, 0.55), 845)]


def _fence(site: Site, z: float) -> list[Piece]:
    wood = site.palette.shade(site.ground((150, 118, 88)), z)
    pieces: list[Piece] = []
    for side in (-1, 1):
        posts = [box(2.1 * n, 0, 0.14, 1.1) for n in range(9)]
        rails = [box(8.4, y, 18.9, 0.09) for y in (0.38, 0.76)]
        shapes: list[tuple[Points | list[Points], Colour]] = [
            ([points * (side, 1) for points in rails], darker(wood, 0.92)),
            ([points * (side, 1) for points in posts], wood),
        ]
        pieces.append(Prop(shapes, side * 3.0, z))
    return pieces


def _street(site: Site) -> Place:
    """Stone houses wall to wall on both sides, crooked chimneys that smoke, cobbles, lit windows."""
    shade, palette, source = site.palette.shade, site.palette, site.source
    place = Place(shade(site.ground((142, 132, 122)), 0), shade(site.ground((158, 148, 136)), 60), fade_m=16)
    if site.wet:
        place.near = mix(place.near, palette.horizon, 0.18)
    place.pieces += clouds(site, 5) + hills(site, 420, 70, (112, 132, 116), 0.4)
    _church(site, place, source.choice((-1, 1)) * 6.0, 96.0)
    half = STREET_M if site.says("narrow|alley|street|cobbl\\w*") else 7.5
    for side in (-1, 1):
        z = -10.0 + source.uniform(0, 3)
        while z < 70:
            deep = source.uniform(5.0, 8.0)
            _stone_house(site, place, side, half + source.uniform(-0.25, 0.35), z, deep)
            z += deep
    for z in (62.0, 34.0):
        place.pieces.append(Mist(z, 6, palette.haze, 0.32))
    _cobbles(site, place, half)
    _street_lamp(site, place, source.choice((-1, 1)) * (half - 0.8), 5.5)
    _street_lamp(site, place, source.choice((-1, 1)) * (half - 0.8), 18.0)
    return place


def _stone_house(site: Site, place: Place, side: int, half: float, z: float, deep: float) -> None:
    """One house of a street: its wall, door and windows, the slope of its roof, its gable, a chimney."""
    shade, source, palette = site.palette.shade, site.source, site.palette
    depth = max(0.0, z)
    wall = shade(source.choice((*STONES, *STONES, *WALLS)), depth)
    roof = shade(mix(source.choice(ROOFS), SNOW, 0.88) if site.snowy else source.choice(ROOFS), depth)
    x, looks, eaves = side * half, "left" if side > 0 else "right", source.uniform(3.4, 5.4)
    back, ridge = x + side * 3.4, eaves + source.uniform(1.8, 2.6)
    sunny = (side > 0) == (palette.disc_place[0] < 0)
    face = darker(wall, 1.0 if sunny else 0.82)
    slope = np.array(
        [(x - side * 0.3, eaves - 0.1, z), (x - side * 0.3, eaves - 0.1, z + deep), (back, ridge, z + deep), (back, ridge, z)]
    )
    gable = np.array([(x, 0, z), (x + side * 6.8, 0, z), (x + side * 6.8, eaves, z), (back, ridge, z), (x, eaves, z)])
    faces: Faces = [
        (Face(slope, looks), darker(roof, 1.0 if sunny else 0.84)),
        (Face(gable, "front"), darker(wall, 0.9)),
        (flank(x, 0, eaves, z, z + deep, looks), face),
        (flank(x, eaves - 0.16, eaves, z, z + deep, looks), darker(face, 0.72)),
        (flank(x, 0, 0.5, z, z + deep, looks), darker(face, 0.86)),
    ]
    if z < 48:
        faces += _openings(site, x, looks, z, deep, eaves, face)
    place.pieces.append(Solid(faces, z + deep / 2))
    if source.random() < 0.7:
        lean, at = source.uniform(-0.18, 0.18), z + deep * source.uniform(0.3, 0.7)
        stack = outline((-0.35, -1.2), (0.35, -1.2), (0.33 + lean, 1.2), (-0.33 + lean, 1.2))
        pots = [box(lean - 0.15, 1.3, 0.16, 0.3), box(lean + 0.15, 1.3, 0.16, 0.3)]
        place.pieces.append(
            Prop(
                [
                    (stack, darker(wall, 0.8)),
                    (box(lean, 1.12, 0.82, 0.18), darker(wall, 0.66)),
                    (pots, shade((160, 92, 70), depth)),
                ],
                back,
                at,
                y=ridge,
            )
        )
        place.pieces.append(
            Smoke(
                back + lean, ridge + 1.6, at + 0.05, 3.2, 0.26, mix(shade((222, 220, 218), depth), palette.haze, 0.4), palette.haze
            )
        )


def _openings(site: Site, x: float, looks: str, z: float, deep: float, eaves: float, face: Colour) -> Faces:
    """A door and windows with shutters; lit after dark."""
    source, palette = site.source, site.palette
    count = max(1, round(deep / 2.6))
    pitch = deep / count
    frames: list[Face] = []
    glass: list[Face] = []
    lit: list[Face] = []
    shutters: list[Face] = []
    door_at = source.randrange(count)
    faces: Faces = []
    for storey, low in enumerate((1.0, 3.0)):
        if low + 1.3 > eaves:
            continue
        for n in range(count):
            near, far = z + (n + 0.3) * pitch, z + (n + 0.7) * pitch
            if storey == 0 and n == door_at:
                timber = palette.shade(source.choice(((126, 70, 56), (66, 92, 84), (74, 84, 112), (134, 100, 70))), max(0.0, z))
                faces += [
                    (flank(x, 0, 2.2, near - 0.1, far + 0.1, looks), darker(face, 0.7)),
                    (flank(x, 0, 2.05, near, far, looks), timber),
                ]
                continue
            frames.append(flank(x, low - 0.08, low + 1.2, near - 0.06, far + 0.06, looks))
            awake = source.random() < 0.6
            (lit if palette.lamps and awake else glass).append(flank(x, low, low + 1.12, near, far, looks))
            wing = (far - near) * 0.45
            shutters += [
                flank(x, low, low + 1.12, near - wing - 0.06, near - 0.06, looks),
                flank(x, low, low + 1.12, far + 0.06, far + wing + 0.06, looks),
            ]
    tint = palette.shade(source.choice(((88, 116, 106), (120, 82, 66), (86, 100, 130))), max(0.0, z))
    groups = (
        (shutters, tint),
        (frames, palette.shade((226, 216, 198), max(0.0, z))),
        (glass, mix(palette.middle, darker(face, 0.5), 0.6)),
        (lit, mix(flora.LAMPLIGHT, palette.haze, 0.3 * max(0.0, z) / (max(0.0, z) + 60))),
    )
    return [*faces, *((group, colour) for group, colour in groups if group)]


def _cobbles(site: Site, place: Place, half: float) -> None:
    """Rows of stones, and the gutter along the walls."""
    source, stone = site.source, site.palette.shade(site.ground((164, 152, 138)), 2)
    pale = [
        level(x + (0.22 if r % 2 else 0), x + 0.34 + (0.22 if r % 2 else 0), 0, -3.5 + 0.5 * r, -3.15 + 0.5 * r)
        for r in range(34)
        for x in np.arange(-half + 0.4, half - 0.6, 0.9)
        if source.random() < 0.62
    ]
    place.pieces.append(Solid([(pale, mix(stone, site.palette.horizon, 0.10) if site.wet else stone)], 858))
    for side in (-1, 1):
        x = side * (half - 0.45)
        place.pieces.append(
            Ground(outline((x - 0.16, -20), (x + 0.16, -20), (x + 0.16, 90), (x - 0.16, 90)), darker(place.near, 0.82), 855)
        )


def _street_lamp(site: Site, place: Place, x: float, z: float) -> None:
    lit = site.palette.lamps
    place.pieces.append(Prop(flora.lamp_post(site.palette.shade((56, 58, 66), z), lit), x, z))
    if lit:
        place.pieces += [
            Glow(x, 4.3, z - 0.05, 2.8, (170, 120, 58), 0.85),
            lamp_on_ground(site, place, x * 0.9, z, 3.6, 0.6),
        ]
