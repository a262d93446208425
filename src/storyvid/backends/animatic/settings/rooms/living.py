"""Rooms that people live in: living room, bedroom, library."""

from __future__ import annotations

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Faces, Solid, block
from storyvid.backends.animatic.light import Colour, darker
from storyvid.backends.animatic.motions import Flame
from storyvid.backends.animatic.pieces import Glow, Ground, Prop
from storyvid.backends.animatic.settings.rooms.fittings import (
    bookcase,
    chair,
    clock,
    door,
    ledge,
    pendant,
    picture,
    pot_plant,
    rug,
    table,
    table_lamp,
    window,
)  # fmt: skip
from storyvid.backends.animatic.settings.rooms.shell import Interior, Style, interior
from storyvid.backends.animatic.settings.rooms.sides import line_sides
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import box, ellipse, outline

WALLPAPERS: tuple[Colour, ...] = ((204, 182, 152), (150, 170, 164), (190, 156, 144), (170, 174, 138), (146, 160, 178))
LINENS: tuple[Colour, ...] = ((176, 92, 80), (88, 120, 134), (214, 164, 92), (112, 130, 96))


def living_room(site: Site) -> Place:
    """A papered wall with a curtained window, a sofa, books, pictures, a lamp; a fireplace where the words have one."""
    source = site.source
    room = interior(site, Style(source.choice(WALLPAPERS), (172, 124, 88)))
    side, cloth = source.choice((-1, 1)), source.choice(LINENS)
    _stripes(room)
    window(room, -side * 1.25, curtains=cloth)
    window(room, side * 3.9, curtains=cloth)
    if site.says("fire|fireplace|hearth|lodge|cabin|chimney|inn"):
        _fireplace(room, side * 1.45)
    else:
        bookcase(room, side * 1.35, room.style.back_m - 0.38)
        picture(room, side * 2.45, 1.4, 0.6, 0.78, (206, 190, 160))
    picture(room, -side * 2.7, 1.5, 0.86, 0.62, (126, 152, 150), "landscape")
    _sofa(room, -side * 3.5, 2.4, cloth)
    table(room, side * 2.75, 2.5, 0.7, 0.6)
    table_lamp(room, side * 2.75, 0.76, 2.7)
    pot_plant(room, -side * 2.15, 3.1, 1.15)
    bookcase(room, -side * 4.5, room.style.back_m - 0.38, 0.9)
    rug(room, 0, 0.5, 2.2, 1.2, cloth, (222, 196, 158))
    line_sides(room)
    return room.place


def _stripes(room: Interior) -> None:
    """The paper's stripes; every place has its own pitch."""
    pitch, half = room.site.source.uniform(0.34, 0.6), room.style.half_m
    count = int(2 * half / pitch)
    stripes = [box(-half + (n + 0.5) * pitch, 0.17, 0.05, room.style.height_m - 0.5) for n in range(count)]
    room.add(Prop([(stripes, darker(room.lit(room.style.wall), 0.96))], 0, room.style.back_m - 0.005))


def _sofa(room: Interior, x: float, z: float, albedo: Colour) -> None:
    cloth = room.lit(albedo)
    parts: Faces = [
        *block(x, z + 0.6, 2.0, 0.24, 0.1, 0.92, darker(cloth, 0.9)),
        *block(x, z + 0.05, 1.9, 0.6, 0.12, 0.46, cloth),
    ]
    for edge in (-1, 1):
        parts += block(x + edge * 1.02, z, 0.24, 0.8, 0.1, 0.64, darker(cloth, 0.94))
    room.add(
        Ground(
            outline((x - 1.2, z - 0.1), (x + 1.2, z - 0.1), (x + 1.2, z + 0.9), (x - 1.2, z + 0.9)),
            darker(room.place.near, 0.82),
            828,
        )
    )
    room.add(Solid(parts, z))


def _fireplace(room: Interior, x: float) -> None:
    """A chimney breast with a burning fire."""
    z, stone = room.style.back_m - 0.45, room.lit((176, 160, 146))
    breast: Faces = [*block(x, z, 1.7, 0.45, 0, room.style.height_m, stone)]
    room.add(Solid(breast, z + 0.4))
    rough: flora.Shapes = [
        (box(dx, y, w, 0.16), darker(stone, 0.92))
        for dx, y, w in (
            (-0.6, 1.5, 0.34),
            (0.4, 1.75, 0.4),
            (-0.2, 2.1, 0.5),
            (0.62, 2.4, 0.3),
            (-0.68, 0.4, 0.24),
            (0.7, 0.75, 0.22),
        )
    ]
    hole: flora.Shapes = [
        (box(0, 0, 0.98, 0.86), (36, 26, 26)),
        (box(-0.12, 0.02, 0.5, 0.10), (92, 60, 44)),
        (box(0.16, 0.1, 0.42, 0.09), (74, 48, 38)),
    ]
    room.add(Prop([*rough, *hole], x, z - 0.01), Solid(block(x, z - 0.16, 1.9, 0.2, 1.08, 1.18, room.lit((128, 86, 62))), z - 0.02))
    room.add(Flame(x - 0.05, 0.14, z - 0.03, 0.52), Flame(x + 0.2, 0.12, z - 0.04, 0.34))
    room.add(
        Glow(x, 0.5, z - 0.05, 1.9, (210, 112, 40), 0.75, flicker=0.25),
        Prop(
            [(box(-0.5, 0, 0.06, 0.3), room.lit((220, 190, 120))), (ellipse(0.3, 0.14, 0.12, 0.14), room.lit((96, 120, 126)))],
            x,
            z - 0.06,
            y=1.18,
        ),
    )


def bedroom(site: Site) -> Place:
    """A bed with pillows under a picture, a night table with its lamp, a wardrobe, a window."""
    source = site.source
    room = interior(
        site, Style(source.choice(((176, 184, 198), (206, 178, 168), (192, 196, 170), (184, 170, 192))), (184, 148, 116))
    )
    side, linen = source.choice((-1, 1)), source.choice(LINENS)
    _stripes(room)
    window(room, side * 1.5, curtains=linen)
    _bed(room, -side * 1.75, linen)
    table(room, -side * 0.55, 3.0, 0.5, 0.45, 0.58)
    table_lamp(room, -side * 0.55, 0.58, 3.2)
    picture(room, -side * 1.75, 1.55, 1.0, 0.66, (150, 170, 178), "landscape")
    timber = room.lit((150, 110, 82))
    room.add(Solid(block(side * 3.4, 2.95, 1.5, 0.65, 0, 2.2, timber), 3.4))
    room.add(
        Prop(
            [
                (box(0, 0.1, 0.03, 2.0), darker(timber, 0.75)),
                (box(-0.1, 1.0, 0.04, 0.16), darker(timber, 0.6)),
                (box(0.1, 1.0, 0.04, 0.16), darker(timber, 0.6)),
            ],
            side * 3.4,
            2.94,
        )
    )
    picture(room, side * 0.3, 1.5, 0.42, 0.54, (222, 206, 180))
    rug(room, 0, 0.6, 1.9, 1.0, (208, 196, 180), linen)
    line_sides(room)
    return room.place


def _bed(room: Interior, x: float, linen: Colour) -> None:
    z, wood, sheet, cover = 1.6, room.lit((132, 92, 66)), room.lit((244, 240, 230)), room.lit(linen)
    room.add(Solid(block(x, 3.5, 1.9, 0.1, 0, 1.25, wood), 3.55))
    parts: Faces = [
        *block(x, z, 1.8, 1.9, 0.12, 0.34, darker(wood, 0.9)),
        *block(x, z + 0.03, 1.76, 1.85, 0.34, 0.56, sheet),
    ]
    for dx in (-0.44, 0.44):
        parts += block(x + dx, z + 1.42, 0.68, 0.4, 0.56, 0.72, mix_white(sheet))
    parts += block(x, z, 1.84, 1.25, 0.22, 0.60, cover)
    room.add(Solid(parts, z + 0.6))


def mix_white(colour: Colour) -> Colour:
    """A little lighter."""
    return (min(255.0, colour[0] * 1.05), min(255.0, colour[1] * 1.05), min(255.0, colour[2] * 1.05))


def library(site: Site) -> Place:
    """Walls of books, a ladder, a green reading lamp; pictures instead of books for a museum or a gallery."""
    room = interior(site, Style((128, 92, 74), (134, 88, 64), ceiling=(188, 166, 138), height_m=3.5, half_m=5.2))
    back = room.style.back_m - 0.38
    if site.says("museum|gallery"):
        return _gallery(site)
    gap = site.source.choice((-1.15, 1.15))
    for x in (-4.4, -2.8, -1.2, 0.4, 2.0, 3.6):
        if abs(x - gap * 1.7) > 0.8:
            bookcase(room, x, back, 1.5, 3.1, (116, 76, 54))
    window(room, gap * 1.7, 0.9, 1.9, 0.9)
    ladder = room.lit((176, 128, 86))
    rungs = [box(0, 0.3 + 0.32 * n, 0.4, 0.04) for n in range(9)]
    room.add(
        Prop(
            [
                (
                    [
                        outline((-0.24, 0), (-0.18, 0), (-0.14, 3.1), (-0.2, 3.1)),
                        outline((0.18, 0), (0.24, 0), (0.2, 3.1), (0.14, 3.1)),
                    ],
                    ladder,
                ),
                (rungs, darker(ladder, 0.86)),
            ],
            -gap * 0.9,
            back - 0.3,
        )
    )
    table(room, gap * 2.2, 2.0, 1.5, 0.7, wood=(110, 70, 52))
    green = (112, 168, 128) if room.dark_out else room.lit((62, 116, 86))
    room.add(
        Prop(
            [
                (box(0, 0, 0.18, 0.03), room.lit((190, 150, 80))),
                (box(0, 0, 0.03, 0.3), room.lit((190, 150, 80))),
                (outline((-0.2, 0.27), (0.2, 0.27), (0.13, 0.39), (-0.13, 0.39)), green),
            ],
            gap * 2.2,
            2.3,
            y=0.76,
        )
    )
    room.lamp(gap * 2.2, 1.0, 2.25, 0.9)
    chair(room, gap * 1.3, 2.2, back=-1 if gap > 0 else 1)
    rug(room, 0, 0.5, 2.4, 1.1, (132, 58, 56), (206, 166, 110))
    clock(room, -gap * 3.9, 3.3, 0.16)
    line_sides(room, (116, 76, 54))
    return room.place


def _gallery(site: Site) -> Place:
    room = interior(site, Style((226, 222, 214), (150, 130, 112), height_m=3.6, half_m=6.0, skirting=(236, 232, 226)))
    for n, x in enumerate((-4.4, -2.4, -0.9, 1.0, 2.5, 4.5)):
        tint = site.source.choice(((176, 92, 80), (88, 120, 134), (214, 176, 104), (122, 136, 110), (64, 74, 104)))
        picture(room, x, 1.1, (1.2, 0.8, 0.9)[n % 3], (0.9, 1.2, 0.7)[n % 3], tint, ("landscape", "portrait")[n % 2])
        pendant(room, x, room.style.back_m - 0.5, 3.1, (60, 60, 64), 0.12)
    room.add(Solid(block(0, 2.2, 1.6, 0.5, 0, 0.45, room.lit((110, 90, 76))), 2.2))
    door(room, 5.3)
    room.add(ledge(room, -5.4, 1.0, 0.6))
    line_sides(room, windows=False)
    return room.place
