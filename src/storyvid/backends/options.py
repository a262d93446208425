"""What an option file of ``conf/backend/`` holds: limits as data, the makers' recipe, sizes. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from storyvid.plain_words import UnfitError

if TYPE_CHECKING:
    from storyvid.backends.requests import ShotRequest
    from storyvid.config import Sampler

PositiveInt = Annotated[int, Field(ge=1)]


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
        4, description="Frames rendered beyond a chunk join, among which a sharp, well exposed one is handed over."
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
    uses: tuple[
        Literal[
            "prompt",
            "negative_prompt",
            "steps",
            "cfg",
            "cfg_2",
            "cfg_until",
            "flow_shift",
            "scheduler",
            "memory",
            "colour_match",
        ],
        ...,
    ] = Field(description="The settings that change this backend's pictures; others are recorded but warned about when typed.")

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

    def weights_key(self) -> str:
        """Everything that loading depends on: a backend that is loaded serves every film for which this is the same."""
        return self.model_dump_json()

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
