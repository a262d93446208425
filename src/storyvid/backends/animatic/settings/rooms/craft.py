"""The insides of things that travel: a spaceship, a car, a train."""

from __future__ import annotations

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Solid, block
from storyvid.backends.animatic.light import Colour, darker, mix
from storyvid.backends.animatic.motions import Blinker
from storyvid.backends.animatic.pieces import Glow, Prop
from storyvid.backends.animatic.settings.rooms.fittings import outside, table
from storyvid.backends.animatic.settings.rooms.shell import Interior, Style, interior
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.settings.space import planet_shapes
from storyvid.backends.animatic.shapes import Points, box, ellipse, moved, outline, smooth

LIGHTS: tuple[tuple[Colour, Colour], ...] = (
    ((255, 122, 92), (96, 46, 44)),
    ((120, 226, 190), (40, 84, 76)),
    ((250, 206, 110), (96, 76, 44)),
    ((130, 190, 250), (46, 66, 96)),
)


def spaceship(site: Site) -> Place:
    """A bridge: ribs, consoles with blinking lights, a wide window on stars and a planet."""
    hull = site.source.choice(((142, 152, 164), (160, 152, 146), (126, 146, 150)))
    style = Style(
        hull,
        (86, 94, 106),
        ceiling=(112, 120, 132),
        pattern="tiles",
        half_m=4.6,
        height_m=2.9,
        cool=True,
        dado=darker(hull, 0.72),
        skirting=(66, 74, 86),
    )
    room = interior(site, style, surface=(120, 130, 142), board_m=0.0)
    _star_window(room)
    _ribs(room)
    for x in (-3.3, 3.3):
        _wall_panel(room, x)
    for x in (-2.2, 2.2):
        _console(room, x)
    strip = (186, 226, 246)
    room.add(Prop([(box(0, 2.66, 9.0, 0.05), strip), (box(0, 0.2, 9.0, 0.035), darker(strip, 0.8))], 0, style.back_m - 0.02))
    room.add(Glow(0, 2.6, style.back_m - 0.1, 2.6, (60, 90, 110), 0.6))
    return room.place


def _star_window(room: Interior) -> None:
    source, z = room.site.source, room.style.back_m - 0.03
    rim = darker(room.lit(room.style.wall), 0.62)
    frame = smooth([(-1.95, 1.0), (-2.15, 1.6), (-1.75, 2.5), (1.75, 2.5), (2.15, 1.6), (1.95, 1.0)], 4)
    glass = frame * (0.93, 0.86) + (0, 0.24)
    stars = [box(source.uniform(-1.7, 1.7), source.uniform(1.2, 2.25), 0.02, 0.02) for _ in range(70)]
    shapes: list[tuple[Points | list[Points], Colour]] = [(frame, rim), (glass, (10, 12, 26)), (stars, (226, 230, 244))]
    aside = 0.85 * source.choice((-1, 1))
    shapes += [(moved(points, aside, 1.62), colour) for points, colour in planet_shapes(source, 0.58)]
    shapes += [(box(x, 1.0, 0.07, 1.5), rim) for x in (-0.75, 0.75)]
    room.add(Prop(shapes, 0, z))


def _ribs(room: Interior) -> None:
    steel, top = darker(room.lit(room.style.wall), 0.8), room.style.height_m
    for z in (2.6, 0.8, -1.0, -2.8, -4.6, -6.4):
        for side in (-1, 1):
            x = side * (room.style.half_m - 0.14)
            room.add(
                Solid(
                    [
                        *block(x, z, 0.28, 0.3, 0, top, steel),
                        *block(0, z, 2 * room.style.half_m, 0.3, top - 0.16, top, darker(steel, 0.9)),
                    ],
                    z if side > 0 else z + 0.01,
                )
            )


def _wall_panel(room: Interior, x: float) -> None:
    plate, z = room.lit(darker(room.style.wall, 0.86)), room.style.back_m - 0.03
    shapes: flora.Shapes = [
        (box(0, 0.9, 1.9, 1.6), plate),
        (box(-0.4, 1.65, 0.9, 0.65), (24, 44, 56)),
        (box(0.55, 1.75, 0.5, 0.5), darker(plate, 0.7)),
    ]
    shapes += [(box(-0.4, 1.74 + 0.13 * n, 0.7 - 0.16 * (n % 3), 0.035), (106, 200, 210)) for n in range(4)]
    room.add(Prop(shapes, x, z))
    for n in range(8):
        on, off = LIGHTS[n % 4]
        room.add(Blinker(x - 0.7 + 0.2 * n, 1.3 + 0.14 * (n % 2), z - 0.01, 0.045, on, off, 1.3 + 0.37 * n, 0.13 * n))


def _console(room: Interior, x: float) -> None:
    case, z = room.lit((98, 108, 122)), 2.5
    room.add(Solid(block(x, z, 1.7, 0.7, 0, 0.86, case), z + 0.4))
    desk = outline((-0.85, 0.86), (0.85, 0.86), (0.8, 1.14), (-0.8, 1.14))
    room.add(
        Prop(
            [(desk, darker(case, 0.7)), (box(-0.35, 0.92, 0.6, 0.17), (70, 160, 176)), (box(0.4, 0.92, 0.5, 0.17), (176, 112, 66))],
            x,
            z + 0.3,
        )
    )
    for n in range(6):
        on, off = LIGHTS[(n + 1) % 4]
        room.add(Blinker(x - 0.7 + 0.28 * n, 0.72, z - 0.01, 0.035, on, off, 0.9 + 0.31 * n, 0.21 * n))


def vehicle(site: Site) -> Place:
    """A compartment whose window shows the land going by; seats of a train, or of a car where the words have one."""
    train = not site.says("car|taxi|cab|truck|van|back ?seat|passenger seat|driver'?s seat|dashboard|steering wheel")
    lining: Colour = (150, 112, 82) if train else (86, 88, 96)
    style = Style(
        lining,
        (92, 84, 82),
        ceiling=(206, 196, 180) if train else (120, 118, 120),
        pattern="plain",
        half_m=2.6 if train else 1.5,
        height_m=2.3 if train else 1.95,
        back_m=1.3,
        skirting=None,
        dado=darker(lining, 0.72) if train else None,
    )
    room = interior(site, style, surface=(140, 98, 70))
    z = style.back_m - 0.02
    panes = ((-1.72, 1.2), (0.0, 1.5), (1.72, 1.2)) if train else ((0.0, 1.9),)
    for x, wide in panes:
        low, tall = (1.05, 0.8) if train else (0.98, 0.6)
        room.add(
            Prop([(box(0, low - 0.07, wide + 0.16, tall + 0.14), darker(room.lit(lining), 0.6))], x, z),
            outside(room, x, low, wide, tall, z - 0.005, flow=0.5),
        )
        room.add(
            Prop(
                [(box(0, low + tall * 0.72, wide, 0.03), darker(room.lit(lining), 0.5))]
                if train
                else [(box(0.3, low, 0.06, tall), (40, 40, 46))],
                x,
                z - 0.01,
            )
        )
    cloth = room.lit((132, 54, 58) if train else (70, 74, 86))
    for side in (-1, 1):
        x = side * (1.0 if train else 0.85)
        back = smooth([(-0.34, 0.3), (-0.32, 1.3), (-0.2, 1.46), (0.2, 1.46), (0.32, 1.3), (0.34, 0.3)], 5)
        room.add(
            Prop(
                [
                    (back, darker(cloth, 0.86)),
                    (back * (0.8, 0.92) + (0, 0.05), cloth),
                    (ellipse(0, 1.4, 0.17, 0.12), room.lit((230, 222, 206)) if train else darker(cloth, 0.8)),
                ],
                x,
                0.75,
            )
        )
    if train:
        table(room, 0, 0.7, 0.7, 0.4, 0.72)
        rack = room.lit((196, 160, 90))
        room.add(
            Prop(
                [
                    (box(0, 2.0, 5.0, 0.04), rack),
                    (box(-1.2, 2.04, 0.7, 0.22), room.lit((128, 82, 58))),
                    (box(1.4, 2.04, 0.5, 0.18), room.lit((82, 98, 112))),
                ],
                0,
                1.1,
            )
        )
        if site.palette.lamps:
            room.lamp(0, 2.0, 1.0, 0.8)
    elif site.palette.lamps:
        room.add(Glow(0, 0.9, 0.9, 0.8, mix((60, 90, 110), (120, 80, 50), 0.3), 0.6))
    return room.place
