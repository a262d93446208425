"""What a backend is asked for, and what it gives back: a shot and its chunks, a clip and its chunks' records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from storyvid.storyboard.schema import Shot, Storyboard


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
class ColourMatch:
    """How the colours of a chunk are led back to those of the frames it was handed.

    Attributes:
        method: ``reinhard`` or ``mkl``; see `storyvid.continuity.colour`.
        strength: Above 0, to 1: which part of the way.
    """

    method: Literal["reinhard", "mkl"]
    strength: float


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
        guidance_until: Share of the steps, from the first on, that are guided, above 0 to 1.
        first_frame_prompt: The still picture at the first frame, for models that make it before the clip.
        chunks: The calls, in order.
        opening: What the first chunk starts from: nothing, a frame of another shot, or a picture file.
        programme_start: Clip frame at which the shot's programme time begins (frames before it are a handle).
        programme_frames: Programme time in frames at the clip's rate.
        colour_match: What is done to the colours of chunks that were handed frames; None where they stay as the model gave them.
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
    guidance_until: float = 1.0
    first_frame_prompt: str = ""
    opening: Literal["text", "frame", "image"] = "text"
    programme_start: int = 0
    programme_frames: int = 0
    colour_match: ColourMatch | None = None


@dataclass(frozen=True)
class ChunkRecord:
    """What happened in one call of a model.

    ``frames_sha256`` is over the raw RGB frames the model gave, before any colour match. ``facts`` are what the backend tells
    of the call: see `LatentBackend.chunk_facts`; ``colour_match`` among them is what was done to its colours. ``metrics`` are
    numbers of the frames that the clip keeps of it: see `storyvid.continuity.seams.Seams.metrics`, and ``match_delta_e``, how
    far its colours were moved. Trackers show them chunk by chunk.
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
    metrics: Mapping[str, float] = field(default_factory=dict)


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
