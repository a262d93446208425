"""Rooms that are open to many: office, hospital, bar and café, classroom, shop."""

from __future__ import annotations

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Face, Solid, block
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.motions import Blinker, Smoke
from storyvid.backends.animatic.pieces import Glow, Prop
from storyvid.backends.animatic.settings.rooms.fittings import (
    chair,
    clock,
    door,
    ledge,
    pendant,
    picture,
    pot_plant,
    table,
    tubes,
    window,
)
from storyvid.backends.animatic.settings.rooms.shell import Interior, Style, interior
from storyvid.backends.animatic.settings.rooms.sides import line_sides
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import Points, box, ellipse, limb, outline, smooth


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


def hospital(site: Site) -> Place:
    """A bed with rails, a drip, a monitor whose light beats, a folding screen, cold light; benches and flasks in a laboratory."""
    room = interior(
        site,
        Style((222, 232, 230), (176, 192, 190), pattern="tiles", cool=True, dado=(148, 190, 184), skirting=(120, 160, 156)),
        surface=(220, 226, 226),
        board_m=0.0,
    )
    tubes(room)
    side = site.source.choice((-1, 1))
    if site.says("lab|laboratory|scientist"):
        _laboratory(room)
        return room.place
    window(room, side * 1.35, 1.3, 1.3, 1.1, bars=1, frame=(236, 240, 240))
    _sickbed(room, -side * 1.9)
    _monitor(room, -side * 0.55)
    steel = room.lit((186, 194, 198))
    drip: flora.Shapes = [
        (box(0, 0.06, 0.03, 1.9), steel),
        (box(0, 0.03, 0.5, 0.04), steel),
        (box(0.08, 1.94, 0.22, 0.025), steel),
        (
            smooth([(0.08, 1.62), (0.08, 1.9), (0.24, 1.9), (0.24, 1.62), (0.16, 1.56)], 4),
            mix(room.lit((200, 226, 236)), (255, 255, 255), 0.2),
        ),
        (limb((0.16, 1.56), (0.05, 0.9), 0.008, 0.008), steel),
    ]
    room.add(Prop(drip, -side * 3.05, 2.2))
    cloth = room.lit((154, 196, 204))
    folds: list[Points] = [box(-0.6 + 0.24 * n, 0.3, 0.1, 1.95) for n in range(6)]
    room.add(
        Prop([(box(0, 0.3, 1.5, 1.95), cloth), (folds, darker(cloth, 0.9)), (box(0, 2.25, 1.9, 0.04), steel)], side * 3.2, 3.0)
    )
    chair(room, side * 2.0, 2.8, wood=(120, 160, 168))
    line_sides(room, (206, 214, 214), pictures=False)
    clock(room, side * 0.25, 2.3)
    cross = room.lit((206, 76, 70))
    room.add(
        Prop([(box(0, 0, 0.3, 0.09), cross), (box(0, -0.105, 0.09, 0.3), cross)], -side * 3.4, room.style.back_m - 0.03, y=2.2)
    )
    return room.place


def _sickbed(room: Interior, x: float) -> None:
    white, frame, z = room.lit((246, 248, 248)), room.lit((170, 180, 186)), 1.5
    parts: list[tuple[Face | list[Face], Colour]] = []
    for dx, dz in ((-0.42, 1.8), (0.42, 1.8), (-0.42, 0.0), (0.42, 0.0)):
        parts += block(x + dx, z + dz, 0.06, 0.06, 0, 0.5, darker(frame, 0.8))
    parts += [
        *block(x, z + 1.9, 1.0, 0.06, 0.3, 1.15, frame),
        *block(x, z, 0.96, 1.9, 0.46, 0.66, white),
        *block(x, z + 1.4, 0.7, 0.4, 0.66, 0.8, white),
        *block(x, z, 1.0, 1.2, 0.44, 0.70, room.lit((132, 178, 190))),
        *block(x, z - 0.05, 1.0, 0.05, 0.3, 0.8, frame),
    ]
    room.add(Solid(parts, z + 0.4))


def _monitor(room: Interior, x: float) -> None:
    case, screen, z = room.lit((206, 212, 214)), (26, 44, 46), 3.1
    trace = [
        limb(a, b, 0.008, 0.008)
        for a, b in (
            ((-0.2, 1.36), (-0.08, 1.36)),
            ((-0.08, 1.36), (-0.03, 1.48)),
            ((-0.03, 1.48), (0.03, 1.28)),
            ((0.03, 1.28), (0.07, 1.36)),
            ((0.07, 1.36), (0.2, 1.36)),
        )
    ]
    shapes: flora.Shapes = [
        (box(0, 0.1, 0.05, 1.1), darker(case, 0.8)),
        (box(0, 0.05, 0.46, 0.06), darker(case, 0.7)),
        (box(0, 1.16, 0.56, 0.42), case),
        (box(0, 1.2, 0.48, 0.34), screen),
    ]
    room.add(
        Prop([*shapes, *((part, (112, 226, 150)) for part in trace)], x, z),
        Blinker(x + 0.17, 1.48, z - 0.01, 0.022, (255, 96, 84), (96, 44, 44), 1.0),
    )


def _laboratory(room: Interior) -> None:
    white, z = room.lit((232, 236, 236)), 2.7
    room.add(
        Solid(block(0, z, 7.6, 0.8, 0, 0.92, white), z + 0.4),
        ledge(room, -1.6, 1.6, 2.2, (206, 214, 216)),
        ledge(room, 2.0, 1.6, 2.2, (206, 214, 216)),
    )
    for n, x in enumerate((-2.7, -2.1, -1.3, -0.8, 0.9, 1.5, 2.0, 2.8)):
        fluid: Colour = ((92, 186, 178), (226, 150, 70), (160, 112, 190), (112, 186, 98))[n % 4]
        flask = smooth([(-0.04, 0.34), (-0.04, 0.2), (-0.14, 0.02), (0.14, 0.02), (0.04, 0.2), (0.04, 0.34)], 4)
        juice = smooth([(-0.09, 0.12), (-0.14, 0.02), (0.14, 0.02), (0.09, 0.12)], 4)
        room.add(
            Prop(
                [(flask, mix(white, (180, 214, 222), 0.6)), (juice, mix(room.lit(fluid), fluid, 0.5))],
                x,
                z + 0.3 if n % 2 else room.style.back_m - 0.14,
                y=0.92 if n % 2 else 1.64,
            )
        )
    room.add(Smoke(0.9, 1.3, z + 0.28, 0.5, 0.04, white, room.lit(room.style.wall)))


def bar(site: Site) -> Place:
    """A counter with stools, lit shelves of bottles; cups, a coffee machine and a chalk board in a café; tables in a restaurant."""
    cafe = site.says("caf[eé]s?|coffee.*|barista|espresso|bistro|restaurant|diner|canteen|tea ?house")
    wall = (
        site.source.choice(((206, 178, 144), (176, 190, 178), (214, 194, 170)))
        if cafe
        else site.source.choice(((104, 62, 58), (62, 80, 84), (88, 66, 76)))
    )
    room = interior(
        site,
        Style(
            wall,
            (136, 98, 72) if cafe else (92, 66, 54),
            ceiling=(226, 214, 194) if cafe else (86, 66, 60),
            height_m=3.1,
            half_m=5.4,
        ),
        surface=(156, 104, 66),
        board_m=0.0,
    )
    side = site.source.choice((-1, 1))
    _back_bar(room, cafe, side)
    _counter(room, (176, 128, 84) if cafe else (112, 66, 46))
    if cafe:
        _coffee_machine(room, -side * 1.55)
        _chalk_board(room, side * 1.75)
        table(room, side * 4.3, 0.6, 0.9, 0.8, wood=(150, 104, 70))
        chair(room, side * 3.5, 0.7, back=-side)
    window(room, -side * 4.2, 1.5, 1.7, 0.8, bars=1, frame=(92, 72, 60))
    for x in (-2.6, -0.9, 0.9, 2.6):
        pendant(room, x, 2.3, 2.1, (206, 150, 70) if not cafe else (70, 76, 78), 0.2)
    for x in (-2.5, -1.5, 1.5, 2.5):
        _stool(room, x, 1.75)
    line_sides(room, (150, 108, 74) if cafe else (92, 58, 46))
    return room.place


def _back_bar(room: Interior, cafe: bool, side: int) -> None:
    wood, source = (150, 108, 74) if cafe else (104, 64, 48), room.site.source
    for x in (-side * 1.5, side * 1.7):
        if cafe and x * side > 0:
            continue
        for y in (1.3, 1.68, 2.06):
            room.add(ledge(room, x, y, 2.4, wood))
            bottles: dict[Colour, list[Points]] = {}
            for n in range(10):
                tall, albedo = (
                    source.uniform(0.2, 0.3),
                    source.choice(((92, 140, 96), (186, 112, 52), (206, 190, 150), (150, 58, 52), (88, 118, 146))),
                )
                at = -1.08 + 0.24 * n
                shape = (
                    box(at, 0, 0.14, tall * 0.45)
                    if cafe
                    else outline(
                        (at - 0.05, 0),
                        (at + 0.05, 0),
                        (at + 0.05, tall * 0.62),
                        (at + 0.018, tall * 0.72),
                        (at + 0.018, tall),
                        (at - 0.018, tall),
                        (at - 0.018, tall * 0.72),
                        (at - 0.05, tall * 0.62),
                    )
                )
                bottles.setdefault((240, 234, 222) if cafe and n % 3 else albedo, []).append(shape)
            room.add(
                Prop(
                    [(shapes, mix(room.lit(tint), tint, 0.35)) for tint, shapes in bottles.items()],
                    x,
                    room.style.back_m - 0.14,
                    y=y + 0.04,
                )
            )
        if room.dark_out and not cafe:
            room.add(Glow(x, 1.7, room.style.back_m - 0.3, 1.5, (170, 100, 46), 0.5))


def _counter(room: Interior, albedo: Colour) -> None:
    wood, z = room.lit(albedo), 2.25
    room.add(
        Solid([*block(0, z + 0.08, 6.4, 0.5, 0, 1.04, darker(wood, 0.86)), *block(0, z, 6.7, 0.66, 1.04, 1.11, wood)], z + 0.2)
    )
    panels = [box(-2.9 + 0.73 * n, 0.16, 0.6, 0.76) for n in range(9)]
    room.add(Prop([(panels, darker(wood, 0.72)), (box(0, 0.2, 6.3, 0.03), room.lit((206, 168, 90)))], 0, z + 0.07))
    glass = mix(room.lit((222, 230, 226)), room.lit(room.style.wall), 0.3)
    for x in (-0.75, 0.8, 2.1):
        room.add(
            Prop(
                [
                    (outline((-0.04, 0), (0.04, 0), (0.055, 0.16), (-0.055, 0.16)), glass),
                    (box(0, 0.01, 0.075, 0.09), room.lit((214, 150, 60))),
                ],
                x,
                z + 0.2,
                y=1.11,
            )
        )


def _coffee_machine(room: Interior, x: float) -> None:
    steel = room.lit((196, 200, 200))
    shapes: flora.Shapes = [
        (box(0, 0.04, 0.9, 0.5), steel),
        (box(0, 0.04, 0.9, 0.16), darker(steel, 0.55)),
        (box(0, 0.5, 0.98, 0.07), room.lit((176, 66, 56))),
        (box(0.24, 0.18, 0.3, 0.08), darker(steel, 0.7)),
    ]
    shapes += [(box(dx, 0.57, 0.12, 0.1), room.lit((244, 240, 232))) for dx in (-0.32, -0.16, 0.0)]
    room.add(
        Prop(shapes, x, 2.5, y=1.11),
        Smoke(x + 0.24, 1.4, 2.49, 0.5, 0.05, mix(steel, (255, 255, 255), 0.5), room.lit(room.style.wall), 0.3),
    )


def _chalk_board(room: Interior, x: float) -> None:
    slate, chalk = room.lit((50, 58, 58)), room.lit((226, 226, 216))
    lines = [box(-0.12, 1.95 - 0.15 * n, 0.7 - 0.14 * (n % 3), 0.03) for n in range(5)] + [
        box(0.5, 1.95 - 0.15 * n, 0.14, 0.03) for n in range(5)
    ]
    room.add(
        Prop(
            [
                (box(0, 1.24, 1.5, 1.1), room.lit((150, 104, 68))),
                (box(0, 1.29, 1.4, 1.0), slate),
                (lines, chalk),
                (box(-0.1, 2.12, 0.8, 0.06), room.lit((222, 168, 80))),
            ],
            x,
            room.style.back_m - 0.03,
        )
    )


def _stool(room: Interior, x: float, z: float) -> None:
    leg, seat = room.lit((66, 60, 58)), room.lit((166, 66, 54))
    room.add(
        Prop(
            [
                (box(0, 0, 0.05, 0.7), leg),
                (box(0, 0, 0.36, 0.03), leg),
                (box(0, 0.24, 0.26, 0.025), leg),
                (smooth([(-0.2, 0.7), (-0.2, 0.78), (0.2, 0.78), (0.2, 0.7)], 4), seat),
            ],
            x,
            z,
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
