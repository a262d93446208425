"""The contract between storyvid and a model family: limits as data, and four methods.

One module of this package plus one file in ``conf/backend/`` adds a model. A module defines ``Config`` (its YAML keys,
a `BackendConfig`) and ``load(config, memory) -> Backend``; the module must import without torch, so that plans stay light.
"""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from storyvid.errors import ConfigError, Problem, did_you_mean
from storyvid.plain_words import UnfitError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from storyvid.clips.chunks import KeptChunks
    from storyvid.config import Memory, Sampler
    from storyvid.storyboard.schema import Shot, Storyboard

    Frame = NDArray[np.uint8]  # (height, width, 3) RGB
    Frames = NDArray[np.uint8]  # (num_frames, height, width, 3) RGB
    Latents = Mapping[str, NDArray[Any]]  # by name; what `LatentBackend.decode_chunk` needs

PositiveInt = Annotated[int, Field(ge=1)]
Progress = Callable[[int, int], None]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class BackendLimits(_Section):
    """What a model can be asked for, readable before any weight is fetched."""

    fps: Annotated[float, Field(gt=0, le=120)] | None = Field(
        description="The model's own frames per second; null = any rate, so it renders at the film's."
    )
    frame_step: PositiveInt = Field(1, description="Frame counts are k * frame_step + frame_offset (Wan 4k+1, LTX 8k+1).")
    frame_offset: Annotated[int, Field(ge=0)] = Field(0, description="See frame_step.")
    frame_counts: tuple[PositiveInt, ...] | None = Field(None, description="The only frame counts there are (SVD: 14, 25).")
    min_frames: PositiveInt = Field(1, description="Fewest frames of one clip.")
    max_frames: PositiveInt = Field(description="Most frames of one clip.")
    size_multiple: PositiveInt = Field(description="Height and width are multiples of this many pixels.")
    min_side: PositiveInt = Field(description="Shortest side allowed, pixels.")
    max_side: PositiveInt = Field(description="Longest side allowed, pixels.")
    any_size: bool = Field(False, description="Sizes that the table lacks are computed from the aspect ratio.")
    needs_first_frame: bool = Field(False, description="Cannot start from text alone.")
    accepts_first_frame: bool = Field(True, description="Can start from a picture; without it no continue and no second chunk.")
    takes_text: bool = Field(True, description="Reads a prompt.")
    prompt_tokens: PositiveInt | None = Field(None, description="Tokens the text encoder reads; the rest would be cut.")
    overlap_frames: PositiveInt = Field(1, description="Frames handed from one chunk to the next.")
    join_surplus: Annotated[int, Field(ge=0)] = Field(
        4, description="Frames rendered beyond a chunk join, among which the sharpest is handed over."
    )
    needs_gpu: bool = Field(False, description="Refused without a working GPU unless memory=cpu.")

    def round_up(self, num_frames: int) -> int | None:
        """The smallest frame count on the grid that covers ``num_frames``, or None when one clip can't.

        Causal video VAEs decode only k * step + offset frames. Rounds up; assembly trims the surplus.

        Args:
            num_frames: Frames wanted, >= 1.
        """
        wanted = max(num_frames, self.min_frames)
        if self.frame_counts is not None:
            return min((count for count in self.frame_counts if wanted <= count <= self.max_frames), default=None)
        k = max(0, -((self.frame_offset - wanted) // self.frame_step))
        count = k * self.frame_step + self.frame_offset
        return count if count <= self.max_frames else None

    @property
    def longest(self) -> int:
        """Most frames that one clip on the grid may have."""
        if self.frame_counts is not None:
            return max(count for count in self.frame_counts if count <= self.max_frames)
        return (self.max_frames - self.frame_offset) // self.frame_step * self.frame_step + self.frame_offset

    @model_validator(mode="after")
    def _grid_is_possible(self) -> BackendLimits:
        if self.frame_counts is not None and min(self.frame_counts) > self.max_frames:
            raise ValueError(f"max_frames {self.max_frames} is below the smallest frame count {min(self.frame_counts)}")
        if self.round_up(1) is None:
            raise ValueError(f"max_frames {self.max_frames} leaves no frame count on the grid")
        if self.min_side > self.max_side:
            raise ValueError(f"min_side {self.min_side} is above max_side {self.max_side}")
        return self


class Published(_Section):
    """The recipe that the model's makers publish; ``sampler=published`` reads it."""

    steps: PositiveInt = Field(description="Denoising steps.")
    cfg: Annotated[float, Field(ge=0, le=100)] = Field(description="Guidance scale.")
    cfg_2: Annotated[float, Field(ge=0, le=100)] | None = Field(
        None, description="Guidance scale of the second, low-noise expert; null where there is one expert."
    )
    flow_shift: Annotated[float, Field(gt=0, le=100)] | None = Field(
        None, description="Shift of the noise schedule towards high noise; null where the model has its own rule."
    )
    scheduler: str = Field(description="Scheduler (sampler), in diffusers' names; none where there is no denoising.")
    timesteps: tuple[Annotated[float, Field(ge=0, le=1000)], ...] | None = Field(
        None, description="The only timesteps that a distilled model knows, descending; null = spread over the steps."
    )


Size = tuple[PositiveInt, PositiveInt]


class BackendConfig(_Section):
    """The keys every ``conf/backend/*.yaml`` has; a family's own ``Config`` adds to them."""

    name: str = Field(description="Name of the option, shown in records.")
    kind: str = Field(description="Module of storyvid.backends that runs it.")
    model: str = Field(description="Hub id or local folder of the weights.")
    revision: str = Field(description="Branch, tag or commit of the weights.")
    license: str = Field(description="Licence of the weights.")
    prompts: Literal["plain", "wan", "ltx", "svd"] = Field(description="Prompt template, one per model family.")
    negative_prompt: str = Field(description="The makers' negative prompt; a storyboard may add to it or replace it.")
    max_frames: PositiveInt | None = Field(description="Makes chunks shorter than the limit; null = the limit.")
    published: Published = Field(description="The makers' recipe.")
    limits: BackendLimits = Field(description="What the model can be asked for.")
    sizes: dict[str, dict[str, Size]] = Field(description="resolution name -> aspect ratio -> (height, width).")
    uses: tuple[Literal["prompt", "negative_prompt", "steps", "cfg", "cfg_2", "flow_shift", "scheduler", "memory"], ...] = Field(
        description="The settings that change this backend's pictures; others are recorded but warned about when typed."
    )

    @property
    def chunk_limits(self) -> BackendLimits:
        """The limits with ``max_frames`` applied.

        Raises:
            UnfitError: ``max_frames`` is above the model's limit or below its shortest clip.
        """
        if self.max_frames is None:
            return self.limits
        shortest, longest = self.limits.round_up(1) or 1, self.limits.max_frames
        if self.max_frames > longest:
            what = f"max_frames {self.max_frames} is above what {self.name} renders at once ({longest})"
            raise UnfitError(what, f"set backend.max_frames to {longest} or less")
        if self.max_frames < shortest:
            what = f"max_frames {self.max_frames} is below the shortest clip that {self.name} renders ({shortest} frames)"
            raise UnfitError(what, f"set backend.max_frames to {shortest} or more")
        return BackendLimits.model_validate(self.limits.model_dump() | {"max_frames": self.max_frames})

    overlaps: ClassVar[bool] = False  # a `LatentBackend` whose model works on the next shot while this one's frames are encoded
    input_names: ClassVar[Mapping[str, str]] = {}  # words for the keys of `pixel_inputs`, for people

    @property
    def makes_first_frames(self) -> bool:
        """Whether a shot that starts from text gets its first frame from a picture model of the backend's own."""
        return False

    @property
    def published_for_pictures(self) -> Published | None:
        """The makers' recipe for chunks that start from a picture; None where `published` serves both."""
        return None

    def scheduler_named(self, name: str) -> str:
        """A scheduler's class in diffusers.

        Args:
            name: That name, or a word that each family reads as its own (``euler``).
        """
        return name

    def refused_settings(self, sampler: Sampler) -> list[tuple[str, str, str]]:
        """What this model can't be sampled with, as (key, what is wrong, fix); asked for by the plan.

        Args:
            sampler: How the model is to denoise: the film's settings, or with a shot's overrides.
        """
        return []

    def pixel_inputs(self, shot: ShotRequest) -> dict[str, Any]:
        """What changes this backend's pixels beyond seeds, sizes, chunks and what `uses` lists; part of the fingerprint.

        Args:
            shot: The shot as the backend would get it.
        """
        return {}

    @model_validator(mode="after")
    def _chunk_limits_exist(self) -> BackendConfig:
        _ = self.chunk_limits
        return self


@dataclass(frozen=True)
class ChunkRequest:
    """One call of a model.

    Attributes:
        index: Position within the shot, from 0.
        num_frames: Frames to return, on the backend's grid; the handed-over frames count.
        dropped_frames: Frames at the start that only repeat handed-over ones. A user's picture is the clip's first and stays.
        surplus_frames: Frames at the end among which the handoff frame is chosen; 0 in the last chunk.
        seed: Seed of this chunk, 0 to 2**32 - 1.
        prompt: Text for this chunk; chunks after the first get the change-only text.
        start_frame: Where the chunk's first returned frame lies in the shot's clip, frames at the backend's rate.
        num_inference_steps: Of this chunk alone, as are the next three; None = the shot's.
        guidance_scale: See `ShotRequest`.
        guidance_scale_2: See `ShotRequest`.
        flow_shift: See `ShotRequest`.
    """

    index: int
    num_frames: int
    seed: int
    prompt: str
    dropped_frames: int = 0
    surplus_frames: int = 0
    start_frame: int = 0
    num_inference_steps: int | None = None
    guidance_scale: float | None = None
    guidance_scale_2: float | None = None
    flow_shift: float | None = None


@dataclass(frozen=True)
class ShotRequest:
    """Everything a backend may use to render one shot.

    Attributes:
        shot: The storyboard's words; models use the compiled prompts instead.
        storyboard: The film the shot belongs to.
        height: Pixels.
        width: Pixels.
        fps: Frames per second of the clip.
        num_frames: Frames the whole clip is asked to cover, all chunks together.
        seed: Seed of the shot.
        negative_prompt: As sent to the model.
        num_inference_steps: Denoising steps.
        guidance_scale: Classifier-free guidance scale.
        scheduler: Name of the sampler.
        guidance_scale_2: The same scale of the second, low-noise expert; None where there is one expert.
        flow_shift: Shift of the noise schedule; None = the model's own.
        first_frame_prompt: The still picture at the first frame, for models that make it before the clip.
        chunks: The calls, in order.
        opening: What the first chunk starts from: nothing, a frame of another shot, or a picture file.
        programme_start: Clip frame at which the shot's programme time begins (frames before it are a handle).
        programme_frames: Programme time in frames at the clip's rate.
    """

    shot: Shot
    storyboard: Storyboard
    height: int
    width: int
    fps: Fraction
    num_frames: int
    seed: int
    negative_prompt: str
    num_inference_steps: int
    guidance_scale: float
    scheduler: str
    chunks: tuple[ChunkRequest, ...]
    guidance_scale_2: float | None = None
    flow_shift: float | None = None
    first_frame_prompt: str = ""
    opening: Literal["text", "frame", "image"] = "text"
    programme_start: int = 0
    programme_frames: int = 0


@dataclass(frozen=True)
class ChunkRecord:
    """What happened in one call of a model.

    ``frames_sha256`` is over the raw RGB frames the model gave, before any colour match. ``facts`` are what the backend tells
    of the call: see `LatentBackend.chunk_facts`.
    """

    index: int
    chunk_seed: int
    num_frames: int
    kept_frames: int
    dropped_frames: int
    frames_sha256: str
    seconds: float
    prompt: str
    handoff_frame: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Clip:
    """A rendered shot: the video file and how it was made.

    Attributes:
        path: MP4 at the backend's own size and rate, untrimmed.
        num_frames: Frames in the file.
        fps: Frames per second.
        height: Pixels.
        width: Pixels.
        chunks: One record per call of the model.
        seconds: Wall time of the render; what the first render took when the clip is reused.
        peak_ram_gb: Peak resident memory of the process during the render, GiB.
        peak_vram_gb: Peak memory torch reserved on the card during the render, GiB; 0 for a backend that uses none.
        metadata: What else is known of the render: ``model`` (`Backend.facts`), ``environment``.
        peak_vram_allocated_gb: The part of it that held tensors, GiB.
        peak_device_gb: Most memory in use on the card, by all programs, as its driver tells it (NVML), GiB.
        video_s: Seconds that writing the clip's file took besides the model.
    """

    path: Path
    num_frames: int
    fps: Fraction
    height: int
    width: int
    chunks: tuple[ChunkRecord, ...]
    seconds: float
    peak_ram_gb: float
    peak_vram_gb: float
    metadata: Mapping[str, Any] = field(default_factory=dict)
    peak_vram_allocated_gb: float = 0.0
    peak_device_gb: float = 0.0
    video_s: float = 0.0


class Backend(ABC):
    """A model family, loaded. `limits` and `config` are readable without weights."""

    def __init__(self, config: BackendConfig) -> None:
        self.config = config
        self.limits = config.chunk_limits

    def prepare(self, shots: Sequence[ShotRequest]) -> None:  # noqa: B027 - not abstract: a family without a text encoder prepares nothing
        """Do what is done once for all shots, such as encoding every distinct prompt."""

    def facts(self) -> dict[str, Any]:
        """What is loaded, in JSON values, recorded with every clip: commit and identity of the weights, types, seconds.

        Known keys: ``commit``, ``weights`` (by what they hold), ``dtype``, ``quantization``, ``memory`` (each setting as it
        was really applied), ``load_s``, ``encode_s``. A backend without weights has none.
        """
        return {}

    def begin_shot(self, shot: ShotRequest, first_frames: Frames | None) -> None:  # noqa: B027 - not abstract: most need only the chunk's own frames
        """Learn what a shot opens with, before any of its chunks. After a stop the first chunks may be there already.

        Args:
            shot: The shot.
            first_frames: (overlap_frames, height, width, 3) that its first chunk starts from, or None.
        """

    @abstractmethod
    def generate_chunk(
        self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, progress: Progress
    ) -> Iterable[Frame]:
        """The frames of one call.

        Args:
            shot: The shot the chunk belongs to.
            chunk: What to render.
            first_frames: (overlap_frames, height, width, 3) to start from; the result repeats them first. None = from text.
            progress: Called with (steps done, steps in all) while the model works.

        Yields:
            ``chunk.num_frames`` frames, uint8 (height, width, 3) RGB.
        """

    def generate_shot(
        self,
        shot: ShotRequest,
        first_frames: Frames | None,
        path: Path,
        progress: Progress,
        handoff: Sequence[int] = (),
        kept: KeptChunks | None = None,
    ) -> Clip:
        """Render every chunk of a shot into one file.

        Args:
            shot: What to render.
            first_frames: (overlap_frames, height, width, 3) that the first chunk starts from, or None.
            path: The MP4 to write; missing until it is whole.
            progress: Called with (frames done, frames in all).
            handoff: Clip frames that later shots start from; each is kept losslessly beside the clip, as is the last of
                programme time in any case.
            kept: Where finished chunks are found and kept until the clip is whole; None keeps nothing.
        """
        from storyvid.clips.render import render_shot  # the loop needs this module's types

        return render_shot(self, shot, first_frames, path, progress, handoff, kept)

    def close(self) -> None:  # noqa: B027 - not abstract: a family without weights frees nothing
        """Free models and memory. A closed backend is not used again."""


class LatentBackend(Backend):
    """A family that denoises and decodes in two steps: what is denoised is kept, so that a stop while decoding costs no step.

    Attributes:
        cache: Folder in which encoded prompts are kept from film to film; None keeps none.
    """

    cache: Path | None = None

    @abstractmethod
    def denoise_chunk(self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, progress: Progress) -> Latents:
        """The latents of one call, on the CPU and in a type that numpy has; arguments as of `generate_chunk`."""

    @abstractmethod
    def decode_chunk(
        self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, latents: Latents
    ) -> Iterable[Frame]:
        """The frames of one call from its latents."""

    def chunk_facts(self) -> dict[str, Any]:
        """What is known of the chunk that was denoised or decoded last, in JSON values.

        Known keys: ``stages`` (``denoise_s``, ``decode_s``), ``step_s`` (seconds of each denoising step), ``scheduler``
        (``class``, ``config``), ``started_from``. Asked for once after `denoise_chunk` and once after `decode_chunk`; the
        answers are merged, so that latents which are found again keep what is known of their making.
        """
        return {}

    def generate_chunk(
        self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, progress: Progress
    ) -> Iterable[Frame]:
        """Denoise and decode."""
        return self.decode_chunk(shot, chunk, first_frames, self.denoise_chunk(shot, chunk, first_frames, progress))


def kinds() -> tuple[str, ...]:
    """The modules of this package that a backend YAML may name, sorted."""
    from storyvid import backends

    return tuple(sorted(module.name for module in pkgutil.iter_modules(backends.__path__) if module.name != "base"))


def module_of(kind: str) -> Any:
    """The module that runs a kind of backend. Only modules of this package: a config file can't name code of its own.

    Raises:
        ConfigError: There is no such module.
    """
    if kind not in kinds():
        raise ConfigError(
            Problem(
                "backend.kind",
                f"{kind!r} is not a kind of backend",
                did_you_mean(kind, kinds()) or f"use one of {', '.join(kinds())}",
            )
        )
    return importlib.import_module(f"storyvid.backends.{kind}")


_loaded: dict[str, Backend] = {}


def load_backend(config: BackendConfig, memory: Memory) -> Backend:
    """The loaded backend. The one before is used again while its settings are the same, and closed when they are not.

    A sweep's jobs run in one process, and loading a model takes far longer than a shot's few steps.

    Args:
        config: The backend's configuration.
        memory: How the model is fitted to the card.
    """
    key = config.model_dump_json() + memory.model_dump_json()
    if key not in _loaded:
        close_backends()
        _loaded[key] = module_of(config.kind).load(config, memory)
    return _loaded[key]


def close_backends() -> None:
    """Free whatever model is loaded."""
    while _loaded:
        _loaded.popitem()[1].close()
