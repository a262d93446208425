"""Bars, cafés and restaurants."""

from __future__ import annotations

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Solid, block
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.motions import Smoke
from storyvid.backends.animatic.pieces import Glow, Prop
from storyvid.backends.animatic.settings.rooms.fittings import (
    chair,
    ledge,
    pendant,
    table,
    window,
)
from storyvid.backends.animatic.settings.rooms.shell import Interior, Style, interior
from storyvid.backends.animatic.settings.rooms.sides import line_sides
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import Points, box, outline, smooth


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
