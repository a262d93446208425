"""What belongs to the cast without being of it: the rows of a crowd, the table under small things and hands."""

from __future__ import annotations

import random
from dataclasses import dataclass

from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import Colour, Palette, darker, mix
from storyvid.backends.animatic.people.look import COATS, HAIRS, SKINS, TROUSERS
from storyvid.backends.animatic.pieces import Ground, Piece, Prop
from storyvid.backends.animatic.settings import Place
from storyvid.backends.animatic.shapes import Points, box, ellipse, moved, outline, shifted, smooth
from storyvid.backends.animatic.staging import Actor
from storyvid.backends.animatic.words import ShotWords, mentions, stable_seed

CROWD_ROWS_M = (1.5, 2.6, 4.0, 5.8, 8.2)  # depths
CROWD_SPACING_M = 0.62
FINE_ROWS = 2  # rows whose people have a shaded side and a neck
LEGS_ROWS = 2  # the last row whose legs are seen
KNOT = 4  # people who sway together
CALM_SWAY_M, CHEERING_SWAY_M = 0.018, 0.05
KNOT_JITTER_M = 0.06  # so little that neighbours stay apart, which lets them be filled together
CHEERS = "cheers?|cheering|claps?|clapping|applauds?|dances?|dancing|celebrates?|concert|protest\\w*|waves?|waving"
TABLE_HALF_M = (1.5, 0.48)


def extras(words: ShotWords, cast: tuple[Actor, ...], place: Place, palette: Palette) -> list[Piece]:
    """Pieces for the crowd and for the table.

    Args:
        words: What the shot asks for.
        cast: Everybody in their place.
        place: The setting.
        palette: Colours of the shot.
    """
    pieces: list[Piece] = []
    if any(member.kind == "crowd" for member in words.cast):
        pieces += crowd(words, palette)
    low = [actor for actor in cast if actor.member.kind in {"object", "hand"}]
    if low and place.surface is not None and abs(low[0].y - place.surface.height_m) < 1e-6:
        pieces += table(low[0], place)
    return pieces


def crowd(words: ShotWords, palette: Palette) -> list[Piece]:
    """Rows of many small people behind the ones in front; hands go up where the words cheer."""
    cheers = mentions(CHEERS, " ".join(member.look for member in words.cast)) > 0
    source = random.Random(stable_seed("crowd", words.place))
    pieces: list[Piece] = []
    for row, z in enumerate(CROWD_ROWS_M):
        count = 20 + 7 * row
        for knot in range(count // KNOT):
            x = (knot - count / KNOT / 2 + 0.5) * KNOT * CROWD_SPACING_M + source.uniform(-0.1, 0.1)
            shapes = _knot(source, palette, z, row, cheers)
            pieces.append(Prop(shapes, x, z + source.uniform(0.0, 0.3), sway=CHEERING_SWAY_M if cheers else CALM_SWAY_M))
    return pieces


def _knot(source: random.Random, palette: Palette, z: float, row: int, cheers: bool) -> list[tuple[list[Points], Colour]]:
    """A few people side by side, by layers from legs to hair: of a layer, what has one colour is filled at once."""
    tints = _Tints(*(
        [palette.shade(mix(colour, palette.tone, 0.10), 6 * z) for colour in source.sample(table, count)]
        for table, count in ((COATS, 3), (SKINS, 2), (HAIRS, 2), (TROUSERS, 1))
    ))  # fmt: skip
    layers: dict[tuple[int, Colour], list[Points]] = {}
    for n in range(KNOT):
        off = (n - (KNOT - 1) / 2) * CROWD_SPACING_M + source.uniform(-KNOT_JITTER_M, KNOT_JITTER_M)
        for layer, points, colour in _bystander(source, tints, row, cheers):
            layers.setdefault((layer, colour), []).append(shifted(points, off, 0.0))
    return [(layers[key], key[1]) for key in sorted(layers, key=lambda key: key[0])]


@dataclass(frozen=True)
class _Tints:
    """The few colours of one knot of people."""

    coats: list[Colour]
    skins: list[Colour]
    hairs: list[Colour]
    trousers: list[Colour]


def _bystander(source: random.Random, tints: _Tints, row: int, cheers: bool) -> list[tuple[int, Points, Colour]]:
    """Somebody in a crowd, in a handful of polygons, each with its layer."""
    size = source.uniform(0.88, 1.06) * (0.7 if source.random() < 0.1 else 1.0)
    coat, skin, hair = source.choice(tints.coats), source.choice(tints.skins), source.choice(tints.hairs)
    dress, raised, hat = source.random() < 0.3, cheers and source.random() < 0.45, source.random() < 0.15
    side, lean = source.choice((-1, 1)), source.uniform(-0.03, 0.03)
    shapes = [(1, DRESSED if dress else CLOTHED, coat), (6, FACE, skin), (7, CAP if hat else TOP, coat if hat else hair)]
    if row <= LEGS_ROWS:
        shapes.append((0, LEGS, tints.trousers[0]))
    if row < FINE_ROWS:
        shapes += [(2, SHADED, darker(coat, 0.86)), (5, NECK, darker(skin, 0.8))]
    if raised:
        shapes += [(3, ARM * (side, 1.0), coat), (4, FIST * (side, 1.0), skin)]
    if dress:
        shapes.append((8, LONG_HAIR, hair))
    return [(layer, moved(points, scale=size, turn=lean), colour) for layer, points, colour in shapes]


def _clothes(half: float, low: float) -> Points:
    rim = [(-0.10, 1.45), (0.10, 1.45), (0.21, 1.36), (0.20, 1.0), (half, low), (-half, low), (-0.20, 1.0), (-0.21, 1.36)]
    return smooth(rim, 3)


CLOTHED, DRESSED = _clothes(0.18, 0.74), _clothes(0.24, 0.55)
LEGS = outline((-0.17, 0.8), (0.17, 0.8), (0.13, 0.0), (0.02, 0.0), (0.0, 0.5), (-0.02, 0.0), (-0.13, 0.0))
SHADED = outline((0.06, 1.44), (0.20, 1.36), (0.19, 1.0), (0.17, 0.76), (0.06, 0.76))
ARM = outline((0.16, 1.36), (0.24, 1.34), (0.33, 1.92), (0.26, 1.95))
FIST = ellipse(0.30, 1.96, 0.05, 0.055, points=8)
NECK = box(0, 1.38, 0.10, 0.14)
FACE = ellipse(0.0, 1.60, 0.105, 0.125, points=14)
TOP = ellipse(0.0, 1.64, 0.118, 0.115, 0.0, 0.5, points=10)
CAP = outline((-0.16, 1.65), (0.16, 1.65), (0.10, 1.70), (0.09, 1.82), (-0.09, 1.82), (-0.10, 1.70))
LONG_HAIR = smooth([(-0.12, 1.66), (0.12, 1.66), (0.14, 1.42), (0.09, 1.44), (0.085, 1.6), (-0.085, 1.6), (-0.09, 1.44),
    (-0.14, 1.42)], 3)  # fmt: skip


def table(actor: Actor, place: Place) -> list[Piece]:
    """The top on which small things lie and hands work, with its boards and its front edge."""
    surface = place.surface
    assert surface is not None
    wide, deep = TABLE_HALF_M
    x, y = actor.x, surface.height_m
    pieces: list[Piece] = [
        Ground(outline((x - wide, -deep), (x + wide, -deep), (x + wide, deep), (x - wide, deep)), surface.colour, 0.59, y=y)
    ]
    if surface.board_m:
        boards = int(2 * deep / surface.board_m)
        for n in range(1, boards):
            z = -deep + n * surface.board_m
            pieces.append(
                Ground(
                    outline((x - wide, z - 0.003), (x + wide, z - 0.003), (x + wide, z + 0.003), (x - wide, z + 0.003)),
                    surface.seam,
                    0.58,
                    y=y,
                )
            )
    edge: Shapes = [(box(0, -0.75, 2 * wide, 0.72), darker(surface.colour, 0.45)), (box(0, -0.06, 2 * wide, 0.06), surface.seam)]
    pieces.append(Prop(edge, x, -deep, y=y))
    return pieces
