"""One shot laid out: the place, the cast, the camera's set-up and its path, ready to be painted frame by frame."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace

import numpy as np

from storyvid.backends.animatic import camera, casting, subjects
from storyvid.backends.animatic.camera import Path, Pose, Setup
from storyvid.backends.animatic.flora import Shapes
from storyvid.backends.animatic.light import Colour, Palette, darker, mix, palette_for
from storyvid.backends.animatic.pieces import Ground, Piece, Prop
from storyvid.backends.animatic.settings import SETTINGS, Place, Site
from storyvid.backends.animatic.shapes import ellipse, limb, smooth
from storyvid.backends.animatic.sky import sky_lights
from storyvid.backends.animatic.view import View
from storyvid.backends.animatic.weather import Weather
from storyvid.backends.animatic.words import Member, ShotWords, read_shot, stable_seed
from storyvid.backends.base import ShotRequest

NARROW = 1.25  # in upright frames the unit of size is this many widths, so that people still fit
WIDE_SIZES = frozenset({"ls", "els"})
TIGHT_SPREAD = 0.52  # people stand closer in tight sizes
THIRDS = (0.39, 0.61)
OFF_CENTRE = {"fs": 0.05, "mls": 0.04, "ms": 0.03, "mcu": 0.02}
STAND_WIDTHS = 0.09  # no two shots of a place are taken from quite the same spot
FIT = 0.88  # of the frame's width that a wide subject may take
WALK_WIDTHS = {"els": 0.16, "ls": 0.22, "fs": 0.18}
FLOAT_KINDS = frozenset({"boat", "lighthouse"})
OTS_SHARE = 0.56  # of the way from the subject to the camera
BACKGROUND_M = 0.6  # pieces from here on are behind the subject for the lens


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


@dataclass(frozen=True)
class Scene:
    """Everything a frame of one shot is painted from.

    Attributes:
        request: The shot.
        words: What its words ask for.
        palette: Its colours.
        place: Its setting.
        behind: Pieces behind the subject, far ones first.
        beside: Pieces around and in front of it, far ones first.
        cast: Subjects, far ones first.
        setup: The camera's place.
        path: The camera's move.
        weather: What falls.
        unit: Pixels that count as one frame height for the lens.
        travel_m: How far walking subjects come along during the shot.
    """

    request: ShotRequest
    words: ShotWords
    palette: Palette
    place: Place
    behind: tuple[Piece, ...]
    beside: tuple[Piece, ...]
    cast: tuple[Actor, ...]
    setup: Setup
    path: Path
    weather: Weather
    unit: float
    travel_m: float

    def moment(self, frame: int | float) -> tuple[float, float]:
        """Share of the programme time that has passed, and clip seconds, at a clip frame."""
        length = self.request.programme_frames or self.request.num_frames
        return (frame - self.request.programme_start) / max(1, length - 1), float(frame / self.request.fps)

    def pose(self, frame: int | float) -> Pose:
        """The camera's pose at a clip frame (fractions are between frames)."""
        u, t = self.moment(frame)
        return camera.pose_at(self.path, u, t)


def build_scene(request: ShotRequest) -> Scene:
    """Lay out a shot. The place depends on the location's words alone; the rest on the cast and the shot's seed."""
    words = read_shot(request.shot, request.storyboard)
    palette = palette_for(words.time, words.weather)
    size = request.shot.camera.size or camera.DEFAULT_SIZE
    stand = random.Random(stable_seed("stand", request.seed)).uniform(-STAND_WIDTHS, STAND_WIDTHS)
    setup = replace(_setup(request, words, size), aside=stand)
    unit = min(float(request.height), NARROW * request.width)
    place = _place(words, palette)
    cast = _cast(request, words, size, setup, unit)
    beside = [piece for piece in place.pieces if piece.z < BACKGROUND_M] + _shadows(cast, place, palette, words)
    behind = [piece for piece in place.pieces if piece.z >= BACKGROUND_M]
    lights = sky_lights(random.Random(stable_seed("stars", words.place)), palette) if place.outdoors else []
    return Scene(
        request=request, words=words, palette=palette, place=place, cast=cast, setup=setup, unit=unit,
        behind=(*lights, *sorted(behind, key=lambda piece: -piece.z)),
        beside=tuple(sorted(beside + _framing(request, words, setup, unit, palette), key=lambda piece: -piece.z)),
        path=_path(request, words),
        weather=Weather(words.weather if place.outdoors else "clear", palette, stable_seed("weather", request.seed)),
        travel_m=WALK_WIDTHS.get(size, 0.05) * request.width * setup.distance_m / (setup.focal * unit),
    )  # fmt: skip


def _place(words: ShotWords, palette: Palette) -> Place:
    afloat = words.setting == "sea" and any(member.kind in FLOAT_KINDS for member in words.cast[:1])
    source = random.Random(stable_seed("place", words.setting, words.place))
    return SETTINGS[words.setting](Site(source, palette, afloat=afloat, snowy=words.weather == "snow"))


def _path(request: ShotRequest, words: ShotWords) -> Path:
    shot_camera = request.shot.camera
    movement = shot_camera.movement or "static"
    if movement == "static" and shot_camera.framing == "pov":
        movement = "steadicam"
    seconds = float((request.programme_frames or request.num_frames) / request.fps)
    return Path(movement, camera.SPEED_SCALE[shot_camera.speed or "medium"], seconds, stable_seed("camera", request.seed) % 2**31)


def _setup(request: ShotRequest, words: ShotWords, size: str) -> Setup:
    lead = words.cast[0] if words.cast else Member("person", "")
    height = casting.height_of(lead)
    shot_camera = request.shot.camera
    setup = camera.set_up(
        size, shot_camera.angle or "eye_level", shot_camera.lens, shot_camera.depth_of_field, height,
        subjects.PERCH_M.get(lead.kind, 0.0), lead.kind == "person",
    )  # fmt: skip
    unit = min(float(request.height), NARROW * request.width)
    wide = _spread(words.cast, size) * max(0, len(words.cast) - 1) + casting.WIDTHS[lead.kind] * height
    taken = wide * setup.focal * unit / (setup.distance_m * request.width)
    if taken <= FIT or (lead.kind == "person" and len(words.cast) == 1):
        return setup
    # Stand back until the whole row fits; the height of the eye goes with the distance, so that the row stays on its line.
    back = min(taken / FIT, 2.6)
    foot = subjects.PERCH_M.get(lead.kind, 0.0)
    part = foot + 0.5 * height
    eye = (
        max(camera.MIN_EYE_M, part + (setup.eye_m - part) * back)
        if foot
        else max(camera.MIN_EYE_M, setup.eye_m * (0.5 + 0.5 * back))
    )
    return Setup(setup.focal, setup.distance_m * back, eye, setup.horizon, setup.upright, setup.blur, setup.roll)


def _spread(cast: tuple[Member, ...], size: str) -> float:
    if not cast:
        return 0.0
    if cast[0].kind == "person":
        return subjects.SPREAD_M if size in {"fs", "ls", "els"} else TIGHT_SPREAD
    return 1.25 * casting.HEIGHTS_M[cast[0].kind] * casting.WIDTHS[cast[0].kind]


def _cast(request: ShotRequest, words: ShotWords, size: str, setup: Setup, unit: float) -> tuple[Actor, ...]:
    source = random.Random(stable_seed("cast", request.seed))
    side = source.choice((0, 1))
    column = THIRDS[side] if size in WIDE_SIZES else 0.5 + (2 * side - 1) * OFF_CENTRE.get(size, 0.0)
    if len(words.cast) > 1 or (words.cast and casting.WIDTHS[words.cast[0].kind] > 1) or request.shot.camera.framing == "ots":
        column = 0.5
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


def _shadows(cast: tuple[Actor, ...], place: Place, palette: Palette, words: ShotWords) -> list[Piece]:
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


def _framing(request: ShotRequest, words: ShotWords, setup: Setup, unit: float, palette: Palette) -> list[Piece]:
    """What the framing puts between the camera and the subject."""
    framing = request.shot.camera.framing
    if framing == "ots":
        return [_shoulder(request, setup, unit, palette)]
    return []


def _shoulder(request: ShotRequest, setup: Setup, unit: float, palette: Palette) -> Piece:
    """The dark back of a listener's head and shoulder, on the side away from the subject's face."""
    depth = OTS_SHARE * setup.distance_m
    metre = setup.focal * unit / (setup.distance_m - depth)  # pixels
    tall = 0.60 * unit / metre  # of head and shoulders in the frame
    cloth = darker(palette.shade_subject((70, 66, 78)), 0.55)
    head = darker(palette.shade_subject((66, 54, 52)), 0.62)
    rim = mix(head, palette.horizon, 0.16)
    back = smooth(
        [(-1.15, -1.4), (-1.02, -0.1), (-0.62, 0.16), (-0.24, 0.28), (0.16, 0.26), (0.60, 0.10), (0.92, -0.14), (1.06, -1.4)]
    )
    skull = smooth([(-0.24, 0.18), (-0.36, 0.52), (-0.30, 0.86), (0.0, 1.0), (0.28, 0.86), (0.34, 0.54), (0.25, 0.18)])
    edge = smooth([(0.25, 0.20), (0.34, 0.54), (0.28, 0.86), (0.06, 0.99), (0.22, 0.82), (0.27, 0.54)])
    side = -1 if stable_seed("ots", request.seed) % 2 else 1
    shapes = [(points * (tall * -side, tall), colour) for points, colour in ((back, cloth), (skull, head), (edge, rim))]
    column = (0.5 + side * 0.36) * request.width
    row = 0.90 * request.height
    x = (column - request.width / 2) / metre
    y = (setup.eye_m - (row - setup.horizon * request.height) / metre) / setup.upright
    return Prop([(np.asarray(points), colour) for points, colour in shapes], x, -depth, y=y)


def pov_hands(width: int, height: int, t: float, palette: Palette, sleeve: Colour) -> Shapes:
    """The viewer's own forearms at the lower corners, in pixels, swaying a little as one walks."""
    shapes: Shapes = []
    cloth, skin = palette.shade_subject(sleeve), palette.shade_subject((226, 176, 142))
    for side in (-1, 1):
        lift = 0.012 * height * math.sin(math.tau * 0.4 * t + (0.0 if side < 0 else math.pi))
        elbow = (width * (0.5 + side * 0.47), height * 1.12 + lift)
        wrist = (width * (0.5 + side * 0.30), height * 0.93 + lift)
        knuckles = (width * (0.5 + side * 0.255), height * 0.875 + lift)
        shapes.append((limb(wrist, knuckles, 0.042 * height, 0.045 * height), skin))
        for finger in range(4):
            spread = (finger - 1.5) * 0.021 * height
            tip = (
                knuckles[0] - side * (0.045 * height) + spread * 0.5,
                knuckles[1] - 0.048 * height + abs(spread) * 0.55 + side * spread * 0.35,
            )
            base = (knuckles[0] - side * 0.012 * height + spread, knuckles[1] - 0.012 * height)
            shapes.append((limb(base, tip, 0.0145 * height, 0.0115 * height), darker(skin, 1.0 - 0.05 * finger)))
        shapes.append((limb(elbow, wrist, 0.085 * height, 0.056 * height), cloth))
        shapes.append(
            (
                limb((wrist[0] + side * 4e-3 * width, wrist[1] + 0.008 * height), wrist, 0.062 * height, 0.058 * height),
                darker(cloth, 0.86),
            )
        )
    return shapes
