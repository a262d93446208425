"""Where the cast stands and where the camera stands to see it; the shadows that tie it to the ground."""

from __future__ import annotations

import random
from dataclasses import dataclass

from storyvid.backends.animatic import casting, subjects
from storyvid.backends.animatic.light import Palette, darker, mix
from storyvid.backends.animatic.pieces import Ground, Piece
from storyvid.backends.animatic.settings import Place
from storyvid.backends.animatic.setup import Setup, set_up, stand_back
from storyvid.backends.animatic.shapes import ellipse
from storyvid.backends.animatic.view import View
from storyvid.backends.animatic.words import Member, ShotWords, stable_seed
from storyvid.backends.base import ShotRequest

NARROW = 1.25  # in upright frames the unit of size is this many widths, so that people still fit
TIGHT_SPREAD = 0.52  # people stand closer in tight sizes
THIRDS = (0.39, 0.61)
OFF_CENTRE = {"fs": 0.09, "mls": 0.08, "ms": 0.07, "mcu": 0.06, "cu": 0.045}  # looking into the wider side
FIT = 0.88  # of the frame's width that a wide subject may take
FLOAT_KINDS = frozenset({"boat", "lighthouse"})
WIDE_SIZES = frozenset({"ls", "els"})


@dataclass(frozen=True)
class Actor:
    """A subject in its place.

    Attributes:
        member: Who it is.
        x: Metres from the middle.
        z: Depth, metres.
        y: Height of the foot above the ground.
        facing: 1 right, -1 left.
        pace: still, walk or run.
    """

    member: Member
    x: float
    z: float
    y: float
    facing: int
    pace: str


def set_up_camera(request: ShotRequest, words: ShotWords, size: str) -> Setup:
    """The camera's place for a shot: far enough back that the whole cast fits."""
    lead = words.cast[0] if words.cast else Member("person", "")
    height = casting.height_of(lead)
    shot_camera = request.shot.camera
    setup = set_up(
        size, shot_camera.angle or "eye_level", shot_camera.lens, shot_camera.depth_of_field, height,
        subjects.PERCH_M.get(lead.kind, 0.0), lead.kind == "person",
    )  # fmt: skip
    unit = min(float(request.height), NARROW * request.width)
    wide = _spread(words.cast, size) * max(0, len(words.cast) - 1) + casting.WIDTHS[lead.kind] * height
    taken = wide * setup.focal * unit / (setup.distance_m * request.width)
    if taken <= FIT or (lead.kind == "person" and len(words.cast) == 1):
        return setup
    return stand_back(setup, min(taken / FIT, 2.6))


def _spread(cast: tuple[Member, ...], size: str) -> float:
    if not cast:
        return 0.0
    if cast[0].kind == "person":
        return subjects.SPREAD_M if size in {"fs", "ls", "els"} else TIGHT_SPREAD
    return 1.25 * casting.HEIGHTS_M[cast[0].kind] * casting.WIDTHS[cast[0].kind]


def place_cast(request: ShotRequest, words: ShotWords, size: str, setup: Setup, unit: float) -> tuple[Actor, ...]:
    """Everybody in their place, far ones first."""
    source = random.Random(stable_seed("cast", request.seed))
    side = source.choice((0, 1))
    column = THIRDS[side] if size in WIDE_SIZES else 0.5 + (2 * side - 1) * OFF_CENTRE.get(size, 0.0)
    if len(words.cast) > 1 or (words.cast and casting.WIDTHS[words.cast[0].kind] > 1):
        column = 0.5
    if words.shoulder:
        column, side = 0.5 - 0.07 * words.shoulder, 0 if words.shoulder > 0 else 1
    centre = (column - 0.5 + setup.aside) * request.width * setup.distance_m / (setup.focal * unit)
    spread, count = _spread(words.cast, size), len(words.cast)
    actors = []
    for n, member in enumerate(words.cast):
        offset = (n - (count - 1) / 2) * spread
        facing = (1 if offset < 0 else -1) if count == 2 else (1 if column < 0.5 or (column == 0.5 and side == 0) else -1)
        depth = 0.0 if count < 3 else 0.35 * (n % 2) + 0.12 * source.random()
        drop = 0.35 * (source.random() - 0.5) * casting.HEIGHTS_M["bird"] * count if member.kind == "bird" else 0.0
        actors.append(
            Actor(
                member, centre + offset, depth, subjects.PERCH_M.get(member.kind, 0.0) + drop, facing, _pace(request, words, member)
            )
        )
    return tuple(sorted(actors, key=lambda actor: -actor.z))


def _pace(request: ShotRequest, words: ShotWords, member: Member) -> str:
    moving = words.pace if words.pace != "still" or request.shot.camera.movement != "track" else "walk"
    if member.kind in {"car", "boat"}:
        return "walk" if words.rides or moving != "still" else "still"
    return moving


@dataclass
class Follow:
    """A patch on the ground that goes along with an actor; `draw` moves it."""

    patch: Ground
    actor: Actor

    def __post_init__(self) -> None:
        self.z = self.patch.z

    def paint(self, view: View) -> None:
        """Painted where the actor started; `draw` moves the patch along."""
        self.patch.paint(view)


def shadows(cast: tuple[Actor, ...], place: Place, palette: Palette, words: ShotWords) -> list[Piece]:
    """A soft patch under everything that stands, which ties it to the ground."""
    pieces: list[Piece] = []
    ground = place.underfoot or place.near
    for actor in cast:
        kind = actor.member.kind
        if kind == "lantern" or (kind == "bird" and place.underfoot is None and words.setting == "sea"):
            continue
        wide = casting.height_of(actor.member) * casting.WIDTHS[kind] * 0.56
        flat = 0.12 if kind in FLOAT_KINDS else min(0.42, 0.5 / wide)
        tint = mix(darker(ground, 0.66), palette.tone, 0.18)
        for share, colour in ((1.25, mix(tint, ground, 0.5)), (0.85, tint)):
            pieces.append(
                Follow(Ground(ellipse(actor.x, actor.z, wide * share, wide * flat * share), colour, actor.z + 0.3), actor)
            )
    return pieces
