"""The railway: a station's platform, and the same underground."""

from __future__ import annotations

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Faces, Solid, block, front, level
from storyvid.backends.animatic.light import darker, mix
from storyvid.backends.animatic.motions import Blinker
from storyvid.backends.animatic.pieces import Glow, Ground, Piece, Prop
from storyvid.backends.animatic.settings.layers import clouds, hills
from storyvid.backends.animatic.settings.rooms.fittings import LIT_SHADE
from storyvid.backends.animatic.settings.rooms.shell import Style, interior
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import box, ellipse, limb, outline

EDGE_M, FAR_EDGE_M = 2.3, 7.6  # of the platforms


def station(site: Site) -> Place:
    """A platform, rails, the platform across with canopy, clock and name board; tiles and posters for a metro."""
    if site.says("metro|subway|underground"):
        return _metro(site)
    shade, palette = site.palette.shade, site.palette
    place = Place(shade(site.ground((166, 158, 150)), 0), shade(site.ground((150, 146, 136)), 40), fade_m=16)
    if site.wet:
        place.near = mix(place.near, palette.horizon, 0.16)
    place.pieces += clouds(site, 6) + hills(site, 420, 60, (108, 124, 118), 0.4)
    site_row = [
        flora.house(site.source, 7, 4.2, shade((196, 150, 124), 40), shade(site.ground((134, 78, 66)), 40), palette, 40)
        for _ in range(4)
    ]
    place.pieces += [Prop(shapes, -27 + 18 * n + site.source.uniform(-3, 3), 40.0 + n) for n, shapes in enumerate(site_row)]
    place.pieces += track(site, EDGE_M, FAR_EDGE_M)
    _across(site, place)
    _near_platform(site, place)
    return place


def track(site: Site, near: float, far: float) -> list[Piece]:
    """A bed of ballast with two lines of rails that cross the picture."""
    shade = site.palette.shade
    pieces: list[Piece] = [
        Ground(outline((-120, near), (120, near), (120, far), (-120, far)), shade(site.ground((112, 104, 98)), 4), 860)
    ]
    wood, iron = shade(site.ground((84, 68, 58)), 4), mix(shade((150, 146, 146), 4), site.palette.horizon, 0.25)
    lines = ((near + (far - near) * 0.30), (near + (far - near) * 0.74)) if far - near > 3 else ((near + far) / 2,)
    for middle in lines:
        sleepers = [level(x - 0.13, x + 0.13, 0, middle - 0.85, middle + 0.85) for x in np.arange(-30, 30, 0.75)]
        rails = [level(-120, 120, 0.02, middle + dz - 0.04, middle + dz + 0.04) for dz in (-0.55, 0.55)]
        pieces.append(Solid([(sleepers, wood), (rails, iron)], 850))
    return pieces


def _across(site: Site, place: Place) -> None:
    """The other platform: its wall, a canopy on iron columns, benches, a clock, the name board."""
    shade, palette = site.palette.shade, site.palette
    stone, z = shade(site.ground((150, 142, 136)), FAR_EDGE_M), FAR_EDGE_M
    place.pieces.append(
        Solid(
            [
                (level(-120, 120, 0.9, z, z + 5), darker(stone, 1.08)),
                (front(-120, 120, 0, 0.9, z), darker(stone, 0.72)),
                (front(-120, 120, 0.78, 0.92, z - 0.001), shade((236, 226, 200), z)),
            ],
            z + 5,
        )
    )
    brick = shade(site.ground((164, 104, 84)), 12)
    panes = [front(x - 0.6, x + 0.6, 1.9, 3.4, z + 4.99) for x in np.arange(-19.2, 20, 2.4)]
    glass = flora.LAMPLIGHT if palette.lamps else mix(palette.middle, brick, 0.4)
    place.pieces.append(Solid([(front(-20, 20, 0.9, 4.6, z + 5), brick), (panes, mix(glass, palette.haze, 0.12))], z + 4.9))
    iron = shade((62, 84, 78), 9)
    roof: Faces = [
        (level(-18, 18, 4.1, z + 0.2, z + 5, "down"), darker(iron, 0.7)),
        (front(-18, 18, 4.1, 4.5, z + 0.2), iron),
        ([front(x, x + 0.4, 3.86, 4.1, z + 0.19) for x in np.arange(-18, 18, 0.8)], darker(iron, 0.85)),
    ]
    place.pieces.append(Solid(roof, z + 2))
    if site.snowy:
        place.pieces.append(Solid([(front(-18, 18, 4.46, 4.74, z + 0.18), shade((236, 240, 246), 9))], z + 1.99))
    for x in (-10.5, -5.5, -0.5 + 5.0, 9.5):
        place.pieces.append(
            Prop(
                [
                    (box(0, 0.9, 0.18, 3.2), iron),
                    (limb((0, 3.6), (0.7, 4.1), 0.05, 0.04), iron),
                    (limb((0, 3.6), (-0.7, 4.1), 0.05, 0.04), iron),
                ],
                x,
                z + 0.7,
            )
        )
    sign = site.source.choice((-2.6, 2.4))
    words = [box(-0.9 + 0.3 * n, 0.22, 0.2, 0.2) for n in range(7)]
    place.pieces.append(
        Prop(
            [
                (box(0, 0, 2.8, 0.64), shade((238, 232, 216), 9)),
                (box(0, 0.06, 2.68, 0.52), shade((44, 72, 108), 9)),
                (words, shade((238, 236, 226), 9)),
            ],
            sign,
            z + 0.6,
            y=2.7,
        )
    )
    place.pieces.append(Prop(_clock(site), -sign * 1.4, z + 0.3, y=3.45))
    wood = shade((150, 104, 72), 9)
    for x in (-7.6, -sign, 7.2):
        place.pieces.append(
            Prop(
                [
                    (box(0, 1.3, 1.7, 0.09), wood),
                    (box(0, 1.5, 1.7, 0.36), darker(wood, 0.86)),
                    (box(-0.7, 0.9, 0.08, 0.42), iron),
                    (box(0.7, 0.9, 0.08, 0.42), iron),
                ],
                x,
                z + 2.2,
            )
        )
    if palette.lamps:
        for x in (-8.0, -3.0, 2.0, 7.0):
            place.pieces += [
                Prop([(ellipse(0, 0, 0.18, 0.2, points=14), LIT_SHADE)], x, z + 0.5, y=3.6),
                Glow(x, 3.6, z + 0.4, 1.9, (160, 112, 54), 0.8),
            ]


def _clock(site: Site) -> flora.Shapes:
    rim, dial = (
        site.palette.shade((52, 50, 54), 8),
        (250, 240, 210) if site.palette.lamps else site.palette.shade((244, 240, 228), 8),
    )
    return [
        (box(0, 0.4, 0.05, 0.5), rim),
        (ellipse(0, 0, 0.42, 0.42), rim),
        (ellipse(0, 0, 0.35, 0.35), dial),
        (limb((0, 0), (0.0, 0.28), 0.02, 0.014), rim),
        (limb((0, 0), (0.18, -0.08), 0.024, 0.018), rim),
    ]


def _near_platform(site: Site, place: Place) -> None:
    shade = site.palette.shade
    place.pieces.append(
        Ground(
            outline((-120, EDGE_M - 0.22), (120, EDGE_M - 0.22), (120, EDGE_M), (-120, EDGE_M)),
            shade(site.ground((226, 222, 212)), 2),
            840,
        )
    )
    place.pieces.append(
        Ground(
            outline((-120, EDGE_M - 0.75), (120, EDGE_M - 0.75), (120, EDGE_M - 0.6), (-120, EDGE_M - 0.6)),
            shade((232, 190, 70), 2),
            840,
        )
    )
    slabs = [level(x, x + 0.02, 0, -8, EDGE_M - 0.8) for x in np.arange(-14, 14, 0.9)]
    place.pieces.append(Solid([(slabs, darker(place.near, 0.9))], 841))
    iron = shade((58, 62, 70), 1)
    side = site.source.choice((-1, 1))
    place.pieces.append(
        Prop(
            [
                (box(0, 0, 0.12, 3.4), iron),
                (box(side * -0.3, 3.3, 0.7, 0.08), iron),
                (
                    ellipse(side * -0.6, 3.2, 0.13, 0.15, points=14),
                    flora.LAMPLIGHT if site.palette.lamps else shade((230, 226, 210), 1),
                ),
            ],
            side * 3.6,
            1.2,
        )
    )
    if site.palette.lamps:
        place.pieces.append(Glow(side * 3.0, 3.2, 1.15, 2.0, (170, 120, 58), 0.8))
    place.pieces += [
        Prop([(box(0, 0, 0.1, 4.6), iron), (box(0, 3.5, 0.34, 0.9), iron)], -side * 6.0, 2.2),
        Blinker(-side * 6.0, 4.15, 2.19, 0.1, (250, 90, 78), (84, 40, 40), 7.0),
        Blinker(-side * 6.0, 3.75, 2.19, 0.1, (112, 226, 140), (40, 66, 48), 7.0, 0.5),
    ]


def _metro(site: Site) -> Place:
    room = interior(
        site,
        Style(
            (226, 226, 216),
            (150, 148, 146),
            ceiling=(196, 196, 190),
            pattern="tiles",
            half_m=40.0,
            height_m=4.2,
            back_m=8.2,
            cool=True,
            dado=site.source.choice(((70, 122, 140), (166, 76, 66), (92, 132, 96))),
            skirting=None,
        ),
    )
    place = room.place
    dark = (38, 38, 44)
    place.pieces += [
        Ground(outline((-80, EDGE_M), (80, EDGE_M), (80, 8.2), (-80, 8.2)), dark, 856),
        Prop([(box(0, 0, 80, 1.0), (46, 46, 52))], 0, 8.15),
    ]
    rails = [level(-80, 80, 0.02, z - 0.05, z + 0.05) for z in (4.1, 5.4)]
    place.pieces.append(Solid([(rails, room.lit((150, 150, 156)))], 850))
    place.pieces.append(
        Ground(
            outline((-80, EDGE_M - 0.5), (80, EDGE_M - 0.5), (80, EDGE_M - 0.2), (-80, EDGE_M - 0.2)), room.lit((236, 196, 72)), 840
        )
    )
    for n, x in enumerate(np.arange(-13, 14, 5.2)):
        tint = room.lit(site.source.choice(((206, 92, 80), (92, 146, 170), (230, 186, 96), (120, 150, 110))))
        place.pieces.append(
            Prop(
                [
                    (box(0, 1.5, 2.6, 1.7), room.lit((60, 62, 66))),
                    (box(0, 1.58, 2.46, 1.54), tint),
                    (ellipse(0.4, 2.4, 0.5, 0.5), mix(tint, (255, 250, 236), 0.4)),
                    (box(-0.5, 1.75, 1.0, 0.16), mix(tint, (255, 250, 236), 0.6)),
                ],
                float(x),
                8.1,
            )
        )
        place.pieces.append(
            Prop(
                [
                    (box(0, 3.2, 5.2 if n % 2 else 2.4, 0.5), room.lit((46, 72, 116))),
                    ([box(-0.7 + 0.3 * k, 3.36, 0.2, 0.18) for k in range(5)], room.lit((240, 240, 232))),
                ],
                float(x) + 2.6,
                8.08,
            )
        )
    for x in (-4.4, 4.4):
        tile = room.lit((206, 206, 198))
        place.pieces.append(
            Solid(
                [*block(x, 0.9, 0.6, 0.6, 0, 4.2, tile), (front(x - 0.3, x + 0.3, 1.0, 1.3, 0.899), room.lit((70, 122, 140)))], 0.9
            )
        )
    panels = [level(x - 0.9, x + 0.9, 4.19, 0.8, 1.1, "down") for x in np.arange(-15, 16, 3.0)]
    place.pieces.append(Solid([(panels, (250, 250, 240))], 8.6))
    place.end_m = 8.2
    return place
