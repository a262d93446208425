"""What a storyboard may say: the strict form, after `storyvid.storyboard.load` has read the lenient one.

Only story content lives here. Models, sizes and steps belong to the configuration, so that one storyboard can be
rendered by any backend. The JSON Schema that editors use is generated from these classes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from storyvid.plain_words import UnfitError
from storyvid.storyboard.camera_words import read_camera
from storyvid.storyboard.findings import show
from storyvid.storyboard.vocabulary import (
    TRANSITIONS,
    XFADE_NAMES,
    Angle,
    DepthOfField,
    Framing,
    LensType,
    Movement,
    ShotSize,
    Speed,
)

SCHEMA_VERSION: Literal["1"] = "1"
MAX_SHOTS = 60
MAX_TEXT = 20_000  # characters of a field
MAX_CAST = 100  # characters of a film, and locations; far more than half a minute can show
MAX_LINES = 50  # lines of dialogue in a shot, and characters it shows
MIN_DURATION_S = 0.5
MAX_DURATION_S = 15.0
DEFAULT_DURATION_S = 4.0
DEFAULT_TRANSITION_S = 0.5
DEFAULT_VOLUME = 0.2

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file: names a file or folder may not have, with any suffix.
WINDOWS_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"] + [f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"]
)
SIDE = r"\s*([0-9]{1,9}(?:\.[0-9]{1,20})?)\s*"
MAX_RATIO_LENGTH = 80
SHOT_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
FOLDER_NAME = re.compile(r"[^<>:\"/\\|?*\x00-\x1f]{1,64}")

# Broadcast rates are written rounded; the exact rate is n * 1000/1001 (SMPTE ST 12).
NTSC_RATES = {
    "23.976": Fraction(24000, 1001),
    "23.98": Fraction(24000, 1001),
    "29.97": Fraction(30000, 1001),
    "47.952": Fraction(48000, 1001),
    "59.94": Fraction(60000, 1001),
    "119.88": Fraction(120000, 1001),
}
MIN_FPS = 5  # the shortest shot then has two frames
MAX_FPS = 120
USUAL_RATES = f"a whole number from {MIN_FPS} to {MAX_FPS}, or {', '.join(NTSC_RATES)}"


def check_file_name(name: str) -> str:
    """A name that is a safe file or folder name on Windows and elsewhere.

    Raises:
        ValueError: Empty, too long, reserved, begins with a dot, ends in a dot or space, or leads out of its folder.
    """
    if not FOLDER_NAME.fullmatch(name) or name in {".", ".."} or name != name.strip() or name.endswith("."):
        raise UnfitError(
            f"{show(name)} can't be a file name", 'use 1 to 64 characters without < > : " / \\ | ? * and no dot or space at the end'
        )
    if name.startswith("."):  # hidden on most systems, and storyvid's own: outputs/.clips, .gitignore
        raise UnfitError(f"{show(name)} can't be a file name here, since it begins with a dot", "begin it with a letter or a digit")
    if _is_reserved(name):
        raise UnfitError(f"{show(name)} is a name that Windows reserves", "use another one")
    return name


def _is_reserved(name: str) -> bool:
    return name.split(".")[0].strip().casefold() in WINDOWS_RESERVED


def _check_shot_id(name: str) -> str:
    if not SHOT_ID.fullmatch(name):
        raise UnfitError(f"{show(name)} can't be a shot id", "use 1 to 32 letters, digits, _ or -")
    return check_file_name(name)


def _check_name(name: str) -> str:
    if not name.strip():
        raise UnfitError("the name is blank", "write the name that is used in prompts")
    return name


def _check_media_path(path: str) -> str:
    """A relative path that stays inside the storyboard's folder. Whether the file exists is the loader's question."""
    windows = PureWindowsPath(path)
    if not path.strip() or windows.drive or windows.root or PurePosixPath(path).is_absolute() or ".." in windows.parts:
        raise UnfitError(
            f"{show(path)} is not a path inside the storyboard's folder",
            "copy the file beside the storyboard and name it without .. or a drive letter",
        )
    if any(map(_is_reserved, windows.parts)):  # Windows would open a device
        raise UnfitError(f"{show(path)} holds a name that Windows reserves", "rename the file or the folder")
    return path


def _check_transition_type(name: str) -> str:
    if name in TRANSITIONS or (name.startswith("xfade:") and name[6:] in XFADE_NAMES):
        return name
    fix = f"use one of {', '.join(TRANSITIONS)}, or xfade:NAME with a name of FFmpeg's xfade filter"
    raise UnfitError(f"{show(name)} is not a transition", fix)


def parse_fps(value: int | float | str) -> Fraction:
    """The exact frame rate that a storyboard's ``fps`` means.

    Args:
        value: Frames per second, for example 24, 25, 23.976 or ``"24000/1001"``.

    Raises:
        ValueError: Neither a whole number from 5 to 120 nor one of the broadcast rates. Others can't be told exactly to
            the encoders, players and editors that come after.
    """
    text = str(value).strip()
    try:
        rate = NTSC_RATES.get(text) or Fraction(text)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if rate not in NTSC_RATES.values() and not (rate.denominator == 1 and MIN_FPS <= rate <= MAX_FPS):
        shown = f"{value:g}" if isinstance(value, int | float) else show(value)
        raise UnfitError(f"{shown} is not a frame rate that films have", f"use {USUAL_RATES}")
    return rate


def parse_aspect_ratio(value: str) -> Fraction:
    """Width over height from ``"W:H"``.

    Raises:
        ValueError: Not two positive numbers, or a ratio outside 1:4 to 4:1.
    """
    match = re.fullmatch(rf"{SIDE}[:x/]{SIDE}", value[:MAX_RATIO_LENGTH])
    if not match or len(value) > MAX_RATIO_LENGTH or not float(match[2]) or not float(match[1]):
        raise UnfitError(f"{show(value)} is not an aspect ratio", 'write it as "16:9", "9:16", "1:1" or "W:H"')
    ratio = Fraction(match[1]) / Fraction(match[2])
    if not Fraction(1, 4) <= ratio <= 4:
        raise UnfitError(f"{show(value)} is narrower than 1:4 or wider than 4:1", "choose a shape between them")
    return ratio


def _must_parse(parse: Callable[[Any], object]) -> AfterValidator:
    """A check that keeps a value as it is written when ``parse`` can read it."""

    def check(value: Any) -> Any:
        parse(value)
        return value

    return AfterValidator(check)


def _camera_from_text(value: Any) -> Any:
    return read_camera(value).fields if isinstance(value, str) else value


def _transition_from_text(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


MediaPath = Annotated[str, AfterValidator(_check_media_path)]
Text = Annotated[str, Field(max_length=MAX_TEXT)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
ShotId = Annotated[str, AfterValidator(_check_shot_id)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class Camera(_Strict):
    """How the shot is taken. Every field may be left out: half of all storyboards name no camera move."""

    size: ShotSize | None = Field(None, description="Shot size, from extreme close-up (ecu) to extreme wide (els).")
    angle: Angle | None = Field(None, description="Height and tilt of the camera.")
    movement: Movement | None = Field(None, description="One camera move for the shot.")
    framing: Framing | None = Field(None, description="Who is in frame and from where, apart from the size.")
    lens: Annotated[int, Field(ge=4, le=1200)] | None = Field(None, description="Focal length in mm, 4 to 1200 (35 mm equivalent).")
    depth_of_field: DepthOfField | None = Field(None, description="shallow: blurred background; deep: all sharp.")
    lens_type: LensType | None = Field(None, description="A special lens.")
    speed: Speed | None = Field(None, description="Speed of the camera move.")
    text: Text | None = Field(None, description="What else was said of the camera, kept as text and added to the prompt.")


class Character(_Strict):
    """Somebody or something that appears in several shots."""

    name: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_check_name)] = Field(
        description="Name used in prompts; a model sees the description instead."
    )
    description: Text = Field(
        "", description="How the character looks: age, clothes, colours. Replaces the name in what a model sees."
    )
    reference_image: MediaPath | None = Field(
        None, description="Picture of the character, relative to the storyboard. Kept; no model is shown it yet."
    )


class Location(_Strict):
    """A place that appears in several shots."""

    description: Text = Field(description="What the place looks like.")
    time_of_day: Text | None = Field(None, description="Used by shots here that name none.")
    lighting: Text | None = Field(None, description="Used by shots here that name none.")


class Transition(_Strict):
    """How the edit goes from this shot into the next. It is made from handles, so the film keeps its length."""

    type: Annotated[str, AfterValidator(_check_transition_type)] = Field("cut", description="Transition id, or xfade:NAME.")
    duration: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] = Field(
        DEFAULT_TRANSITION_S, description="Length in seconds, 0 to 5; rounded to an even number of frames. A cut has none."
    )


class ContinueFrom(_Strict):
    """Starts the shot from a frame of an earlier shot."""

    from_: str = Field(alias="from", description="Id of an earlier shot.")
    frame: Literal["last", "first"] | Annotated[int, Field(ge=0)] = Field(
        "last", description="last or first programme frame, or a frame number counted from 0 at the delivery rate."
    )


class StartImage(_Strict):
    """Starts the shot from a picture."""

    image: MediaPath = Field(description="PNG, JPEG or WebP, relative to the storyboard.")


Continuity = Literal["auto", "cut", "continue"] | ContinueFrom | StartImage


class DialogueLine(_Strict):
    """One line that somebody says; never sent to a model."""

    speaker: Text = Field("", description="Character id or name.")
    text: Annotated[str, Field(min_length=1, max_length=2000)] = Field(description="The words.")
    at: Annotated[float, Field(ge=0, le=MAX_DURATION_S, allow_inf_nan=False)] | None = Field(
        None, description="When it starts, seconds after the shot's first frame."
    )


class Overrides(_Strict):
    """Settings of one shot that differ from the configuration. A value typed on the command line still wins."""

    steps: Annotated[int, Field(ge=1, le=1000)] | None = Field(None, description="Denoising steps.")
    cfg: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None = Field(None, description="Guidance scale.")
    cfg_2: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None = Field(
        None, description="Guidance scale of the second expert, for models that have two."
    )
    flow_shift: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] | None = Field(
        None, description="Shift of the noise schedule, for models that have one."
    )


class ShotFields(_Strict):
    """What one shot may say, and what ``defaults`` may say for all of them."""

    scene: Text | None = Field(None, description="Scene the shot belongs to; groups shots in records and on the slate.")
    duration: Annotated[float, Field(ge=MIN_DURATION_S, le=MAX_DURATION_S, allow_inf_nan=False)] = Field(
        DEFAULT_DURATION_S, description="Programme time in seconds, 0.5 to 15."
    )
    prompt: Text = Field("", description="What is seen and what moves.")
    first_frame_prompt: Text | None = Field(None, description="The still picture at the shot's first frame.")
    continuation_prompt: Text | None = Field(
        None, description="What changes, for later chunks and for image-to-video. Default: taken from prompt."
    )
    negative_prompt: Text | None = Field(None, description="What must not appear; added to the project's.")
    camera: Annotated[Camera, BeforeValidator(_camera_from_text, json_schema_input_type=str | Camera)] = Field(
        default_factory=Camera, description="Size, angle, movement, framing, lens, speed; or a sentence that names them."
    )
    lighting: Text | None = Field(None, description="Light: source, quality, direction, colour.")
    mood: Text | None = Field(None, description="Feeling of the shot.")
    location: Text | None = Field(None, description="Id of a location, or a description.")
    time_of_day: Text | None = Field(None, description="dawn, morning, noon, golden hour, dusk, night …")
    weather: Text | None = Field(None, description="clear, rain, snow, fog …")
    characters: tuple[Annotated[str, Field(min_length=1, max_length=2000)], ...] = Field(
        (), description="Ids of characters, or descriptions.", strict=False, max_length=MAX_LINES
    )
    continuity: Continuity = Field(
        "auto", description="What the first frame is made from: auto (= cut), cut, continue, a frame, an image."
    )
    transition: Annotated[Transition, BeforeValidator(_transition_from_text, json_schema_input_type=str | Transition)] = Field(
        default_factory=Transition, description="How the edit goes into the next shot."
    )
    dialogue: tuple[DialogueLine, ...] = Field((), description="Lines spoken in the shot.", strict=False, max_length=MAX_LINES)
    narration: Text | None = Field(None, description="Words of a narrator.")
    sound: Text | None = Field(None, description="Sound of the shot: a note in words, or a file, which is kept but not mixed yet.")
    music: Text | None = Field(None, description="Music of the shot: a note in words.")
    caption: Text | None = Field(None, description="Text for the viewer, written into film.srt; never sent to a model.")
    seed: Seed | None = Field(None, description="Seed of the shot, used as it is.")
    overrides: Overrides = Field(default_factory=Overrides, description="Settings of this shot only.")
    skip: bool = Field(False, description="Left out of the film, kept in the record.")
    notes: Text | None = Field(None, description="For people; never sent to a model.")
    extra: dict[str, JsonValue] = Field(default_factory=dict, description="Fields storyvid doesn't know, kept.")


class Shot(ShotFields):
    """One planned piece of the film between two joins."""

    id: ShotId = Field(description="Letters, digits, _ and -; names the shot's files.")
    transition_in: Annotated[Transition, BeforeValidator(_transition_from_text, json_schema_input_type=str | Transition)] | None = (
        Field(None, description="fade_in on the first shot; elsewhere write transition on the shot before.")
    )

    @property
    def duration_exact(self) -> Fraction:
        """Programme time in seconds, exactly as the decimal number was written."""
        return Fraction(repr(self.duration))


class Audio(_Strict):
    """Sound of the whole film."""

    music: MediaPath | None = Field(
        None, description="Music file, relative to the storyboard. Kept; it is not mixed into the film yet."
    )
    volume: Annotated[float, Field(ge=0, le=1)] = Field(DEFAULT_VOLUME, description="Volume of the music, 0 to 1. Not used yet.")
    temp: Literal["none", "tone", "silence"] = Field("none", description="Placeholder track.")


class Storyboard(_Strict):
    """A whole film in words."""

    schema_version: Literal["1"] = Field(SCHEMA_VERSION, description="Version of this format.")
    title: Annotated[str, Field(min_length=1, max_length=200)] = Field("Untitled", description="Title of the film.")
    logline: Text | None = Field(None, description="The story in a sentence; never sent to a model.")
    project: Annotated[str, AfterValidator(check_file_name)] | None = Field(
        None, description="Folder below outputs/. Default: the title in plain letters."
    )
    fps: Annotated[float, _must_parse(parse_fps)] = Field(24, description=f"Frames per second of the film: {USUAL_RATES}.")
    aspect_ratio: Annotated[str, _must_parse(parse_aspect_ratio)] = Field("16:9", description="Width to height of the film.")
    target_duration: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] | None = Field(
        None, description="Wished length in seconds; a difference is a warning."
    )
    style: Text = Field("", description="Look of the whole film.")
    negative_prompt: Text | None = Field(None, description="What must not appear in any shot.")
    negative_mode: Literal["append", "replace"] = Field(
        "append", description="Add to the backend's negative prompt, or replace it."
    )
    seed: Seed | None = Field(None, description="Film seed; every shot's seed is derived from it.")
    characters: dict[str, Character] = Field(default_factory=dict, description="Characters by id.", max_length=MAX_CAST)
    locations: dict[str, Location] = Field(default_factory=dict, description="Locations by id.", max_length=MAX_CAST)
    defaults: dict[str, JsonValue] = Field(
        default_factory=dict, description="Any shot field, used by shots that don't say otherwise."
    )
    audio: Audio = Field(default_factory=Audio, description="Placeholder sound; music is kept for later.")
    shots: Annotated[tuple[Shot, ...], Field(min_length=1, max_length=MAX_SHOTS)] = Field(
        description="The shots in order, 1 to 60.", strict=False
    )
    extra: dict[str, JsonValue] = Field(default_factory=dict, description="Fields storyvid doesn't know, kept.")

    @property
    def frame_rate(self) -> Fraction:
        """Delivery rate in frames per second, exact."""
        return parse_fps(self.fps)

    @property
    def programme_shots(self) -> tuple[Shot, ...]:
        """The shots that are in the film: all but the skipped ones."""
        return tuple(shot for shot in self.shots if not shot.skip)

    def place(self, shot: Shot) -> str:
        """Where the shot is, in words: the location's description when it is an id, else what the shot says, else ""."""
        location = self._location(shot)
        return location.description if location else shot.location or ""

    def time_of_day(self, shot: Shot) -> str:
        """The shot's time of day, else its location's, else ""."""
        location = self._location(shot)
        return shot.time_of_day or (location and location.time_of_day) or ""

    def lighting(self, shot: Shot) -> str:
        """The shot's light, else its location's, else ""."""
        location = self._location(shot)
        return shot.lighting or (location and location.lighting) or ""

    def _location(self, shot: Shot) -> Location | None:
        return self.locations.get(shot.location) if shot.location else None

    def as_json(self) -> dict[str, JsonValue]:
        """The storyboard as JSON values that load again, without a warning, as the same storyboard."""
        data: dict[str, JsonValue] = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return data
