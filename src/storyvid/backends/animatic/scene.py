"""One shot laid out: the place, the cast, the camera's set-up and its path, ready to be painted frame by frame."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace

from storyvid.backends.animatic import camera
from storyvid.backends.animatic.camera import Path, Pose
from storyvid.backends.animatic.extras import extras
from storyvid.backends.animatic.framing import framing_pieces
from storyvid.backends.animatic.grading import grade
from storyvid.backends.animatic.light import Palette, palette_for, under_lamps
from storyvid.backends.animatic.patches import shadows
from storyvid.backends.animatic.pieces import Piece
from storyvid.backends.animatic.settings import SETTINGS, WATERS, Place, Site
from storyvid.backends.animatic.settings.landmarks import landmarks
from storyvid.backends.animatic.settings.site import Surface
from storyvid.backends.animatic.setup import (
    DEFAULT_SIZE,
    HEAD_ROOM_M,
    HIGHER,
    MIN_EYE_M,
    Setup,
    come_indoors,
    keep_inside,
    stand_back,
)
from storyvid.backends.animatic.shadows import cast_shadows
from storyvid.backends.animatic.shafts import Shafts
from storyvid.backends.animatic.sky import sky_lights
from storyvid.backends.animatic.staging import FLOAT_KINDS, NARROW, Actor, place_cast, set_up_camera
from storyvid.backends.animatic.weather import Weather
from storyvid.backends.animatic.words import ShotWords, read_shot, stable_seed
from storyvid.backends.base import ShotRequest

STAND_WIDTHS = 0.09  # no two shots of a place are taken from quite the same spot
SQUARES = frozenset({"village", "city", "park", "field", "desert"})  # where a fountain or a well may stand
TABLE_TOP_M = 2.2  # a camera no further off that looks straight down sees a table rather than the floor
RACK_BLUR = 0.010  # at least, frame heights: a pulled focus must be seen
BACKGROUND_M = 0.6  # pieces from here on are behind the subject for the lens


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
        front: What the framing puts before the lens, with its distance from it, metres.
        cast: Subjects, far ones first.
        setup: The camera's place.
        path: The camera's move.
        weather: What falls.
        unit: Pixels that count as one frame height for the lens.
    """

    request: ShotRequest
    words: ShotWords
    palette: Palette
    place: Place
    behind: tuple[Piece, ...]
    beside: tuple[Piece, ...]
    front: tuple[tuple[Piece, float], ...]
    cast: tuple[Actor, ...]
    setup: Setup
    path: Path
    weather: Weather
    unit: float

    def moment(self, frame: int | float) -> tuple[float, float]:
        """Share of the programme time that has passed, and clip seconds, at a clip frame."""
        length = self.request.programme_frames or self.request.num_frames
        return (frame - self.request.programme_start) / max(1, length - 1), float(frame / self.request.fps)

    @property
    def table_top(self) -> Surface | None:
        """What small things lie on when they are seen closely from above."""
        small = bool(self.cast) and all(actor.member.kind != "person" for actor in self.cast)
        return self.place.surface if small and self.setup.above and self.setup.distance_m < TABLE_TOP_M else None

    @property
    def blur_behind(self) -> float:
        """Standard deviation of the background's blur, frame heights."""
        if self.setup.above:
            return 0.0
        blur = self.setup.blur(self.setup.distance_m + self.place.end_m)
        return max(blur, RACK_BLUR) if self.path.movement == "rack_focus" else blur

    def station(self, pose: Pose) -> tuple[float, float, float]:
        """Where the camera is at a pose: x, y, z in metres. It stays above the ground and within the walls."""
        setup, request = self.setup, self.request
        metres = setup.distance_m / (setup.focal * self.unit)  # per pixel at the subject
        x = (setup.aside + pose.truck) * request.width * metres
        y = setup.eye_m + pose.rise * request.height * metres
        if setup.pitch or setup.above:  # straight towards what the framing holds on to
            y += (setup.anchor_m - setup.eye_m) * pose.advance
        side = max(0.0, self.place.half_width_m - HEAD_ROOM_M)
        low = setup.anchor_m + HEAD_ROOM_M if setup.above else MIN_EYE_M
        high = math.inf if setup.above else max(low, self.place.ceiling_m - HEAD_ROOM_M)
        return max(-side, min(side, x)), max(low, min(high, y)), -setup.ground_m * (1 - pose.advance)

    def pose(self, frame: int | float) -> Pose:
        """The camera's pose at a clip frame (fractions are between frames)."""
        u, t = self.moment(frame)
        pose = camera.pose_at(self.path, u, t)
        return replace(pose, focus=1 - pose.focus) if self.words.focus_away and self.path.movement == "rack_focus" else pose


def build_scene(request: ShotRequest) -> Scene:
    """Lay out a shot. The place depends on the location's words alone; the rest on the cast and the shot's seed."""
    words = read_shot(request.shot, request.storyboard)
    palette = grade(palette_for(words.time, words.weather), words.looks)
    size = request.shot.camera.size or DEFAULT_SIZE
    stand = random.Random(stable_seed("stand", request.seed)).uniform(-STAND_WIDTHS, STAND_WIDTHS)
    unit = min(float(request.height), NARROW * request.width)
    place = _place(words, palette)
    palette = under_lamps(palette, place.light) if place.light is not None else palette
    setup = replace(set_up_camera(request, words, size, place), aside=stand)
    if request.shot.camera.angle in {"aerial", "overhead"} and not words.cast:
        setup = stand_back(setup, HIGHER)
    if size == "els":
        setup = come_indoors(setup, place.ceiling_m, place.end_m)
    setup = keep_inside(setup, place.ceiling_m)
    cast = place_cast(request, words, size, setup, unit, place)
    place.pieces += extras(words, cast, place, palette)
    beside = [piece for piece in place.pieces if piece.z < BACKGROUND_M] + shadows(cast, place, palette, words)
    beside += cast_shadows(cast, place, palette)
    weather = Weather(
        words.weather if place.outdoors else "clear", palette, stable_seed("weather", request.seed), setup, request.width / unit
    )
    shafts = [Shafts(palette, stable_seed("shafts", words.place))] if "shafts" in words.looks else []
    behind = [piece for piece in [*shafts, *place.pieces, *weather.pieces] if piece.z >= BACKGROUND_M]
    lights = sky_lights(random.Random(stable_seed("stars", words.place)), palette) if place.outdoors else []
    return Scene(
        request=request, words=words, palette=palette, place=place, cast=cast, setup=setup, unit=unit,
        behind=(*lights, *sorted(behind, key=lambda piece: -piece.z)),
        beside=tuple(sorted(beside, key=lambda piece: -piece.z)),
        front=tuple(framing_pieces(request, setup, unit, palette, words)),
        path=_path(request, words),
        weather=weather,
    )  # fmt: skip


def _place(words: ShotWords, palette: Palette) -> Place:
    afloat = words.setting in WATERS and any(member.kind in FLOAT_KINDS or member.legs == "row" for member in words.cast[:1])
    source = random.Random(stable_seed("place", words.setting, words.place))
    site = Site(source, palette, words.surroundings, words.weather, afloat)
    place = SETTINGS[words.setting](site)
    if words.setting in SQUARES:
        place.pieces += landmarks(site)
    return place


def _path(request: ShotRequest, words: ShotWords) -> Path:
    shot_camera = request.shot.camera
    movement = shot_camera.movement or "static"
    if movement == "static" and shot_camera.framing == "pov":
        movement = "steadicam"
    seconds = float((request.programme_frames or request.num_frames) / request.fps)
    return Path(movement, camera.SPEED_SCALE[shot_camera.speed or "medium"], seconds, stable_seed("camera", request.seed) % 2**31)
