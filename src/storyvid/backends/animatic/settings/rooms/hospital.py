"""Hospitals and laboratories."""

from __future__ import annotations

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Faces, Solid, block
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.motions import Blinker, Smoke
from storyvid.backends.animatic.pieces import Prop
from storyvid.backends.animatic.settings.rooms.fittings import (
    chair,
    clock,
    ledge,
    tubes,
    window,
)
from storyvid.backends.animatic.settings.rooms.shell import Interior, Style, interior
from storyvid.backends.animatic.settings.rooms.sides import line_sides
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import Points, box, limb, smooth


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
    parts: Faces = []
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
