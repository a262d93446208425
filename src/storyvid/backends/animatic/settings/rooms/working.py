"""Where people work with their hands, and what lies under a house: workshop and cellar."""

from __future__ import annotations

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.facets import Faces, Solid, block
from storyvid.backends.animatic.light import Colour, darker
from storyvid.backends.animatic.motions import Flame
from storyvid.backends.animatic.pieces import Glow, Ground, Prop
from storyvid.backends.animatic.settings.rooms.fittings import ledge, pendant, table, window
from storyvid.backends.animatic.settings.rooms.shell import Interior, Style, interior
from storyvid.backends.animatic.settings.rooms.sides import line_sides
from storyvid.backends.animatic.settings.site import Place, Site
from storyvid.backends.animatic.shapes import Points, box, ellipse, limb, outline, smooth

WOOD: Colour = (168, 122, 82)
IRON: Colour = (92, 96, 102)


def workshop(site: Site) -> Place:
    """A bench with a vice under a wall of tools, a hanging lamp, boards that lean, shelves of tins; a fire in a forge."""
    source = site.source
    wall = source.choice(((168, 146, 122), (142, 148, 144), (176, 130, 104)))
    room = interior(
        site, Style(wall, (142, 116, 94), ceiling=(150, 124, 98), height_m=3.2, skirting=None), surface=WOOD, board_m=0.2
    )
    side = source.choice((-1, 1))
    _planked(room)
    window(room, side * 1.9, 1.2, 1.0, 1.35, bars=2, frame=(150, 116, 84))
    _tool_wall(room, -side * 1.1)
    _bench(room)
    _vice(room, side * 1.1)
    room.add(ledge(room, -side * 3.7, 1.7, 1.6, WOOD), ledge(room, -side * 3.7, 2.2, 1.6, WOOD))
    _tins(room, -side * 3.7)
    _leaning_boards(room, side * 4.0)
    for x in (-side * 0.6, side * 2.3):
        pendant(room, x, 2.4, 2.15, (64, 84, 78), 0.3)
    if site.says("forge|smithy|blacksmith|foundry|furnace|glass"):
        _forge(room, side * 3.2)
    _shavings(room)
    _beams(room)
    line_sides(room, WOOD, pictures=False)
    return room.place


def _planked(room: Interior) -> None:
    """Upright boards on the far wall."""
    half = room.style.half_m
    joints = [box(-half + 0.42 * n, 0, 0.022, room.style.height_m - 0.1) for n in range(1, int(2 * half / 0.42))]
    room.add(Prop([(joints, darker(room.lit(room.style.wall), 0.86))], 0, room.style.back_m - 0.01))


def _beams(room: Interior) -> None:
    timber, y = darker(room.lit(WOOD), 0.7), room.style.height_m
    beams: Faces = []
    for z in (3.0, 1.2, -0.6, -2.4, -4.2, -6.0, -7.8):
        beams += block(0, z, 2 * room.style.half_m, 0.2, y - 0.22, y, timber)
    room.add(Solid(beams, room.style.back_m + 0.2))


def _tool_wall(room: Interior, x: float) -> None:
    """A board of hanging tools, which says workshop even out of focus."""
    board, steel, wood, red = room.lit((206, 176, 128)), room.lit((176, 182, 186)), room.lit((150, 96, 62)), room.lit((188, 70, 56))
    dark = room.lit(IRON)
    shapes: flora.Shapes = [(box(0, 1.12, 2.7, 1.16), darker(board, 0.7)), (box(0, 1.15, 2.62, 1.1), board)]
    shapes += [(box(-1.1, 1.35, 0.06, 0.62), wood), (box(-1.1, 1.9, 0.28, 0.13), dark)]  # hammer
    saw = outline((-0.85, 2.05), (-0.55, 2.05), (-0.30, 1.32), (-0.38, 1.28), (-0.84, 1.92))
    shapes += [(saw, steel), (smooth([(-0.92, 2.16), (-0.5, 2.16), (-0.54, 1.96), (-0.88, 1.94)], 4), wood)]
    for n, dx in enumerate((-0.12, 0.06, 0.24)):  # chisels and screwdrivers
        shapes += [
            (box(dx, 1.8, 0.055, 0.26), (red, wood, room.lit((222, 168, 70)))[n]),
            (box(dx, 1.48 - 0.05 * n, 0.028, 0.34 + 0.05 * n), steel),
        ]
    shapes += [
        (limb((0.52, 2.05), (0.52, 1.45), 0.04, 0.04), steel),
        (ellipse(0.52, 2.08, 0.1, 0.1, points=14), steel),
        (box(0.52, 2.08, 0.06, 0.14), board),
    ]  # spanner
    shapes += [
        (limb((0.78, 1.5), (0.86, 1.86), 0.03, 0.03), red),
        (limb((0.98, 1.5), (0.88, 1.86), 0.03, 0.03), red),
        (limb((0.86, 1.86), (0.92, 2.08), 0.04, 0.02), dark),
    ]
    shapes += [
        (ellipse(1.16, 1.75, 0.13, 0.17, points=18), room.lit((214, 190, 140))),
        (ellipse(1.16, 1.75, 0.08, 0.11, points=18), board),
    ]  # rope
    room.add(Prop(shapes, x, room.style.back_m - 0.05))


def _bench(room: Interior) -> None:
    wood, z = room.lit(WOOD), 2.75
    parts: Faces = []
    for x in (-3.0, -1.0, 1.0, 3.0):
        parts += block(x, z + 0.1, 0.14, 0.5, 0, 0.8, darker(wood, 0.72))
    parts += [*block(0, z + 0.1, 6.0, 0.5, 0.2, 0.26, darker(wood, 0.7)), *block(0, z, 6.4, 0.75, 0.82, 0.92, wood)]
    room.add(
        Ground(outline((-3.3, z - 0.1), (3.3, z - 0.1), (3.3, 3.6), (-3.3, 3.6)), darker(room.place.near, 0.74), 826),
        Solid(parts, z + 0.4),
    )
    boxes: Faces = []
    for x, w, h, albedo in (
        (-2.4, 0.6, 0.34, (150, 92, 70)),
        (-1.6, 0.4, 0.26, (92, 110, 116)),
        (0.4, 0.7, 0.3, (178, 132, 84)),
        (2.2, 0.5, 0.4, (120, 92, 74)),
    ):
        boxes += block(x, z + 0.2, w, 0.4, 0.26, 0.26 + h, room.lit(albedo))
    room.add(Solid(boxes, z + 0.41))
    plane: flora.Shapes = [
        (box(0, 0, 0.36, 0.09), room.lit((150, 92, 60))),
        (box(0.08, 0.08, 0.06, 0.1), room.lit(IRON)),
        (ellipse(-0.12, 0.12, 0.045, 0.05, points=12), room.lit((110, 66, 48))),
    ]
    mug: flora.Shapes = [
        (box(0, 0, 0.1, 0.13), room.lit((226, 220, 208))),
        *((box(dx, 0.1, 0.014, 0.15), room.lit((222, 168, 70))) for dx in (-0.02, 0.03)),
    ]
    room.add(Prop(plane, -0.35, z + 0.3, y=0.92), Prop(mug, 0.45, z + 0.4, y=0.92))


def _vice(room: Interior, x: float) -> None:
    iron = room.lit((74, 92, 106))
    shapes: flora.Shapes = [
        (box(0, 0, 0.32, 0.08), darker(iron, 0.8)),
        (box(-0.08, 0.08, 0.14, 0.18), iron),
        (box(0.12, 0.06, 0.10, 0.2), iron),
        (box(0.3, 0.1, 0.26, 0.05), darker(iron, 0.7)),
        (box(0.42, 0.02, 0.03, 0.22), room.lit((180, 184, 188))),
    ]
    room.add(Prop(shapes, x, 2.95, y=0.92))


def _tins(room: Interior, x: float) -> None:
    source = room.site.source
    for y in (1.74, 2.24):
        shapes: flora.Shapes = []
        for n in range(6):
            tall = source.uniform(0.16, 0.34)
            tint = room.lit(source.choice(((188, 74, 60), (222, 176, 84), (92, 122, 130), (206, 196, 176), (122, 92, 70))))
            shapes += [
                (box(-0.65 + 0.26 * n, 0, 0.2, tall), tint),
                (box(-0.65 + 0.26 * n, tall * 0.4, 0.2, tall * 0.3), darker(tint, 0.8)),
            ]
        room.add(Prop(shapes, x, room.style.back_m - 0.2, y=y))


def _leaning_boards(room: Interior, x: float) -> None:
    shapes: flora.Shapes = []
    for n in range(5):
        dx, lean, tall = -0.5 + 0.26 * n, 0.12 - 0.05 * n, 2.5 - 0.2 * (n % 3)
        shapes.append(
            (
                outline((dx, 0), (dx + 0.2, 0), (dx + 0.2 + lean, tall), (dx + lean, tall)),
                darker(room.lit(WOOD), 0.82 + 0.07 * (n % 3)),
            )
        )
    room.add(Prop(shapes, x, 3.2))


def _forge(room: Interior, x: float) -> None:
    brick = room.lit((132, 84, 70))
    room.add(
        Solid(block(x, 2.3, 1.3, 0.8, 0, 0.95, brick), 2.5),
        Prop(
            [
                (outline((-0.8, 1.7), (0.8, 1.7), (0.3, 2.5), (-0.3, 2.5)), darker(brick, 0.6)),
                (box(0, 2.5, 0.6, 0.8), darker(brick, 0.5)),
            ],
            x,
            2.6,
        ),
    )
    room.add(Flame(x - 0.2, 0.95, 2.4, 0.4), Flame(x + 0.15, 0.95, 2.39, 0.55), Glow(x, 1.2, 2.3, 2.2, (220, 110, 40), 0.9, 0.3))


def _shavings(room: Interior) -> None:
    source, chip = room.site.source, darker(room.lit((226, 190, 138)), 0.95)
    for _ in range(26):
        x, z = source.uniform(-3.5, 3.5), source.uniform(-1.6, 2.6)
        room.add(Ground(ellipse(x, z, source.uniform(0.03, 0.08), 0.03, points=8), chip, 822))


def cellar(site: Site) -> Place:
    """Stone vaults, barrels and crates, a few flames; for a boiler or engine room, pipes."""
    stone = site.source.choice(((118, 112, 108), (126, 108, 94), (104, 112, 116)))
    room = interior(
        site,
        Style(stone, (98, 90, 84), ceiling=(84, 78, 76), pattern="flags", height_m=2.7, half_m=4.6, dim=True, skirting=None),
        surface=(112, 80, 58),
    )
    _masonry(room)
    if site.says("engine|boiler|bunker|pipes?"):
        _pipes(room)
    else:
        _arches(room)
        for n, x in enumerate((-3.6, -2.7, 2.6, 3.5)):
            _barrel(room, x, 2.6 + 0.2 * (n % 2))
    timber = room.lit((150, 112, 76))
    room.add(
        Solid([*block(1.75, 2.9, 0.7, 0.6, 0, 0.6, timber), *block(1.65, 2.95, 0.5, 0.5, 0.6, 1.05, darker(timber, 0.9))], 2.9)
    )
    table(room, -1.7, 2.5, 1.0, 0.6, wood=(120, 86, 60))
    for x, y, z in ((-1.7, 0.76, 2.7), (1.7, 1.05, 3.0)):
        room.add(Prop([(box(0, 0, 0.07, 0.14), (226, 214, 186))], x, z, y=y), Flame(x, y + 0.14, z - 0.01, 0.12, 0.5))
        room.lamp(x, y + 0.2, z, 1.1, 0.9, 0.18)
    return room.place


def _masonry(room: Interior) -> None:
    source, stone = room.site.source, room.lit(room.style.wall)
    light: list[Points] = []
    dark: list[Points] = []
    for _ in range(70):
        wide = source.uniform(0.3, 0.55)
        (light if source.random() < 0.5 else dark).append(
            box(source.uniform(-1, 1) * room.style.half_m, 0.24 * source.randint(0, 10), wide, 0.2)
        )
    for group, tone in ((light, 1.1), (dark, 0.86)):
        for stone_block in group:
            room.add(Prop([(stone_block, darker(stone, tone))], 0, room.style.back_m - 0.01))


def _arches(room: Interior) -> None:
    stone = room.lit(room.style.wall)
    for x in (-2.2, 2.2, 0.0):
        arch = [*ellipse(0, 1.3, 0.85, 0.9, 0.0, 0.5, points=16), (-0.85, 0.0), (0.85, 0.0)]
        rim = [*ellipse(0, 1.3, 1.08, 1.14, 0.0, 0.5, points=16), (-1.08, 0.0), (1.08, 0.0)]
        room.add(
            Prop(
                [(outline(*map(tuple, rim)), darker(stone, 1.22)), (outline(*map(tuple, arch)), darker(stone, 0.42))],
                x,
                room.style.back_m - 0.02,
            )
        )


def _barrel(room: Interior, x: float, z: float) -> None:
    wood, iron = room.lit((150, 98, 62)), room.lit((70, 70, 76))
    body = smooth([(-0.32, 0.0), (-0.40, 0.5), (-0.32, 1.0), (0.32, 1.0), (0.40, 0.5), (0.32, 0.0)], 5)
    shade = smooth([(0.08, 0.0), (0.12, 0.5), (0.08, 1.0), (0.32, 1.0), (0.40, 0.5), (0.32, 0.0)], 5)
    hoops = [box(0, y, w, 0.05) for y, w in ((0.14, 0.7), (0.32, 0.77), (0.66, 0.77), (0.84, 0.7))]
    room.add(Prop([(body, wood), (shade, darker(wood, 0.78)), (hoops, iron)], x, z))


def _pipes(room: Interior) -> None:
    for n, (y, albedo) in enumerate(((2.35, (150, 92, 70)), (2.0, (96, 116, 118)), (0.5, (140, 132, 110)))):
        pipe = room.lit(albedo)
        room.add(
            Prop(
                [
                    (box(0, y, 9.2, 0.16), pipe),
                    (box(0, y, 9.2, 0.05), darker(pipe, 0.7)),
                    *((box(dx, y - 0.03, 0.1, 0.22), darker(pipe, 0.85)) for dx in (-3.1 + n, -1.2, 1.4, 3.2 - n)),
                ],
                0,
                room.style.back_m - 0.1,
            )
        )
    tank = room.lit((112, 122, 112))
    for x in (-2.9, 2.7):
        room.add(
            Prop(
                [
                    (smooth([(-0.6, 0.1), (-0.6, 1.7), (0, 1.95), (0.6, 1.7), (0.6, 0.1)], 5), tank),
                    (smooth([(0.15, 0.1), (0.15, 1.8), (0.3, 1.88), (0.6, 1.7), (0.6, 0.1)], 5), darker(tank, 0.8)),
                    (ellipse(-0.1, 1.2, 0.16, 0.16), room.lit((230, 226, 210))),
                    (limb((-0.1, 1.2), (-0.02, 1.3), 0.014, 0.01), room.lit((160, 50, 40))),
                ],
                x,
                2.8,
            )
        )
