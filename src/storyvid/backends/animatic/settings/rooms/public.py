"""Rooms that are open to many: office, classroom, shop."""

from __future__ import annotations

from storyvid.backends.animatic.facets import Solid, block
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.pieces import Prop
from storyvid.backends.animatic.settings.rooms.fittings import (
    chair,
    clock,
    door,
    picture,
    pot_plant,
    table,
    tubes,
    window,
)
from storyvid.backends.animatic.settings.rooms.shell import Interior, Style, interior
from storyvid.backends.animatic.settings.rooms.sides import line_sides
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import Points, box, ellipse, limb, smooth


def office(site: Site) -> Place:
    """Desks with screens before a long window over the town, light panels above."""
    carpet = site.source.choice(((112, 122, 134), (134, 126, 118), (104, 124, 120)))
    room = interior(
        site, Style((214, 218, 218), carpet, pattern="plain", cool=True, height_m=2.8), surface=(214, 196, 170), board_m=0.0
    )
    tubes(room)
    for x in (-3.3, -1.1, 1.1, 3.3):
        window(room, x, 2.0, 1.5, 0.95, bars=0, frame=(196, 200, 204))
    _blinds(room)
    for n, x in enumerate((-3.4, -1.35, 1.45, 3.5)):
        _desk_with_screen(room, x, 2.45, n)
    pot_plant(room, site.source.choice((-0.2, 0.1)), 3.2, 1.4)
    pot_plant(room, 4.7, 3.2, 1.3)
    line_sides(room, (176, 180, 184))
    return room.place


def _blinds(room: Interior) -> None:
    slat = room.lit((236, 238, 236))
    slats = [box(x, 2.44 - 0.055 * n, 1.96, 0.03) for x in (-3.3, 1.1) for n in range(9)]
    room.add(Prop([(slats, slat)], 0, room.style.back_m - 0.06))


def _desk_with_screen(room: Interior, x: float, z: float, order: int) -> None:
    table(room, x, z, 1.6, 0.75, 0.74, wood=(206, 186, 158))
    case, glow = room.lit((58, 62, 70)), mix((150, 196, 222), room.lit((150, 196, 222)), 0.5)
    lines = [box(-0.12 + 0.03 * (n % 2), 0.22 + 0.06 * n, 0.34 - 0.05 * (n % 3), 0.02) for n in range(4)]
    room.add(
        Prop(
            [
                (box(0, 0, 0.26, 0.02), case),
                (box(0, 0, 0.05, 0.16), case),
                (box(0, 0.14, 0.66, 0.42), case),
                (box(0, 0.17, 0.6, 0.36), glow),
                (lines, darker(glow, 0.6)),
            ],
            x,
            z + 0.4,
            y=0.74,
        )
    )
    paper = [
        (box(0.5, 0, 0.26, 0.05), room.lit((240, 238, 230))),
        (box(-0.56, 0, 0.09, 0.12), room.lit(((196, 92, 80), (92, 122, 146))[order % 2])),
    ]
    room.add(Prop(paper, x, z + 0.2, y=0.74))
    seat = room.lit((62, 72, 86))
    room.add(
        Prop(
            [
                (smooth([(-0.26, 0.5), (-0.24, 1.05), (0.24, 1.05), (0.26, 0.5)], 4), seat),
                (box(0, 0.1, 0.06, 0.4), darker(seat, 0.7)),
                (box(0, 0.06, 0.5, 0.05), darker(seat, 0.6)),
            ],
            x + 0.35,
            z - 0.35,
        )
    )


def classroom(site: Site) -> Place:
    """A chalk board, the teacher's desk, rows of pupils' desks, windows on the side of the wall, a map."""
    room = interior(
        site,
        Style((226, 214, 180), (176, 138, 100), cool=True, height_m=3.1, dado=(136, 168, 150)),
        surface=(196, 154, 104),
        board_m=0.0,
    )
    tubes(room)
    green, chalk, wood = room.lit((56, 96, 80)), room.lit((232, 236, 226)), room.lit((160, 116, 76))
    side = site.source.choice((-1, 1))
    writing = [box(dx, y, w, 0.035) for dx, y, w in ((-0.9, 1.95, 0.9), (-0.8, 1.75, 1.1), (-0.96, 1.55, 0.7), (0.5, 1.9, 0.5))]
    triangle = [
        limb(a, b, 0.014, 0.014) for a, b in (((0.4, 1.3), (1.1, 1.3)), ((1.1, 1.3), (1.1, 1.75)), ((1.1, 1.75), (0.4, 1.3)))
    ]
    room.add(
        Prop(
            [
                (box(0, 1.0, 3.5, 1.3), wood),
                (box(0, 1.06, 3.36, 1.18), green),
                (writing, chalk),
                *((part, chalk) for part in triangle),
                (box(0, 0.96, 3.4, 0.06), darker(wood, 0.8)),
            ],
            -side * 0.5,
            room.style.back_m - 0.03,
        )
    )
    window(room, side * 3.1, 1.3, 1.5, 1.0, bars=1)
    picture(room, -side * 3.3, 1.25, 1.3, 0.95, (130, 176, 190), "landscape")
    clock(room, -side * 0.5, 2.62)
    for x in (-3.4, -1.9, 1.9, 3.4):
        for z in (1.2, 2.5):
            table(room, x, z, 0.9, 0.5, 0.7, wood=(206, 168, 118))
            chair(room, x, z - 0.5, wood=(92, 118, 140))
    table(room, -side * 0.9, 2.9, 1.4, 0.5)
    room.add(
        Prop(
            [
                (ellipse(0, 0.22, 0.13, 0.13), room.lit((96, 150, 186))),
                (ellipse(-0.02, 0.24, 0.07, 0.06, points=12), room.lit((122, 160, 96))),
                (box(0, 0, 0.16, 0.03), wood),
            ],
            -side * 1.3,
            3.1,
            y=0.76,
        )
    )
    door(room, side * 4.4, glass=True)
    line_sides(room, (170, 128, 88))
    return room.place


def shop(site: Site) -> Place:
    """Shelves of bright goods to both sides, a till, price cards."""
    room = interior(
        site,
        Style((224, 216, 200), (186, 180, 170), pattern="tiles", cool=True, height_m=3.0, half_m=5.6),
        surface=(206, 178, 140),
        board_m=0.0,
    )
    tubes(room)
    source, board = site.source, room.lit((236, 232, 224))
    for x in (-4.2, -2.4, -0.6, 1.2, 3.0, 4.8):
        z = room.style.back_m - 0.4
        room.add(Solid(block(x, z, 1.7, 0.4, 0, 2.1, board), z + 0.3))
        goods: dict[Colour, list[Points]] = {}
        for y in (0.2, 0.66, 1.12, 1.58):
            at = -0.75
            while at < 0.7:
                wide, tall = source.uniform(0.1, 0.2), source.uniform(0.2, 0.36)
                goods.setdefault(
                    source.choice(
                        ((206, 76, 64), (234, 184, 76), (84, 142, 154), (126, 164, 96), (236, 228, 210), (176, 112, 160))
                    ),
                    [],
                ).append(box(at + wide / 2, y, wide * 0.9, tall))
                at += wide
        cards = [box(0, y - 0.07, 1.66, 0.07) for y in (0.2, 0.66, 1.12, 1.58)]
        room.add(
            Prop(
                [
                    (box(0, 0.1, 1.62, 1.94), darker(board, 0.72)),
                    *((shapes, room.lit(tint)) for tint, shapes in goods.items()),
                    (cards, room.lit((250, 246, 230))),
                ],
                x,
                z - 0.01,
            )
        )
    side = source.choice((-1, 1))
    room.add(
        Solid(block(side * 2.6, 1.7, 1.6, 0.6, 0, 0.95, room.lit((176, 122, 86))), 1.9),
        Prop(
            [(box(0, 0, 0.4, 0.26), room.lit((72, 78, 86))), (box(-0.05, 0.22, 0.26, 0.2), room.lit((92, 100, 108)))],
            side * 2.4,
            1.9,
            y=0.95,
        ),
    )
    return room.place
