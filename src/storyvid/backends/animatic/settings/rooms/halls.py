"""Long and high interiors: corridor, church and great hall."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Faces, Solid, block, flank, front, level
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.motions import Flame
from storyvid.backends.animatic.pieces import Glow, Ground, Prop
from storyvid.backends.animatic.settings.rooms.fittings import LIT_SHADE
from storyvid.backends.animatic.settings.rooms.shell import Interior, Style, interior
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import Points, box, ellipse, outline

GLASS: tuple[Colour, ...] = ((196, 72, 66), (66, 112, 176), (230, 180, 76), (84, 150, 112), (150, 88, 156))


def corridor(site: Site) -> Place:
    """Doors to both sides, lamps in a row, a window at the far end; bars instead of doors in a prison."""
    jail = site.says("prison|jail|cell|dungeon")
    ward = site.says("hospital|clinic|office|school|modern|laboratory")
    if jail:
        style = Style((132, 132, 130), (112, 110, 110), pattern="tiles", cool=True, dado=(112, 124, 124))
    elif ward:
        style = Style((206, 220, 218), (170, 182, 182), pattern="tiles", cool=True, dado=(140, 182, 178))
    else:
        style = Style(site.source.choice(((190, 160, 128), (150, 158, 148), (178, 138, 126))), (148, 92, 76), dado=(128, 92, 70))
    style = replace(style, half_m=1.9, height_m=2.8, back_m=17.0)
    room = interior(site, style)
    _doors(room, jail)
    end: flora.Shapes = [
        (box(0, 0.9, 1.5, 1.5), room.lit((236, 230, 216))),
        (box(0, 0.98, 1.3, 1.34), site.palette.middle),
        (box(0, 0.98, 1.3, 0.5), site.palette.horizon),
        (box(0, 0.98, 0.07, 1.34), room.lit((236, 230, 216))),
    ]
    room.add(Prop(end, 0, style.back_m - 0.1))
    if not site.palette.lamps:
        room.add(Glow(0, 1.6, style.back_m - 0.2, 2.6, (150, 144, 120), 0.7))
    panels = [level(-0.35, 0.35, style.height_m - 0.01, z, z + 0.7, "down") for z in np.arange(-10.8, 17.0, 2.6)]
    room.add(Solid([(panels, LIT_SHADE if site.palette.lamps and not (ward or jail) else (250, 250, 240))], style.back_m + 0.45))
    shine = mix(room.place.near, (255, 250, 236), 0.22)
    room.add(Solid([([level(-0.3, 0.3, 0.0, z, z + 0.8) for z in np.arange(-10.8, 17.0, 2.6)], shine)], 838))
    if not (ward or jail):
        room.add(Ground(outline((-0.8, -9), (0.8, -9), (0.8, 17), (-0.8, 17)), room.lit((152, 56, 54)), 839))
    return room.place


def _doors(room: Interior, jail: bool) -> None:
    half = room.style.half_m
    wood, rim = room.lit((96, 100, 108) if jail else (118, 80, 58)), room.lit((216, 204, 184))
    frames: Faces = []
    for z in np.arange(-11.3, 16.0, 3.1):
        for x, side, tone in ((-half + 0.01, "right", 0.95), (half - 0.01, "left", 0.88)):
            z0 = z if side == "right" else z + 1.5
            frames += [
                (flank(x, 0, 2.2, z0, z0 + 1.2, side), darker(rim, tone)),
                (flank(x, 0, 2.1, z0 + 0.1, z0 + 1.1, side), darker(wood, tone)),
            ]
            if jail:
                frames.append(
                    ([flank(x, 0.1, 2.0, z0 + 0.2 + 0.16 * n, z0 + 0.24 + 0.16 * n, side) for n in range(6)], darker(wood, 0.4))
                )
            else:
                frames.append((flank(x, 1.15, 1.95, z0 + 0.25, z0 + 0.95, side), darker(wood, tone * 0.84)))
    room.add(Solid(frames, room.style.back_m + 0.35))


def hall(site: Site) -> Place:
    """A nave of pillars and coloured windows, benches, candles; banners and a red carpet in a palace, a curtain in a theatre."""
    if site.says("theat(?:re|er)|concert hall|stage|opera"):
        return _theatre(site)
    palace = site.says("palace|throne.*|ballroom|castle.*|great hall")
    stone: Colour = (212, 190, 160) if palace else (176, 166, 156)
    room = interior(
        site,
        Style(
            stone,
            (170, 150, 128),
            ceiling=(140, 128, 122),
            pattern="checks" if palace else "flags",
            half_m=6.5,
            height_m=8.5,
            back_m=13.0,
            skirting=None,
        ),
    )
    back = room.style.back_m
    for x in (-3.2, 3.2) if palace else (-3.2, 0.0, 3.2):
        _tall_window(room, x, 2.6 if palace else 2.2, 1.3, 4.2, back - 0.05)
    _pillars(room)
    if palace:
        _throne(room)
        for x in (-1.9, 1.9):
            cloth = room.lit((150, 44, 52))
            room.add(
                Prop(
                    [
                        (outline((-0.5, 2.6), (0, 2.1), (0.5, 2.6), (0.5, 6.4), (-0.5, 6.4)), cloth),
                        (ellipse(0, 4.6, 0.26, 0.34), room.lit((226, 180, 88))),
                    ],
                    x,
                    back - 0.1,
                )
            )
    else:
        _altar(room)
        for z in (2.2, 3.8, 5.4, 7.0):
            for side in (-1, 1):
                timber = room.lit((116, 76, 54))
                room.add(
                    Solid(
                        [
                            *block(side * 3.2, z, 3.6, 0.5, 0.35, 0.45, timber),
                            *block(side * 3.2, z + 0.5, 3.6, 0.08, 0, 0.95, darker(timber, 0.9)),
                        ],
                        z + 0.3,
                    )
                )
    room.add(Ground(outline((-0.9, -9), (0.9, -9), (0.9, back), (-0.9, back)), room.lit((158, 48, 50)), 838))
    return room.place


def _tall_window(room: Interior, x: float, low: float, wide: float, tall: float, z: float) -> None:
    """A pointed window of coloured glass."""
    arch: list[tuple[float, float]] = [
        (-wide / 2, low),
        (wide / 2, low),
        (wide / 2, low + tall * 0.7),
        (0.0, low + tall),
        (-wide / 2, low + tall * 0.7),
    ]
    rim = outline(*((px * 1.22, low - 0.15 if py == low else py + 0.12) for px, py in arch))
    night = room.site.palette.lamps
    groups: dict[Colour, list[Points]] = {}
    for row in range(6):
        for column in range(2):
            groups.setdefault(GLASS[(row * 2 + column + round(x)) % 5], []).append(
                box((column - 0.5) * wide * 0.45, low + 0.12 + row * tall * 0.118, wide * 0.4, tall * 0.105)
            )
    shapes: list[tuple[Points | list[Points], Colour]] = [
        (rim, darker(room.lit(room.style.wall), 0.7)),
        (outline(*arch), room.lit((60, 58, 66))),
    ]
    shapes += [(panes, darker(tint, 0.35) if night else mix(tint, (255, 244, 214), 0.22)) for tint, panes in groups.items()]
    room.add(Prop(shapes, x, z))
    if not night:
        room.add(Glow(x, low + tall * 0.5, z - 0.1, 2.6, (120, 104, 80), 0.6))


def _pillars(room: Interior) -> None:
    stone = room.lit(darker(room.style.wall, 1.06))
    for z in (-4.6, -1.4, 1.8, 5.0, 8.2, 11.4):
        for x in (-4.6, 4.6):
            shaft: Faces = [*block(x, z, 0.8, 0.8, 0, room.style.height_m, stone)]
            shaft += [
                *block(x, z - 0.08, 1.0, 0.96, 0, 0.5, stone),
                (front(x - 0.4, x - 0.15, 0.5, 8, z - 0.001), darker(stone, 1.08)),
            ]
            room.add(Solid(shaft, z))
            room.add(
                Flame(x, 2.3, z - 0.12, 0.24, 0.6),
                Prop([(outline((-0.1, 0), (0.1, 0), (0.05, -0.3), (-0.05, -0.3)), room.lit((70, 60, 56)))], x, z - 0.11, y=2.34),
            )
            if room.dark_out:
                room.add(Glow(x, 2.45, z - 0.13, 1.6, (180, 110, 46), 0.75, 0.15))


def _altar(room: Interior) -> None:
    white, z = room.lit((240, 232, 216)), room.style.back_m - 1.6
    room.add(
        Solid([*block(0, z - 0.5, 5.0, 2.0, 0, 0.3, room.lit((190, 176, 160))), *block(0, z, 2.0, 0.8, 0.3, 1.25, white)], z + 0.5)
    )
    for x in (-0.8, 0.8):
        room.add(
            Prop([(box(0, 0, 0.08, 0.5), room.lit((236, 226, 200)))], x, z, y=1.25),
            Flame(x, 1.75, z - 0.01, 0.16, 0.5),
            Glow(x, 1.85, z - 0.02, 0.8, (170, 110, 50), 0.6, 0.15),
        )


def _throne(room: Interior) -> None:
    gold, red, z = room.lit((214, 168, 84)), room.lit((150, 44, 52)), room.style.back_m - 1.4
    room.add(
        Solid(
            [
                *block(0, z - 0.8, 4.4, 2.2, 0, 0.2, room.lit((196, 178, 150))),
                *block(0, z - 0.4, 3.0, 1.6, 0.2, 0.4, room.lit((206, 188, 160))),
            ],
            z + 0.6,
        )
    )
    room.add(
        Prop(
            [
                (outline((-0.6, 0), (-0.6, 2.2), (0, 2.7), (0.6, 2.2), (0.6, 0)), gold),
                (outline((-0.45, 0.6), (-0.45, 2.0), (0, 2.4), (0.45, 2.0), (0.45, 0.6)), red),
                (box(0, 0.5, 1.2, 0.16), darker(red, 0.8)),
                (box(0, 0, 1.2, 0.5), darker(gold, 0.7)),
            ],
            0,
            z,
            y=0.4,
        )
    )


def _theatre(site: Site) -> Place:
    room = interior(
        site, Style((96, 44, 48), (134, 88, 60), ceiling=(60, 40, 44), half_m=6.0, height_m=5.2, back_m=4.6, skirting=None)
    )
    red, back = room.lit((168, 44, 50)), room.style.back_m
    folds = [box(-5.8 + 0.46 * n, 0, 0.2, 4.4) for n in range(26)]
    swag = [(-6.0, 5.2), (6.0, 5.2), (6.0, 4.2), *((6.0 - 1.0 * n, 3.8 if n % 2 else 4.25) for n in range(1, 12)), (-6.0, 4.2)]
    room.add(
        Prop(
            [
                (box(0, 0, 12, 5.2), red),
                (folds, darker(red, 0.82)),
                (outline(*swag), darker(red, 0.7)),
                (box(0, 0, 12, 0.12), room.lit((214, 170, 90))),
            ],
            0,
            back - 0.1,
        )
    )
    room.add(
        Ground(ellipse(0, 0.6, 2.2, 1.3, points=40), mix(room.place.near, (255, 240, 200), 0.4), 836),
        Glow(0, 2.4, back - 0.2, 3.4, (130, 100, 66), 0.6),
    )
    return room.place
