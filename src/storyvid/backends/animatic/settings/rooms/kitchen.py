"""The kitchen."""

from __future__ import annotations

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Solid, block
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.motions import Flame, Smoke
from storyvid.backends.animatic.pieces import Prop
from storyvid.backends.animatic.settings.rooms.fittings import chair, clock, pendant, pot_plant, table, window
from storyvid.backends.animatic.settings.rooms.shell import Interior, Style, interior
from storyvid.backends.animatic.settings.rooms.sides import line_sides
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import Points, box, ellipse, limb, outline, smooth

FRONTS: tuple[Colour, ...] = ((122, 154, 146), (92, 122, 146), (206, 182, 140), (176, 108, 84), (132, 146, 108))
STEEL: Colour = (170, 176, 180)
COPPER: Colour = (196, 116, 72)
WORKTOP_M = 0.92
DEEP_M = 0.62


def kitchen(site: Site) -> Place:
    """Cupboards and a worktop along a tiled wall, a window over the sink, a stove with a steaming pot, hanging pans."""
    source = site.source
    paint, side = source.choice(FRONTS), source.choice((-1, 1))
    room = interior(
        site, Style((232, 222, 200), (196, 168, 136), pattern="checks", skirting=None), surface=(198, 152, 104), board_m=0.12
    )
    _tiles(room, paint)
    z = room.style.back_m - DEEP_M
    window(room, 0.0, 1.3, 1.1, 1.2, bars=1)
    _cupboards(room, paint, z)
    _wall_units(room, side * 3.15, paint)
    _stove(room, side * -1.75, z)
    _pans(room, side * -1.75)
    _shelf_of_jars(room, side * 1.6)
    _sink(room, 0.0, z)
    _fridge(room, side * 4.35)
    table(room, -side * 3.3, 0.9, 1.5, 0.9)
    chair(room, -side * 2.3, 1.1, back=-side)
    pendant(room, -side * 3.3, 1.3, 1.9, paint)
    pendant(room, side * 1.3, 2.2, 2.05, paint)
    clock(room, side * 0.95, 2.5, 0.14)
    pot_plant(room, side * 0.55, z + 0.4, 0.42, y=WORKTOP_M)
    line_sides(room, paint)
    return room.place


def _tiles(room: Interior, paint: Colour) -> None:
    """The splashback."""
    glaze = room.lit(mix((244, 240, 230), paint, 0.16))
    seam = darker(glaze, 0.92)
    half = room.style.half_m
    lines: list[Points] = [box(0, WORKTOP_M + 0.16 * n, 2 * half, 0.012) for n in range(1, 6)]
    ticks = [
        box(-half + 0.32 * n + (0.16 if row % 2 else 0), WORKTOP_M + 0.16 * row, 0.012, 0.16)
        for row in range(6)
        for n in range(int(2 * half / 0.32))
    ]
    room.add(Prop([(box(0, 0.8, 2 * half, 1.08), glaze), (lines, seam), (ticks, seam)], 0, room.style.back_m - 0.01))


def _cupboards(room: Interior, paint: Colour, z: float) -> None:
    front, top, half = room.lit(paint), room.lit((198, 152, 104)), room.style.half_m
    room.add(
        Solid(
            [
                *block(0, z + 0.04, 2 * half - 0.1, DEEP_M, 0.08, WORKTOP_M - 0.05, front),
                *block(0, z, 2 * half - 0.1, DEEP_M + 0.04, WORKTOP_M - 0.05, WORKTOP_M, top),
            ],
            z + 0.3,
        )
    )
    doors = [box(-half + 0.45 + 0.6 * n, 0.16, 0.52, 0.5) for n in range(int((2 * half - 0.5) / 0.6))]
    drawers = [box(-half + 0.45 + 0.6 * n, 0.70, 0.52, 0.14) for n in range(int((2 * half - 0.5) / 0.6))]
    knobs = [box(-half + 0.45 + 0.6 * n, 0.765, 0.14, 0.022) for n in range(int((2 * half - 0.5) / 0.6))]
    room.add(
        Prop(
            [
                (box(0, 0.0, 2 * half, 0.09), darker(front, 0.4)),
                ([*doors, *drawers], darker(front, 0.90)),
                (knobs, room.lit((226, 196, 130))),
            ],
            0,
            z + 0.03,
        )
    )


def _wall_units(room: Interior, x: float, paint: Colour) -> None:
    front, z = room.lit(paint), room.style.back_m - 0.36
    room.add(Solid(block(x, z, 2.1, 0.36, 1.55, 2.4, front), z + 0.2))
    doors = [box(dx, 1.6, 0.62, 0.75) for dx in (-0.69, 0.0, 0.69)]
    room.add(
        Prop(
            [(doors, darker(front, 0.9)), ([box(dx, 1.66, 0.03, 0.14) for dx in (-0.44, 0.25, 0.44)], room.lit((226, 196, 130)))],
            x,
            z - 0.01,
        )
    )


def _stove(room: Interior, x: float, z: float) -> None:
    """Oven, hob with a blue flame, a pot that steams, the hood above."""
    steel, dark = room.lit(STEEL), room.lit((62, 62, 68))
    room.add(Solid(block(x, z - 0.02, 0.84, DEEP_M, 0.05, WORKTOP_M + 0.015, steel), z + 0.2))
    oven: flora.Shapes = [
        (box(0, 0.2, 0.66, 0.42), dark),
        (box(0, 0.27, 0.54, 0.26), room.lit((104, 84, 72))),
        (box(0, 0.66, 0.6, 0.03), dark),
    ]
    oven += [(ellipse(-0.27 + 0.18 * n, 0.79, 0.035, 0.035, points=12), dark) for n in range(4)]
    room.add(Prop(oven, x, z - 0.03))
    pot: flora.Shapes = [
        (box(0, 0.03, 0.4, 0.24), room.lit((188, 74, 60))),
        (box(0.1, 0.03, 0.2, 0.24), room.lit((156, 60, 52))),
        (box(0, 0.26, 0.44, 0.035), room.lit((206, 96, 80))),
        (box(0, 0.14, 0.56, 0.03), dark),
        (ellipse(0, 0.32, 0.03, 0.03, points=10), dark),
    ]
    room.add(Flame(x - 0.06, WORKTOP_M, z + 0.21, 0.07, 3.0), Prop(pot, x, z + 0.2, y=WORKTOP_M + 0.01))
    room.add(
        Smoke(
            x,
            WORKTOP_M + 0.33,
            z + 0.19,
            0.6,
            0.06,
            mix(room.lit((250, 248, 244)), room.lit(room.style.wall), 0.4),
            room.lit(room.style.wall),
            0.3,
        )
    )
    hood: flora.Shapes = [
        (outline((-0.5, 1.78), (0.5, 1.78), (0.2, 2.2), (-0.2, 2.2)), steel),
        (outline((0.1, 1.78), (0.5, 1.78), (0.2, 2.2), (0.06, 2.2)), darker(steel, 0.84)),
        (box(0, 2.2, 0.36, 0.8), darker(steel, 0.94)),
        (box(0, 1.72, 1.04, 0.07), darker(steel, 0.8)),
    ]
    room.add(Prop(hood, x, room.style.back_m - 0.3))


def _pans(room: Interior, x: float) -> None:
    """Copper pans and ladles on a rail beside the hood."""
    copper, iron = room.lit(COPPER), room.lit((70, 66, 68))
    shapes: flora.Shapes = [(box(0, 1.92, 1.1, 0.025), iron)]
    for n, dx in enumerate((-0.4, -0.06, 0.24, 0.44)):
        if n < 2:
            r = 0.15 - 0.03 * n
            shapes += [
                (box(dx, 1.92 - 0.3, 0.03, 0.3), iron),
                (ellipse(dx, 1.62 - r, r, r, points=18), copper),
                (ellipse(dx, 1.62 - r, r * 0.78, r * 0.78, points=18), darker(copper, 0.82)),
            ]
        else:
            shapes += [(limb((dx, 1.9), (dx, 1.56), 0.012, 0.012), iron), (ellipse(dx, 1.52, 0.05, 0.06, points=12), iron)]
    side = -1 if x > 0 else 1
    room.add(Prop(shapes, x - side * 1.2, room.style.back_m - 0.06))


def _shelf_of_jars(room: Interior, x: float) -> None:
    """Two boards with jars, bowls and plates."""
    wood, z, source = room.lit((160, 116, 80)), room.style.back_m - 0.24, room.site.source
    for y in (1.5, 1.92):
        room.add(Solid(block(x, z, 1.3, 0.24, y, y + 0.035, wood), z + 0.1))
        shapes: flora.Shapes = []
        at = -0.55
        while at < 0.5:
            tint = room.lit(
                source.choice(((196, 92, 70), (226, 196, 140), (140, 168, 160), (238, 232, 218), (104, 122, 92), (222, 168, 80)))
            )
            if source.random() < 0.3:
                shapes.append((smooth([(at - 0.09, 0.10), (at - 0.05, 0.0), (at + 0.05, 0.0), (at + 0.09, 0.10)], 4), tint))
            else:
                tall = source.uniform(0.14, 0.24)
                shapes += [(box(at, 0, 0.11, tall), tint), (box(at, tall, 0.09, 0.035), darker(tint, 0.6))]
            at += source.uniform(0.16, 0.24)
        room.add(Prop(shapes, x, z + 0.09, y=y + 0.035))


def _sink(room: Interior, x: float, z: float) -> None:
    steel = room.lit(STEEL)
    tap: flora.Shapes = [
        (box(0, 0, 0.04, 0.26), steel),
        (limb((0, 0.26), (-0.16, 0.28), 0.02, 0.018), steel),
        (box(-0.16, 0.2, 0.03, 0.08), steel),
        (box(-0.05, 0.0, 0.2, 0.03), darker(steel, 0.8)),
    ]
    room.add(
        Prop(tap, x, z + 0.45, y=WORKTOP_M),
        Prop(
            [(box(0, 0, 0.78, 0.24), room.lit((240, 238, 230))), (box(0, 0.2, 0.78, 0.03), room.lit((214, 212, 204)))],
            x,
            z - 0.01,
            y=WORKTOP_M - 0.25,
        ),
    )


def _fridge(room: Interior, x: float) -> None:
    white, z = room.lit((226, 226, 216)), room.style.back_m - 0.75
    room.add(Solid(block(x, z, 0.8, 0.7, 0, 1.86, white), z))
    note: Colour = (222, 176, 84)
    room.add(
        Prop(
            [
                (box(0, 1.24, 0.8, 0.02), darker(white, 0.7)),
                (box(-0.3, 1.32, 0.035, 0.36), darker(white, 0.6)),
                (box(-0.3, 0.7, 0.035, 0.4), darker(white, 0.6)),
                (box(0.12, 1.5, 0.16, 0.16), room.lit(note)),
                (box(0.2, 0.98, 0.14, 0.18), room.lit((196, 92, 80))),
            ],
            x,
            z - 0.01,
        )
    )
