"""The city: a street or an alley between houses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Face, Faces, Solid, block, flank, front, level
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.motions import Blinker, Smoke
from storyvid.backends.animatic.pieces import Glow, Ground, Mist, Piece, Prop, Ridge
from storyvid.backends.animatic.settings.layers import clouds, lamp_on_ground, reach
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import box, ellipse, outline

WALLS: tuple[Colour, ...] = ((150, 110, 96), (126, 130, 140), (168, 146, 122), (110, 118, 132), (176, 132, 108), (136, 122, 130))
SIGNS: tuple[Colour, ...] = ((236, 84, 112), (84, 206, 214), (250, 196, 84), (168, 110, 226), (110, 214, 140))
AWNINGS: tuple[Colour, ...] = ((190, 72, 62), (60, 122, 112), (218, 168, 84), (74, 98, 138))
STREET_M, ALLEY_M = 7.2, 2.7  # from the middle to the house fronts


def city(site: Site) -> Place:
    """Houses in perspective on both sides, shops, lamps, a crossing, a skyline at the end; an alley is narrow and has no shops."""
    shade, palette = site.palette.shade, site.palette
    alley = site.says("alley|alleyway|back ?street|narrow|lane|passage")
    place = Place(shade(site.ground((92, 92, 98)), 0), shade(site.ground((114, 112, 116)), 60), fade_m=20)
    if site.wet:
        place.near, place.far = mix(place.near, palette.horizon, 0.16), mix(place.far, palette.horizon, 0.34)
    place.pieces += clouds(site, 4)
    for z, low, high in ((420.0, 60.0, 170.0), (230.0, 36.0, 90.0)):
        xs, ys = skyline(site, z, low, high)
        place.pieces += [Ridge(xs, ys, z, shade((112, 112, 128), z * 0.75)), Mist(z - 1, low, palette.haze, 0.5)]
    half = ALLEY_M if alley else STREET_M
    for side in (-1, 1):
        z = -9.0 - site.source.uniform(0, 3) if alley else site.source.uniform(4.0, 7.0)
        while z < 105:
            deep = site.source.uniform(8, 14) if not alley else site.source.uniform(6, 10)
            _house(site, place, side, half, z, deep, alley, first=z < 8 and not alley)
            z += deep + (site.source.uniform(0, 1.5) if not alley else 0.0)
    for z in (100.0, 48.0):
        place.pieces.append(Mist(z, 9, palette.haze, 0.30))
    place.pieces += _alley_floor(site, half) if alley else _street(site, place)
    return place


def _house(site: Site, place: Place, side: int, half: float, z: float, deep: float, alley: bool, first: bool) -> None:
    """One house: its flank to the street with windows and a shop, and its end wall towards us."""
    source, palette = site.source, site.palette
    wall = palette.shade(source.choice(WALLS), z)
    tall = source.uniform(7, 11) if alley else source.uniform(12, 26) + 0.14 * z
    x, looks = side * half, "left" if side > 0 else "right"
    left, right = (x, x + 16) if side > 0 else (x - 16, x)
    flank_wall = darker(wall, 0.98 if (side > 0) == (palette.disc_place[0] < 0) else 0.82)
    faces: Faces = [(front(left, right, 0, tall, z), darker(wall, 0.9)), (flank(x, 0, tall, z, z + deep, looks), flank_wall)]
    faces.append((flank(x, tall - 0.35, tall, z, z + deep, looks), darker(flank_wall, 0.78)))
    if z < 44:
        faces += _windows(site, x, looks, z, deep, tall, flank_wall)
        faces += _end_windows(site, left, right, tall, z, wall) if first else []
    else:
        rows = [flank(x, y, y + 1.3, z + 0.6, z + deep - 0.6, looks) for y in np.arange(4.6, tall - 2, 3.2)]
        faces.append((rows, mix(darker(flank_wall, 0.76), flora.LAMPLIGHT, 0.25 if palette.lamps else 0.0)))
    if not alley and z < 70:
        _shop(site, place, faces, x, looks, z, deep)
    place.pieces.append(Solid(faces, z + deep * 0.5))
    if site.snowy:
        place.pieces.append(
            Solid(
                [
                    (front(left, right, tall - 0.05, tall + 0.3, z), palette.shade((236, 240, 246), z)),
                    (flank(x, tall - 0.05, tall + 0.3, z, z + deep, looks), palette.shade((222, 228, 240), z)),
                ],
                z + deep * 0.5 - 0.01,
            )
        )
    if alley and z < 30:
        _alley_things(site, place, side, x, z, deep)


def _windows(site: Site, x: float, looks: str, z: float, deep: float, tall: float, wall: Colour) -> Faces:
    source, palette = site.source, site.palette
    lit: list[Face] = []
    glass: list[Face] = []
    count = max(2, round(deep / 2.6))
    pitch = deep / count
    for y in np.arange(4.4, tall - 1.6, 3.1):
        for n in range(count):
            pane = flank(x, y, y + 1.6, z + (n + 0.26) * pitch, z + (n + 0.74) * pitch, looks)
            awake = source.random() < 0.36
            (lit if palette.lamps and awake else glass).append(pane)
    tint = mix(palette.middle, darker(wall, 0.6), 0.62) if not palette.lamps else darker(wall, 0.62)
    return [
        (group, colour)
        for group, colour in ((glass, tint), (lit, mix(flora.LAMPLIGHT, palette.haze, 0.35 * z / (z + 60))))
        if group
    ]


def _end_windows(site: Site, left: float, right: float, tall: float, z: float, wall: Colour) -> Faces:
    panes = [
        front(left + 1.2 + 3.0 * n, left + 2.6 + 3.0 * n, y, y + 1.6, z) for y in np.arange(4.4, tall - 1.6, 3.1) for n in range(5)
    ]
    if not panes:
        return []
    some = [pane for n, pane in enumerate(panes) if (n * 7 + round(z)) % 5 == 0] if site.palette.lamps else []
    faces: Faces = [(panes, darker(wall, 0.66))]
    return [*faces, (some, flora.LAMPLIGHT)] if some else faces


def _shop(site: Site, place: Place, faces: Faces, x: float, looks: str, z: float, deep: float) -> None:
    """A lit shop window under an awning, and a sign that stands out from the wall."""
    source, palette = site.source, site.palette
    lit = palette.lamps
    out = -1 if x > 0 else 1
    window = (
        mix((250, 214, 140), palette.haze, 0.3 * z / (z + 60))
        if lit
        else mix(palette.shade((96, 122, 132), z), palette.horizon, 0.25)
    )
    faces.append(
        (flank(x, 0, 3.6, z, z + deep, looks), palette.shade(source.choice(((70, 62, 64), (92, 74, 62), (62, 76, 82))), z))
    )
    faces.append(
        ([flank(x, 0.6, 2.7, z + 0.5, z + deep * 0.58, looks), flank(x, 0.1, 2.6, z + deep * 0.66, z + deep * 0.84, looks)], window)
    )
    cloth = palette.shade(source.choice(AWNINGS), z)
    low = np.array(
        [(x, 3.3, z + 0.3), (x, 3.3, z + deep * 0.9), (x + out * 1.1, 2.6, z + deep * 0.9), (x + out * 1.1, 2.6, z + 0.3)]
    )
    place.pieces.append(
        Solid(
            [
                (Face(low, "front"), cloth),
                (front(min(x, x + out * 1.1), max(x, x + out * 1.1), 2.45, 2.62, z + 0.3), darker(cloth, 0.8)),
            ],
            z + deep * 0.4,
        )
    )
    if source.random() < (0.95 if site.says("neon|times square|tokyo|downtown|cyberpunk") else 0.45):
        tint = source.choice(SIGNS)
        colour = tint if lit else palette.shade(darker(tint, 0.8), z)
        at, y = z + deep * source.uniform(0.2, 0.8), source.uniform(4.0, 6.5)
        tall = source.uniform(1.2, 3.0)
        middle = x + out * 0.65
        sign: flora.Shapes = [
            (box(0, 0, 0.9, tall), palette.shade((40, 40, 48), z)),
            (box(0, 0.1, 0.72, tall - 0.2), darker(colour, 0.45)),
            *((box(0, 0.22 + 0.5 * n, 0.44, 0.26), colour) for n in range(max(1, int((tall - 0.3) / 0.5)))),
        ]
        place.pieces.append(Prop(sign, middle, at, y=y))
        if lit:
            place.pieces.append(Glow(middle, y + tall / 2, at - 0.05, 2.4, darker(tint, 0.6), 0.75, flicker=0.06))
            if z < 40:
                place.pieces.append(lamp_on_ground(site, place, middle * 0.75, max(2.0, at - 2), 3.2, 0.8, tint))


def _alley_things(site: Site, place: Place, side: int, x: float, z: float, deep: float) -> None:
    """Bins, pipes, a fire escape, a lamp on the wall."""
    source, palette = site.source, site.palette
    iron = palette.shade((58, 62, 68), z)
    if source.random() < 0.6:
        place.pieces.append(Solid(block(x - side * 0.55, z + 1.5, 0.9, 1.4, 0, 1.15, palette.shade((74, 98, 88), z)), z + 1.5))
    if side > 0:
        stair: Faces = []
        for y in (4.2, 7.0):
            stair += block(x - 0.6, z + 1.5, 1.2, 3.4, y, y + 0.1, iron)
            stair += [
                (front(x - 1.2, x, y + 0.9, y + 0.98, z + 1.5), iron),
                (flank(x - 1.2, y + 0.9, y + 0.98, z + 1.5, z + 4.9, "left"), iron),
            ]
        place.pieces.append(Solid(stair, z + 1.4))
    lamp = x - side * 0.35
    place.pieces.append(
        Prop(
            [
                (box(0, 0, 0.5, 0.06), iron),
                (box(-side * 0.2, -0.25, 0.22, 0.26), flora.LAMPLIGHT if palette.lamps else darker(iron, 1.6)),
            ],
            lamp,
            z + deep * 0.5,
            y=3.4,
        )
    )
    if palette.lamps:
        place.pieces += [
            Glow(lamp, 3.3, z + deep * 0.5 - 0.05, 2.2, (170, 118, 56), 0.8),
            lamp_on_ground(site, place, lamp * 0.8, z + deep * 0.4, 3.0, 0.7),
        ]


def _alley_floor(site: Site, half: float) -> list[Piece]:
    shade = site.palette.shade
    drain = shade(site.ground((70, 70, 76)), 2)
    pieces: list[Piece] = [Ground(outline((-0.18, -30), (0.18, -30), (0.18, 200), (-0.18, 200)), drain, 850)]
    stones = [
        level(-half + 0.9 * c + (0.4 if r % 2 else 0), -half + 0.9 * c + (0.4 if r % 2 else 0) + 0.5, 0, 0.7 * r, 0.7 * r + 0.3)
        for r in range(-3, 17)
        for c in range(6)
    ]
    pieces.append(Solid([(stones, shade(site.ground((106, 104, 106)), 4))], 855))
    steam = shade((190, 192, 196), 6)
    pieces.append(Smoke(site.source.choice((-1.3, 1.3)), 0.0, 6.5, 2.6, 0.3, steam, site.palette.haze, 0.2))
    return pieces


def skyline(site: Site, z: float, low: float, high: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Flat roofs of many heights, seen as one mass."""
    columns: list[float] = []
    heights: list[float] = []
    x = -reach(z) * 0.7
    while x < reach(z) * 0.7:
        width, height = site.source.uniform(0.3, 0.7) * low, low + (high - low) * site.source.random() ** 2.2
        columns += [x, x + 0.01, x + width, x + width + 0.01]
        heights += [low * 0.4, height, height, low * 0.4]
        x += width + site.source.uniform(0, 0.15) * low
    return np.array(columns), np.array(heights)


def _street(site: Site, place: Place) -> list[Piece]:
    shade, palette = site.palette.shade, site.palette
    kerb, pave = shade(site.ground((156, 152, 148)), 4), shade(site.ground((136, 132, 130)), 4)
    if site.wet:
        pave = mix(pave, palette.horizon, 0.14)
    paint = shade((206, 204, 196), 4)
    pieces: list[Piece] = []
    for side in (-1, 1):
        pieces.append(Ground(outline((side * 4.6, -30), (side * 4.6, 400), (side * 90, 400), (side * 90, -30)), kerb, 860))
        pieces.append(Ground(outline((side * 4.85, -30), (side * 4.85, 400), (side * 90, 400), (side * 90, -30)), pave, 850))
        for z in range(2, 60, 11):
            pieces.append(Prop(flora.lamp_post(shade((58, 60, 70), z), palette.lamps), side * 5.3, float(z)))
            if palette.lamps:
                pieces.append(Glow(side * 5.3, 4.3, z - 0.05, 2.4, (150, 108, 52), 0.75))
                if z < 40:
                    pieces.append(lamp_on_ground(site, place, side * 4.9, float(z), 4.0, 0.5))
    dashes = [level(-0.08, 0.08, 0, n * 4.0, n * 4.0 + 2.0) for n in range(-3, 20) if n not in (1, 2)]
    stripes = [level(n * 0.7 - 0.2, n * 0.7 + 0.2, 0, 4.0, 7.4) for n in range(-6, 7)]
    slabs = [level(side * 6.0 - 1.1, side * 6.0 + 1.1, 0, n * 1.6, n * 1.6 + 0.04) for side in (-1, 1) for n in range(-2, 16)]
    pieces += [Solid([([*dashes, *stripes], paint)], 840), Solid([(slabs, darker(pave, 0.88))], 841)]
    pieces.append(Prop(_traffic_light(site), 4.95, 7.8))
    pieces.append(Blinker(4.95, 3.05, 7.79, 0.1, (110, 226, 140), (40, 66, 50), 6.0, site.source.random()))
    tree = site.palette.shade(site.ground((98, 132, 82)), 12)
    for side, depth in ((-1, 12.5), (1, 23.5), (-1, 30.0)):
        pieces.append(Prop(flora.broadleaf(site.source, 5.0, tree, shade((92, 74, 62), depth)), side * 5.7, depth, sway=0.08))
    return pieces


def _traffic_light(site: Site) -> flora.Shapes:
    iron = site.palette.shade((56, 58, 64), 8)
    off: tuple[Colour, ...] = ((96, 44, 42), (96, 80, 40))
    return [
        (box(0, 0, 0.11, 2.8), iron),
        (box(0, 2.85, 0.36, 1.0), iron),
        (ellipse(0, 3.62, 0.1, 0.1, points=12), off[0]),
        (ellipse(0, 3.34, 0.1, 0.1, points=12), off[1]),
    ]
