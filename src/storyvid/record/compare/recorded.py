"""What a page of takes needs of manifests and shot records, checked before anything is made of it: they may come from others."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from storyvid.errors import UNPRINTABLE, ConfigError, Problem, StoryvidError
from storyvid.plain_words import UnfitError
from storyvid.record.run_folder import Status
from storyvid.replay.recorded import complaints, read_json
from storyvid.storyboard.findings import show
from storyvid.storyboard.picks import MOST_TAKES
from storyvid.storyboard.schema import MAX_DURATION_S, MAX_SHOTS, Seed, ShotId

MAX_BYTES = 50_000_000  # of a manifest or a record; a manifest of sixty shots has half a million
MAX_SIDE = 8192  # pixels
MAX_RATE = 240  # frames per second
MAX_FRAMES = round(MAX_DURATION_S * MAX_RATE)  # of a shot
MAX_FILM = MAX_FRAMES * MAX_SHOTS
MAX_CLIP = 100_000  # frames
FIX = "render the film again: its clips are kept and used again"
LONGEST = 1_000_000  # characters of a text

Part_ = TypeVar("Part_", bound="Part")


class Part(BaseModel):
    """Some keys of a file; others are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, allow_inf_nan=False)


def _check_rate(text: str) -> str:
    if not 1 <= Fraction(text) <= MAX_RATE:
        raise UnfitError(f"{show(text)} frames per second is outside the range: it must be 1 to {MAX_RATE}", FIX)
    return text


def _check_name(text: str) -> str:
    """A file name as it can be copied from the page; storyboards may be called almost anything."""
    if UNPRINTABLE.search(text) or "\n" in text or PurePosixPath(text).name != text or "\\" in text:
        raise UnfitError(f"{show(text)} is not the name of a file", FIX)
    return text


Text = Annotated[str, Field(max_length=LONGEST)]
FileName = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_check_name)]
Inside = Annotated[str, Field(pattern=r"^[A-Za-z0-9_./-]{1,200}\z")]  # as storyvid names the files of a run folder
Rate = Annotated[str, Field(pattern=r"^[0-9]{1,9}(/[1-9][0-9]{0,8})?\z"), AfterValidator(_check_rate)]
Side = Annotated[int, Field(ge=2, le=MAX_SIDE)]
Number = Annotated[float, Field(ge=0, le=1e9)]
TakeNumber = Annotated[int, Field(ge=1, le=MOST_TAKES)]


class Programme(Part):
    """A shot's place in the film, and the part of its clip that is shown."""

    start_frame: Annotated[int, Field(ge=0, le=MAX_FILM)]
    num_frames: Annotated[int, Field(ge=1, le=MAX_FRAMES)]
    in_frame: Annotated[int, Field(ge=0, le=MAX_CLIP)]


class TakeBlock(Part):
    """A take, as the manifest lists it."""

    take: TakeNumber = 1
    seed: Seed | None = None
    picked: bool = True
    status: Literal["done", "failed", "left out"]
    reused: bool = False
    file: Inside | None = None
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{1,128}\z")] | None = None
    record: Inside | None = None

    @model_validator(mode="after")
    def _must_have_what_done_means(self) -> TakeBlock:
        if self.status == "done" and None in (self.file, self.fingerprint, self.record):
            raise UnfitError('it is "done", and has no file, fingerprint or record', FIX)
        return self


class ShotBlock(TakeBlock):
    """A shot with its takes; those of runs before there were takes have none listed, and are their only take."""

    id: ShotId
    programme: Programme
    takes: Annotated[tuple[TakeBlock, ...], Field(strict=False, max_length=MOST_TAKES)] = ()


class StoryboardFile(Part):
    """The storyboard's file."""

    file: FileName


class FilmBlock(Part):
    """Size and rate of the film."""

    height: Side
    width: Side
    fps_exact: Rate

    @property
    def fps(self) -> Fraction:
        """Frames per second, exact."""
        return Fraction(self.fps_exact)


class Words(Part):
    """A shot as the storyboard has it."""

    id: ShotId
    prompt: Text | None = None
    first_frame_prompt: Text | None = None


class StoryboardShots(Part):
    """The storyboard."""

    shots: Annotated[tuple[Words, ...], Field(strict=False)]


class Delivery(Part):
    """How clips of another shape fill the film's."""

    fit: Literal["crop", "pad"] = "crop"


class Config(Part):
    """The configuration."""

    delivery: Delivery = Delivery()


class Pick(Part):
    """What was decided of a shot."""

    take: TakeNumber = 1


class Recipe(Part):
    """What the film was made from."""

    storyboard: StoryboardShots
    config: Config
    shots: dict[ShotId, Pick]


class Manifest(Part):
    """``metadata/manifest.json``."""

    manifest_version: Literal["1"]
    run: FileName
    title: Text
    project: FileName
    sweep: FileName | None = None
    status: Status
    overrides: Annotated[tuple[Text, ...], Field(strict=False)]
    storyboard: StoryboardFile
    film: FilmBlock
    shots: Annotated[tuple[ShotBlock, ...], Field(strict=False, max_length=MAX_SHOTS)]
    recipe: Recipe


class Memory(Part):
    """The memory profile."""

    name: Text | None = None


class OpeningBlock(Part):
    """What the first frame was made from."""

    kind: Literal["text", "frame", "image"]
    shot_id: ShotId | None = None
    clip_frame: Annotated[int, Field(ge=0, le=MAX_CLIP)] | None = None
    image: Text | None = None


class ShotRecord(Part):
    """``metadata/shots/<id>.json``; of a take that was never tried, nothing."""

    error: Text | None = None
    because: Text | None = None
    stale: Text | None = None
    prompt: Text | None = None
    negative_prompt: Text | None = None
    seconds: Number | None = None
    seed: Seed | None = None
    num_inference_steps: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    guidance_scale: Annotated[float, Field(ge=-1e9, le=1e9)] | None = None
    model: Text | None = None
    revision: Text | None = None
    backend: Text | None = None
    scheduler: Text | None = None
    height: Side | None = None
    width: Side | None = None
    fps: Number | None = None
    fps_exact: Rate | None = None
    num_frames: Annotated[int, Field(ge=1, le=MAX_CLIP)] | None = None
    programme: Programme | None = None
    memory: Memory | None = None
    opening: OpeningBlock | None = None


def checked(values: Mapping[str, Any], path: Path, kind: type[Part_]) -> Part_:
    """A manifest or a record as it must be.

    Args:
        values: From `read_values`.
        path: Their file, for messages.
        kind: What they must be.

    Raises:
        ConfigError: Everything that is wrong with them.
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise ConfigError(complaints(error, str(path), FIX)) from None


def read_values(path: Path) -> dict[str, Any]:
    """The JSON object of a file, of which nothing but the size is checked.

    Raises:
        ConfigError: It can't be read, or is larger than anything that storyvid writes.
    """
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        raise ConfigError(Problem(str(path), f"has more than {MAX_BYTES // 10**6} MB, which nothing recorded has", FIX, "size"))
    try:
        return read_json(path)
    except StoryvidError as error:
        raise ConfigError(error.problems) from None
