"""Where the cast stands and where the camera stands to see it; the patches that tie it to the ground."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from storyvid.backends.animatic import casting
from storyvid.backends.animatic.people import head_height
from storyvid.backends.animatic.settings import Place
from storyvid.backends.animatic.setup import Setup, set_up, share_for, stand_back
from storyvid.backends.animatic.words import Member, ShotWords, mentions, stable_seed
from storyvid.backends.base import ShotRequest

NARROW = 1.25  # in upright frames the unit of size is this many widths, so that people still fit
SPREAD_M, TIGHT_SPREAD_M, HUG_M = 0.86, 0.54, 0.34  # between two people: in wide sizes, in tight ones, in each other's arms
THIRDS = (0.39, 0.61)
OFF_CENTRE = {"fs": 0.09, "mls": 0.08, "ms": 0.07, "mcu": 0.06, "cu": 0.045}  # looking into the wider side
FIT = 0.88  # of the frame's width that a wide subject may take
FLOAT_KINDS = frozenset({"boat", "lighthouse", "fish"})
WIDE_SIZES = frozenset({"ls", "els"})
STANDING_SIZES = frozenset({"fs", "ls", "els"})
ASIDE_KINDS = frozenset({"horse", "car", "bicycle", "train", "boat", "aeroplane", "balloon", "house", "lighthouse", "tree"})
VEHICLES = frozenset({"car", "bicycle", "train", "boat", "aeroplane", "balloon"})
AFLOAT_HEIGHTS: Mapping[str, float] = {"bird": 3.4, "aeroplane": 9.0, "balloon": 6.0, "fish": 0.9}  # metres above the ground
HAND_M = 1.05  # where a hand is that holds something
ON_TABLE = frozenset({"knead", "write", "type", "cut", "light", "reach"})
ON_FLOOR = frozenset({"chair", "guitar", "umbrella", "shoe", "ball", "box"})
HEAD_SHARE = 0.921  # height of the middle of an adult's head
# Where the head of an animal is (forward of its middle, and up), and how much of its height a close size takes.
HEADS: Mapping[str, tuple[float, float]] = {"dog": (0.60, 0.84), "cat": (0.55, 0.80), "horse": (0.50, 0.86)}
CLOSE_SIZES: Mapping[str, float] = {"ecu": 0.42, "cu": 0.52, "mcu": 0.66, "ms": 0.85}
HAND_FRAMES_M: Mapping[str, float] = {"ecu": 0.36, "cu": 0.47, "mcu": 0.60}
OBJECT_FRAMES: Mapping[str, float] = {"ecu": 1.3, "cu": 1.8, "mcu": 2.3}  # heights of the thing
WIDE_THINGS = frozenset({"lantern", "book", "letter", "laptop", "bowl", "box", "umbrella", "guitar"})
HAND_MIDDLE_M = 0.13
SKY_KINDS = frozenset({"bird", "aeroplane", "balloon"})
FLOCK_M, ON_GROUND_M = 1.3, 0.5
UP_IN_FRAME: Mapping[str, float] = {"bird": 1.3, "aeroplane": 0.8, "balloon": 0.8}  # heights above the row that feet stand on
# Metres per second at a natural pace: walk and run, or under way.
SPEEDS: Mapping[str, tuple[float, float]] = {"person": (1.3, 3.4), "dog": (1.2, 4.5), "cat": (0.8, 3.5), "horse": (1.7,
    7.5), "bird": (2.2, 4.0), "fish": (0.8, 2.0), "car": (8.0, 13.0), "bicycle": (3.5, 6.0), "train": (9.0, 16.0),
    "boat": (1.2, 2.4), "aeroplane": (9.0, 15.0), "balloon": (0.5, 0.8)}  # fmt: skip
# The most of the frame's width that a subject crosses in a shot, walking and running or under way.
CROSSES: Mapping[str, tuple[float, float]] = {"els": (0.34, 0.7), "ls": (0.46, 0.9), "fs": (0.42, 0.9)}


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
        view: front, side or back where the staging decides it; empty leaves it to the subject.
        travel_m: How far it comes along during the shot, metres.
        nears_m: How much nearer it comes to the camera during the shot, metres; negative goes away.
    """

    member: Member
    x: float
    z: float
    y: float
    facing: int
    pace: str
    view: str = ""
    travel_m: float = 0.0
    nears_m: float = 0.0


def lead_of(words: ShotWords) -> Member:
    """Whom the camera is set up for: the first, or somebody where there is nobody."""
    row = [member for member in words.cast if member.kind != "crowd"]
    return row[0] if row else Member("person", "")


def set_up_camera(request: ShotRequest, words: ShotWords, size: str, place: Place | None = None) -> Setup:
    """The camera's place for a shot: far enough back that the whole cast fits.

    Args:
        request: The shot.
        words: What its words ask for.
        size: Shot size id.
        place: The setting, for the table that small things lie on.
    """
    lead = lead_of(words)
    height, base = casting.height_of(lead), foot_of(lead, place)
    if lead.kind == "person" and size not in STANDING_SIZES:  # a head is a head: of children, and of those who sit
        base, height = head_height(lead) - HEAD_SHARE * casting.HEIGHTS_M["person"], casting.HEIGHTS_M["person"]
    if lead.kind in HEADS and size in CLOSE_SIZES:
        share = CLOSE_SIZES[size]
        base, height = height * (HEADS[lead.kind][1] - 0.55 * share), height * share
    if lead.kind in {"object", "hand"}:
        several = sum(member.kind == "object" for member in words.cast)
        high = _frame_height(lead, size) * (1 + 0.5 * max(0, several - 1))
        height = high * share_for(size, is_person=False)
        middle = HAND_MIDDLE_M if lead.kind == "hand" else 0.5 * casting.height_of(lead)
        base += middle - 0.55 * height
    if lead.kind in SKY_KINDS and size in WIDE_SIZES and base > ON_GROUND_M:  # from below, against the sky
        height = max(height, FLOCK_M) if lead.kind == "bird" else height
        base -= UP_IN_FRAME[lead.kind] * height
    shot_camera = request.shot.camera
    setup = set_up(
        size, shot_camera.angle or "eye_level", shot_camera.lens, shot_camera.depth_of_field, height, base, lead.kind == "person"
    )
    unit = min(float(request.height), NARROW * request.width)
    wide = _row_width(words, size)
    taken = wide * setup.focal * unit / (setup.distance_m * request.width)
    alone = lead.kind == "person" and sum(member.kind != "crowd" for member in words.cast) == 1
    if taken <= FIT or alone:
        return setup
    return stand_back(setup, min(taken / FIT, 2.6))


def _frame_height(member: Member, size: str) -> float:
    """What the frame of a close size takes of a hand or of a small thing, metres from top to bottom."""
    if member.kind == "hand":
        wide = 1.25 if member.variant in ON_TABLE or member.holds in WIDE_THINGS else 1.0
        return wide * HAND_FRAMES_M.get(size, 0.8)
    shown = max(casting.height_of(member), 0.6 * casting.width_of(member))
    return OBJECT_FRAMES.get(size, 3.0) * shown


def foot_of(member: Member, place: Place | None) -> float:
    """Height of the lowest point of a subject above the ground, metres."""
    table = place.surface.height_m if place is not None and place.surface is not None else 0.0
    if member.kind == "hand":
        return (table or 0.8) if member.variant in ON_TABLE else HAND_M
    if member.kind == "object":
        return 0.0 if member.variant in ON_FLOOR else table
    if member.kind == "fish" and member.variant == "whale":
        return 0.0
    if member.kind == "bird" and mentions("stands?|standing|perched|sits?|ground|pecks?|walks?", member.look):
        return 0.02
    return AFLOAT_HEIGHTS.get(member.kind, 0.0)


def _slot(member: Member, size: str) -> float:
    """Width that a member takes in a row, metres."""
    if member.kind == "person":
        if member.arms == "hug":
            return HUG_M
        return (SPREAD_M if size in STANDING_SIZES else TIGHT_SPREAD_M) * (1.35 if member.legs in {"dance", "sleep"} else 1.0)
    share = 1.25 if member.kind not in {"object", "dog", "cat"} else 0.9
    return share * casting.width_of(member)


def _row(words: ShotWords, size: str) -> list[Member]:
    """Those who stand in a row: everybody in wide sizes; the people, or things of one kind, in tight ones."""
    cast = [member for member in words.cast if member.kind != "crowd"]
    if not cast or size in STANDING_SIZES:
        return cast
    alike = [member for member in cast if (member.kind == "person") == (cast[0].kind == "person")]
    return alike if cast[0].kind == "person" else [member for member in cast if member.kind == cast[0].kind]


def _row_width(words: ShotWords, size: str) -> float:
    row = _row(words, size)
    if not row:
        return 0.34 * casting.HEIGHTS_M["person"]
    if row[0].kind == "person":  # what stands beside people may be cut by the frame's edge
        large = [0.9 * casting.width_of(member) for member in row if member.kind in ASIDE_KINDS]
        row = [member for member in row if member.kind not in ASIDE_KINDS]
        return sum(_slot(member, size) for member in row) + 1.3 * min(max(large, default=0.0), 4.0)
    slots = sum(_slot(member, size) for member in row)
    return max(casting.width_of(row[0]), slots - 0.5 * (_slot(row[0], size) + _slot(row[-1],
        size)) + 0.5 * casting.width_of(row[0]))  # fmt: skip


def place_cast(
    request: ShotRequest, words: ShotWords, size: str, setup: Setup, unit: float, place: Place | None = None
) -> tuple[Actor, ...]:
    """Everybody in their place, far ones first.

    The lead keeps its side of the screen and its direction from shot to shot of a place (the 180-degree rule): they
    follow from who it is, not from the shot's seed.
    """
    everybody = _row(words, size)
    if not everybody:
        return ()
    people = any(member.kind == "person" for member in everybody)
    aside = [member for member in everybody if people and member.kind in ASIDE_KINDS]
    row = _ordered(words, [member for member in everybody if member not in aside])
    source = random.Random(stable_seed("cast", request.seed))
    side = words.side_of(lead_of(words))
    width_m = request.width * setup.distance_m / (setup.focal * unit)  # that the frame shows at the subject
    centre = (_column(words, size, everybody, side) - 0.5 + setup.aside) * width_m
    if row[0].kind in HEADS and size in CLOSE_SIZES:
        centre -= side * HEADS[row[0].kind][0] * casting.height_of(row[0])
    actors = []
    for n, (member, offset) in enumerate(_offsets(row, aside, size, side)):
        pace = _pace(request, words, member, len(everybody))
        facing = _facing(row, n, side, pace) if n < len(row) else side
        y = foot_of(member, place) + _hover(member, source, row)
        actor = Actor(member, centre + offset, _depth(member, n, everybody, source), y, facing, pace)
        actors.append(_set_going(actor, request, words, size, everybody, width_m, setup))
    return tuple(sorted(actors, key=lambda actor: -actor.z))


def _offsets(row: Sequence[Member], aside: Sequence[Member], size: str, side: int) -> list[tuple[Member, float]]:
    """Metres from the middle: the row in its middle, large things by turns on either side of it."""
    total = sum(_slot(member, size) for member in row)
    places, at = [], -total / 2
    for member in row:
        slot = _slot(member, size)
        places.append((member, at + slot / 2))
        at += slot
    for n, member in enumerate(aside):
        where = side if n % 2 == 0 else -side
        places.append((member, where * (total / 2 + 0.42 * casting.width_of(member))))
    return places


def _ordered(words: ShotWords, row: Sequence[Member]) -> list[Member]:
    """From left to right: two people of the film keep their order in every shot."""
    people = [member for member in row if member.kind == "person"]
    if len(people) == len(row) == 2:
        return sorted(people, key=lambda member: -words.side_of(member))
    return list(row)


def _column(words: ShotWords, size: str, row: Sequence[Member], side: int) -> float:
    """Column of the row's middle: on a third, with room to look into, for one alone; else the middle."""
    if words.shoulder:
        return 0.5 - 0.07 * words.shoulder
    lead = row[0]
    if len(row) > 1 or casting.width_of(lead) > casting.height_of(lead):
        return 0.5
    if size in WIDE_SIZES:
        return THIRDS[0 if side > 0 else 1]
    return 0.5 - side * OFF_CENTRE.get(size, 0.0)


def _depth(member: Member, n: int, row: Sequence[Member], source: random.Random) -> float:
    """Large things stand behind people, small animals before them; a group stands loosely."""
    people = sum(one.kind == "person" for one in row)
    if member.kind == "person":
        return 0.0 if people < 3 else 0.35 * (n % 2) + 0.12 * source.random()
    if member.kind == "object":
        return -0.05 * n
    if not people:
        return 0.0 if len(row) == 1 else 0.5 * (n % 2) + 0.2 * source.random()
    if member.kind in {"dog", "cat"}:
        return -0.30
    return 0.35 + 0.5 * min(4.0, casting.width_of(member) / 2)


def _hover(member: Member, source: random.Random, row: Sequence[Member]) -> float:
    """Birds of a flock fly at several heights."""
    if member.kind not in {"bird", "fish", "balloon"} or len(row) < 2:
        return 0.0
    return 0.9 * (source.random() - 0.5) * casting.height_of(member) * min(len(row), 3)


def _pace(request: ShotRequest, words: ShotWords, member: Member, count: int) -> str:
    """still, walk or run: each after its own deeds; a camera that tracks moves what it follows."""
    tracked = request.shot.camera.movement == "track"
    if member.kind == "person":
        if member.legs in {"walk", "run"}:
            return member.legs
        return "walk" if tracked and not member.legs else "still"
    if member.kind in {"bird", "fish", "balloon"}:
        return "walk"
    if member.kind in VEHICLES or member.aboard:
        if words.pace == "run" and member.kind == "horse":
            return "run"
        return "walk" if words.rides or words.pace != "still" or tracked else "still"
    if member.kind in {"dog", "cat", "horse"}:
        fast = mentions("gallops?|galloping|races?|racing|runs?|running|chases?|charges|bolts|leaps", member.look)
        slow = mentions("walks?|walking|trots?|trotting|wanders?|crosses|comes|prowls|follows", member.look)
        return "run" if fast else "walk" if slow or tracked else "still"
    return "still"


def _facing(row: Sequence[Member], n: int, side: int, pace: str) -> int:
    """Two look at each other, a group towards its middle; whoever moves goes the way that the lead looks."""
    if pace != "still" or len(row) == 1:
        return side
    offset = n - (len(row) - 1) / 2
    return side if offset == 0 else (1 if offset < 0 else -1)


def _set_going(
    actor: Actor, request: ShotRequest, words: ShotWords, size: str, row: Sequence[Member], width_m: float, setup: Setup
) -> Actor:
    """The view of a person, and how far everybody comes along during the shot."""
    member = actor.member
    view = member.view if member.kind == "person" else ""
    people = sum(one.kind == "person" for one in row)
    if member.kind == "person" and not view:
        crosses = actor.pace != "still" and size in STANDING_SIZES
        faces = people == 2 and not words.shoulder and member.arms not in {"wave", "read",
            "phone"} and member.legs not in {"dance", "sit"}  # fmt: skip
        view = "side" if crosses or (faces and actor.pace == "still") else ""
    if actor.pace == "still":
        return replace(actor, view=view)
    seconds = float((request.programme_frames or request.num_frames) / request.fps)
    speed = SPEEDS.get(member.kind, SPEEDS["person"])[actor.pace == "run"] * min(1.0,
        casting.height_of(member) / casting.HEIGHTS_M.get(member.kind, 1.0))  # fmt: skip
    if member.kind == "person" and view != "side":  # towards the camera, or away from it
        near = min(speed * seconds, (0.45 if size in WIDE_SIZES else 0.22) * setup.distance_m)
        return replace(actor, view=view, nears_m=-near if view == "back" else near)
    fast = actor.pace == "run" or member.kind in VEHICLES
    most = CROSSES.get(size, (0.06, 0.10))[fast] * width_m
    return replace(actor, view=view, travel_m=min(speed * seconds, most))
