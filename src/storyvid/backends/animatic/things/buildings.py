"""Buildings and trees as a shot's subject: houses, towers, castles, churches, skyscrapers, windmills, lighthouses. In metres."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from storyvid.backends.animatic import flora
from storyvid.backends.animatic.casting import COLOUR_WORDS, Manner, height_of, named_colour, source_of
from storyvid.backends.animatic.flora import LAMPLIGHT, Shapes
from storyvid.backends.animatic.light import Colour, Palette, darker, mix
from storyvid.backends.animatic.shapes import box, ellipse, limb, moved, outline, smooth
from storyvid.backends.animatic.words import Member, mentions

STONE: Colour = (176, 166, 154)
SLATE: Colour = (88, 90, 106)
DARK_PANE: Colour = (70, 78, 92)


def _pane(palette: Palette) -> Colour:
    return LAMPLIGHT if palette.lamps else DARK_PANE


def building(member: Member, manner: Manner) -> Shapes:
    """The building that the words name."""
    table: Mapping[str, Callable[[Member, Manner], Shapes]] = {"tower": castle if mentions("castle|fortress|citadel",
        member.look) else tower, "church": church, "skyscraper": skyscraper, "windmill": windmill}  # fmt: skip
    return table.get(member.variant, cottage)(member, manner)


def cottage(member: Member, manner: Manner) -> Shapes:
    """A house with a smoking chimney; a barn where the words say so."""
    source = source_of(member)
    walls: tuple[Colour, ...] = ((232, 214, 184), (214, 178, 142), (196, 150, 124))
    roofs: tuple[Colour, ...] = ((172, 88, 66), (110, 92, 92))
    wall, roof = source.choice(walls), source.choice(roofs)
    if mentions("barn", member.look):
        wall, roof = (168, 66, 56), (96, 84, 84)
    if mentions("cabin|hut|log", member.look):
        wall, roof = (142, 100, 70), (92, 76, 66)
    wall = named_colour(member.look, COLOUR_WORDS, "house|cottage|cabin|hut|barn|building|mansion|villa") or wall
    shapes = flora.house(source, 6.6, 4.2, wall, roof, manner.palette, 0.0)
    puffs: Shapes = []
    for n in range(3):
        age = (manner.t * 0.22 + n / 3) % 1.0
        tint = mix((224, 222, 218), manner.palette.haze, 0.4 + 0.6 * age)
        puffs.append((ellipse(1.6 + 1.1 * age, 6.6 + 2.0 * age, 0.16 + 0.5 * age, 0.14 + 0.4 * age), tint))
    return [*puffs, *shapes]


def _battlements(x: float, y: float, width: float, teeth: int, stone: Colour) -> Shapes:
    step = width / (2 * teeth - 1)
    return [
        (box(x, y - 0.5, width, 0.55), stone),
        *((box(x - width / 2 + step * (2 * n + 0.5), y, step, 0.9), stone) for n in range(teeth)),
    ]


def tower(member: Member, manner: Manner) -> Shapes:
    """A round stone tower with battlements and a flag."""
    stone = named_colour(member.look, COLOUR_WORDS, "tower|belfry|ruins|stone") or STONE
    pane, h = _pane(manner.palette), 15.0
    wave = 0.2 * math.sin(3.0 * manner.t)
    shapes: Shapes = [(limb((0, h), (0, h + 3.6), 0.07, 0.05), (84, 72, 66)), (smooth([(0.05, h + 3.5), (1.1,
        h + 3.3 + wave), (2.2, h + 3.4 - wave), (2.1, h + 2.5 - wave), (1.1, h + 2.45 + wave), (0.05, h + 2.6)], 5), (196,
        70, 60)), (outline((-2.9, 0), (-2.5, h - 1.8), (2.5, h - 1.8), (2.9, 0)), stone), (outline((0.9, 0), (0.8,
        h - 1.8), (2.5, h - 1.8), (2.9, 0)), darker(stone, 0.80)), (outline((-2.9, 0), (-2.5, h - 1.8), (-1.9, h - 1.8),
        (-2.2, 0)), mix(stone, (255, 255, 255), 0.16)), (outline((-2.5, h - 1.9), (-3.1, h - 1.1), (3.1, h - 1.1), (2.5,
        h - 1.9)), darker(stone, 0.72)), *_battlements(0, h - 0.9, 6.2, 5, stone), (smooth([(-0.8, 0), (-0.8, 1.8), (0,
        2.6), (0.8, 1.8), (0.8, 0)], 4), darker(stone, 0.4))]  # fmt: skip
    for x, y in ((-0.5, 4.6), (0.6, 7.4), (-0.4, 10.2)):
        shapes.append((smooth([(x - 0.28, y), (x - 0.28, y + 0.9), (x, y + 1.25), (x + 0.28, y + 0.9), (x + 0.28, y)], 3), pane))
    shapes += [
        (box(x, y, 0.8, 0.35), darker(stone, 0.9))
        for x, y in ((-1.6, 2.6), (1.2, 3.6), (-1.2, 6.6), (1.5, 5.9), (-1.5, 9.2), (1.2, 11.4), (-0.6, 12.2))
    ]
    return shapes


def castle(member: Member, manner: Manner) -> Shapes:
    """A castle: a keep between two roofed towers, walls and a gate."""
    stone = named_colour(member.look, COLOUR_WORDS, "castle|fortress|citadel|stone") or STONE
    pane = _pane(manner.palette)
    far = darker(stone, 0.88)
    shapes: Shapes = [(box(0, 0, 7.0, 12.5), far), *_battlements(0, 12.5, 7.0, 5, far), (box(2.2, 0, 2.6, 12.5), darker(far, 0.85))]
    for x, h, wide in ((-9.5, 10.5, 3.6), (9.5, 10.5, 3.6), (-3.0, 16.0, 2.4)):
        wave = 0.15 * math.sin(3.0 * manner.t + x)
        shapes += [(box(x, 0, wide, h), stone), (box(x + wide * 0.3, 0, wide * 0.4, h), darker(stone, 0.8)),
            (outline((x - wide * 0.66, h), (x + wide * 0.66, h), (x, h + wide * 1.35)), (150, 74, 70)),
            (outline((x + 0.1 * wide, h), (x + wide * 0.66, h), (x, h + wide * 1.35)), (118, 58, 60)), (smooth([(x,
            h + wide * 1.35 + 1.2), (x + 0.8, h + wide * 1.35 + 1.0 + wave), (x + 1.5, h + wide * 1.35 + 0.7), (x,
            h + wide * 1.35 + 0.5)], 4), (234, 190, 80)), (smooth([(x - 0.3, h * 0.7), (x - 0.3, h * 0.7 + 0.9), (x,
            h * 0.7 + 1.3), (x + 0.3, h * 0.7 + 0.9), (x + 0.3, h * 0.7)], 3), pane)]  # fmt: skip
    shapes += [
        (box(0, 0, 18.0, 6.0), stone),
        *_battlements(0, 6.0, 18.0, 12, stone),
        (box(5.5, 0, 7.0, 6.0), darker(stone, 0.9)),
        (smooth([(-1.9, 0), (-1.9, 2.9), (0, 4.6), (1.9, 2.9), (1.9, 0)], 5), darker(stone, 0.36)),
    ]
    shapes += [(box(-1.5 + 0.75 * n, 0.0, 0.10, 3.8 - 0.5 * abs(n - 2)), (110, 100, 96)) for n in range(5)]
    return [*shapes, *((box(x, 3.4, 0.4, 1.1), pane) for x in (-5.5, -3.6, 3.8, 6.2))]


def church(member: Member, manner: Manner) -> Shapes:
    """A church with a steeple, a rose window and a nave."""
    wall = named_colour(member.look, COLOUR_WORDS, "church|chapel|cathedral|temple") or (228, 218, 200)
    pane = LAMPLIGHT if manner.palette.lamps else (96, 126, 160)
    shapes: Shapes = [(box(3.8, 0, 9.0, 4.6), darker(wall, 0.9)), (outline((-0.9, 4.5), (8.6, 4.5), (7.9, 7.6), (0.0,
        7.6)), SLATE), (outline((-0.9, 4.5), (8.6, 4.5), (8.5, 4.8), (-0.8, 4.8)), darker(SLATE, 0.8)), (box(-2.0, 0, 4.0,
        9.4), wall), (box(-0.9, 0, 1.8, 9.4), darker(wall, 0.86)), (outline((-4.3, 9.3), (0.3, 9.3), (-2.0, 16.4)),
        SLATE), (outline((-1.8, 9.3), (0.3, 9.3), (-2.0, 16.4)), darker(SLATE, 0.82)), (box(-2.0, 16.2, 0.13, 1.6), (214,
        178, 92)), (box(-2.0, 17.1, 0.8, 0.13), (214, 178, 92)), (smooth([(-2.9, 0), (-2.9, 1.8), (-2.0, 2.9), (-1.1,
        1.8), (-1.1, 0)], 5), (104, 72, 56)), (ellipse(-2.0, 5.6, 0.85, 0.85), darker(wall, 0.7)), (ellipse(-2.0, 5.6,
        0.68, 0.68), pane), (smooth([(-2.5, 7.4), (-2.5, 8.4), (-2.0, 9.0), (-1.5, 8.4), (-1.5, 7.4)], 4), DARK_PANE)]  # fmt: skip
    return [
        *shapes,
        *(
            (smooth([(x - 0.45, 1.2), (x - 0.45, 2.9), (x, 3.6), (x + 0.45, 2.9), (x + 0.45, 1.2)], 4), pane)
            for x in (1.6, 3.6, 5.6, 7.4)
        ),
    ]


def skyscraper(member: Member, manner: Manner) -> Shapes:
    """A glass tower in three steps; by night half of its windows are lit."""
    source = source_of(member)
    glass = named_colour(member.look, COLOUR_WORDS, "skyscraper|tower|building|block") or source.choice(
        ((112, 140, 160), (132, 128, 140), (98, 126, 132))
    )
    lit, pane = LAMPLIGHT, mix(glass, (230, 242, 248), 0.40)
    shapes: Shapes = [(box(0, 56, 0.4, 9), (110, 110, 116))]
    for wide, low, high in ((9.0, 44.0, 56.0), (13.0, 24.0, 46.0), (17.0, 0.0, 28.0)):
        shapes += [
            (box(0, low, wide, high - low), glass),
            (outline((wide * 0.2, low), (wide / 2, low), (wide / 2, high), (wide * 0.2, high)), darker(glass, 0.8)),
            (box(0, high - 0.6, wide + 0.6, 0.7), darker(glass, 0.66)),
        ]
        rows, columns = int((high - low) / 2.6), int(wide / 2.1)
        for row in range(rows):
            for column in range(columns):
                on = manner.palette.lamps and source.random() < 0.5
                x = (column - (columns - 1) / 2) * 2.1
                shapes.append(
                    (box(x, low + 0.8 + 2.6 * row, 1.4, 1.6), lit if on else darker(pane, 0.8) if x > wide * 0.16 else pane)
                )
    return [*shapes, (box(0, 0, 5.0, 3.4), (60, 64, 72)), (box(0, 0.2, 4.4, 2.9), _pane(manner.palette))]


def windmill(member: Member, manner: Manner) -> Shapes:
    """A windmill whose sails turn."""
    wall = named_colour(member.look, COLOUR_WORDS, "windmill|mill") or (232, 222, 204)
    turn = 0.55 * manner.t
    shapes: Shapes = [(outline((-2.6, 0), (-1.6, 8.4), (1.6, 8.4), (2.6, 0)), wall), (outline((0.6, 0), (0.4, 8.4), (1.6,
        8.4), (2.6, 0)), darker(wall, 0.84)), (smooth([(-1.9, 8.3), (-1.2, 9.8), (0, 10.4), (1.2, 9.8), (1.9, 8.3)], 5),
        (130, 76, 62)), (smooth([(-0.7, 0), (-0.7, 1.7), (0, 2.2), (0.7, 1.7), (0.7, 0)], 4), (104, 74, 56)), (box(-0.2,
        4.2, 0.7, 0.9), _pane(manner.palette)), (box(0.1, 6.5, 0.6, 0.8), _pane(manner.palette))]  # fmt: skip
    for n in range(4):
        sail: Shapes = [
            (box(0, 0.2, 0.16, 5.6), (112, 84, 66)),
            (outline((0.1, 1.1), (1.15, 1.1), (1.15, 5.6), (0.1, 5.6)), (238, 228, 208)),
            *((box(0.62, 1.1 + 1.1 * k, 1.05, 0.08), (150, 120, 96)) for k in range(5)),
        ]
        shapes += [(moved(points, 0, 8.9, turn=turn + n * math.tau / 4), colour) for points, colour in sail]
    return [*shapes, (ellipse(0, 8.9, 0.34, 0.34), (96, 72, 58))]


def tree(member: Member, manner: Manner) -> Shapes:
    """A tree of the kind that the words name, which leans a little in the wind."""
    source, height = source_of(member), height_of(member)
    leaves = named_colour(member.look, COLOUR_WORDS, "tree|oak|leaves|willow|maple") or (
        (214, 138, 72) if mentions("autumn|autumnal", member.look) else (104, 144, 76)
    )
    if mentions("cherry", member.look):
        leaves = (236, 168, 182)
    if member.variant == "pine":
        shapes = flora.pine(source, height, (66, 108, 80), (98, 74, 58))
    elif member.variant == "palm":
        shapes = _palm(height)
    elif mentions("bare|dead|leafless|winter", member.look):
        shapes = _bare(height)
    else:
        shapes = _spreading(height, leaves)
    lean = 0.012 * math.sin(math.tau * 0.25 * manner.t) + 0.006 * math.sin(math.tau * 0.7 * manner.t)
    return [(points + lean * (points[:, 1:] ** 2 / height) * (1.0, 0.0), colour) for points, colour in shapes]


def _spreading(height: float, leaves: Colour) -> Shapes:
    """An old broad tree: a forked trunk and a crown of clumps in three tones."""
    trunk: Colour = (104, 78, 60)
    h = height
    wood: Shapes = [(smooth([(-0.075 * h, -0.01 * h), (-0.04 * h, 0.06 * h), (-0.035 * h, 0.34 * h), (0.035 * h,
        0.34 * h), (0.042 * h, 0.06 * h), (0.085 * h, -0.01 * h)], 5), trunk), (smooth([(0.01 * h, 0.0), (0.008 * h,
        0.34 * h), (0.035 * h, 0.34 * h), (0.042 * h, 0.06 * h), (0.085 * h, -0.01 * h)], 4), darker(trunk, 0.8)),
        (limb((0, 0.30 * h), (-0.20 * h, 0.56 * h), 0.026 * h, 0.012 * h), trunk), (limb((0, 0.32 * h), (0.22 * h,
        0.58 * h), 0.024 * h, 0.012 * h), darker(trunk, 0.86)), (limb((0, 0.32 * h), (0.02 * h, 0.62 * h), 0.026 * h,
        0.012 * h), trunk)]  # fmt: skip
    clumps = (
        (-0.27, 0.58, 0.19),
        (0.28, 0.60, 0.19),
        (0.0, 0.62, 0.24),
        (-0.16, 0.76, 0.19),
        (0.17, 0.78, 0.18),
        (0.0, 0.86, 0.15),
    )
    low = [(ellipse(x * h, (y - 0.035) * h, r * h, r * 0.80 * h), darker(leaves, 0.74)) for x, y, r in clumps]
    middle = [(ellipse((x - 0.02) * h, (y + 0.005) * h, r * 0.93 * h, r * 0.72 * h), leaves) for x, y, r in clumps]
    high = [
        (ellipse((x - 0.05) * h, (y + 0.05) * h, r * 0.52 * h, r * 0.36 * h), mix(leaves, (255, 246, 190), 0.22))
        for x, y, r in clumps
    ]
    return [*low[:2], *wood, *low[2:], *middle, *high]


def _bare(height: float) -> Shapes:
    trunk: Colour = (92, 76, 68)
    shapes: Shapes = [
        (smooth([(-0.06 * height, 0), (-0.03 * height, 0.3 * height), (0.03 * height, 0.3 * height), (0.07 * height, 0)], 5), trunk)
    ]
    for n, (x0, y0, x1, y1) in enumerate(
        (
            (0, 0.28, -0.26, 0.66),
            (0, 0.28, 0.25, 0.70),
            (0, 0.28, -0.03, 0.86),
            (-0.14, 0.48, -0.34, 0.54),
            (0.14, 0.50, 0.34, 0.58),
            (-0.02, 0.6, 0.14, 0.84),
            (-0.2, 0.58, -0.16, 0.80),
            (0.19, 0.6, 0.26, 0.84),
            (-0.02, 0.55, -0.13, 0.72),
        )
    ):
        thick = 0.026 if n < 3 else 0.011
        shapes.append((limb((x0 * height, y0 * height), (x1 * height, y1 * height), thick * height, 0.004 * height), trunk))
    return shapes


def _palm(height: float) -> Shapes:
    h, green = height, (92, 146, 84)
    trunk = smooth(
        [(-0.03 * h, 0), (0.0, 0.4 * h), (0.06 * h, 0.82 * h), (0.09 * h, 0.82 * h), (0.045 * h, 0.4 * h), (0.035 * h, 0)], 5
    )
    shapes: Shapes = [(trunk, (150, 116, 84))]
    for n, (dx, dy) in enumerate(
        ((-0.34, -0.06), (0.36, -0.04), (-0.26, 0.12), (0.28, 0.14), (-0.18, -0.20), (0.22, -0.20), (0.03, 0.18))
    ):
        tip = ((0.075 + dx) * h, (0.83 + dy) * h)
        mid = ((0.075 + 0.55 * dx) * h, (0.83 + 0.5 * dy + 0.07) * h)
        shapes.append(
            (smooth([(0.075 * h, 0.83 * h), mid, tip, (mid[0], mid[1] - 0.05 * h)], 5), darker(green, 1.0 - 0.06 * (n % 3)))
        )
    return [
        *shapes,
        (ellipse(0.06 * h, 0.80 * h, 0.022 * h, 0.024 * h), (118, 82, 56)),
        (ellipse(0.095 * h, 0.80 * h, 0.022 * h, 0.024 * h), (104, 72, 50)),
    ]


def lighthouse(member: Member, manner: Manner) -> Shapes:
    """A banded tower on rocks; after dark its beam sweeps."""
    band = named_colour(member.look, COLOUR_WORDS, "lighthouse|tower|bands|stripes|striped") or (196, 72, 60)
    band = (196, 72, 60) if sum(band) > 640 else band
    shapes: Shapes = []
    sweep = math.cos(math.tau * 0.12 * manner.t)
    lit = manner.palette.lamps
    if lit:
        warm = _unshaded(mix(manner.palette.haze, LAMPLIGHT, 0.34), manner)
        for side, length in ((1.0, sweep), (-1.0, sweep)):
            end = side * length * 2.6
            shapes.append((outline((0, 0.885), (end, 0.885 + 0.10 + 0.04 * abs(length)), (end, 0.885 - 0.06)), warm))
    shapes += [(smooth([(-0.34, -0.02), (-0.28, 0.05), (-0.12, 0.085), (0.10, 0.075), (0.26, 0.045), (0.36, -0.02)], 5),
        (104, 100, 100)), (smooth([(-0.02, -0.02), (0.04, 0.07), (0.26, 0.045), (0.36, -0.02)], 5), (80, 78, 82))]  # fmt: skip
    for n in range(5):
        low, high = 0.06 + 0.15 * n, 0.06 + 0.15 * (n + 1)
        wide, narrow = 0.105 - 0.009 * n, 0.105 - 0.009 * (n + 1)
        tint = (240, 234, 222) if n % 2 == 0 else band
        shapes.append((outline((-wide, low), (wide, low), (narrow, high), (-narrow, high)), tint))
        shapes.append((outline((wide * 0.28, low), (wide, low), (narrow, high), (narrow * 0.28, high)), darker(tint, 0.84)))
    shapes += [(box(0, 0.81, 0.17, 0.018), (70, 66, 72)), (box(0, 0.828, 0.084, 0.085), LAMPLIGHT if lit else (196, 214,
        214)), (box(0, 0.828, 0.010, 0.085), (70, 66, 72)), (outline((-0.06, 0.912), (0.06, 0.912), (0.0, 0.975)), (70,
        66, 72)), (box(0, 0.97, 0.008, 0.03), (70, 66, 72)), (box(0, 0.10, 0.045, 0.07), (92, 66, 56)), (box(-0.01, 0.36,
        0.022, 0.04), (78, 84, 92)), (box(-0.01, 0.64, 0.020, 0.036), (78, 84, 92))]  # fmt: skip
    h = height_of(member)
    return [(points * h, colour) for points, colour in shapes]


def _unshaded(colour: Colour, manner: Manner) -> Colour:
    """A beam is light, not a lit thing: take out the shading that `draw_subject` will put in."""
    light = manner.palette.light
    return (colour[0] / light[0], colour[1] / light[1], colour[2] / light[2])
