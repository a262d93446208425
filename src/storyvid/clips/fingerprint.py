"""One function says what a clip is: a SHA-256 over everything that changes its pixels, and nothing else.

The same function is used when a clip is looked up and when it is stored. Two functions that should agree and don't are
how other programs come to render everything again, or to reuse the wrong clip.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from storyvid.backends.base import ChunkRequest, ShotRequest
from storyvid.config import AnyRunConfig

# Each is raised when the same request gives another file, so that only the clips that it concerns are rendered again.
CLIP_FORMAT = 3  # when the clip's encoding changes
HANDOFF_RULE = 2  # when another frame is handed over (the constants of `storyvid.continuity.handoff`)
MATCH_RULE = 1  # when colours are matched otherwise (those of `storyvid.continuity.match` and `storyvid.continuity.colour`)
# Made once: a film asks for it several times a shot. Values are made by us, so that none holds itself.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False)


def canonical_json(value: Any) -> str:
    """The one spelling of a JSON value: sorted keys, no spaces, UTF-8 text, numbers as Python prints them.

    Raises:
        ValueError: NaN or infinity, which JSON doesn't have.
    """
    return _CANONICAL.encode(value)


def as_recorded(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs as a record gives them back: with lists where there were tuples."""
    values: dict[str, Any] = json.loads(canonical_json(inputs))
    return values


def pixel_inputs(request: ShotRequest, config: AnyRunConfig, opening_sha256: Sequence[str]) -> dict[str, Any]:
    """Everything that decides a clip's pixels, in plain values.

    The frames asked for are not among them: two shots whose chunks are equally long are the same clip, of which assembly
    shows more or less.

    Args:
        request: The shot as a backend gets it.
        config: The run's configuration.
        opening_sha256: Content hash of each frame that the shot starts from, or of its picture's file; empty for text.
    """
    backend = config.backend
    settings = {
        "prompt": [chunk.prompt for chunk in request.chunks],
        "steps": request.num_inference_steps,
        "cfg": request.guidance_scale,
        "cfg_2": request.guidance_scale_2,
        "flow_shift": request.flow_shift,
        "scheduler": request.scheduler,
        "negative_prompt": request.negative_prompt,
    }
    own = backend.pixel_inputs(request)
    # Weights count by their content: of a folder that is moved, or of main and its commit, the clips are the same.
    named = {} if "weights" in own else {"model": backend.model, "revision": backend.revision}
    inputs: dict[str, Any] = {
        "clip_format": CLIP_FORMAT,
        "kind": backend.kind,
        **named,
        "height": request.height,
        "width": request.width,
        "fps": str(request.fps),
        "seed": request.seed,
        "chunks": [_chunk_inputs(chunk) for chunk in request.chunks],
        "overlap_frames": backend.limits.overlap_frames,
        "opening": [request.opening, *opening_sha256],
        **{key: value for key, value in settings.items() if key in backend.uses},
        **own,
    }
    if "memory" in backend.uses:
        inputs["memory"] = config.memory.for_pixels()
    return inputs | _continuity_inputs(request)


def _continuity_inputs(request: ShotRequest) -> dict[str, Any]:
    """How chunks follow one another, where there is something to choose or to match: other clips need not be rendered again."""
    inputs: dict[str, Any] = {}
    if any(chunk.surplus_frames for chunk in request.chunks):
        inputs["handoff"] = HANDOFF_RULE
    if request.colour_match is not None:
        inputs["colour_match"] = {**vars(request.colour_match), "rule": MATCH_RULE}
    return inputs


def _chunk_inputs(chunk: ChunkRequest) -> dict[str, float]:
    """Settings of its own only where a chunk has them."""
    inputs = {key: value for key, value in vars(chunk).items() if value is not None}
    del inputs["prompt"], inputs["start_frame"]  # one counts for models that read it, the other is known while rendering
    return inputs


def fingerprint(inputs: Mapping[str, Any]) -> str:
    """The clip's key: 64 hexadecimal digits of SHA-256 over canonical JSON.

    Args:
        inputs: What `pixel_inputs` gives.
    """
    return hashlib.sha256(canonical_json(inputs).encode()).hexdigest()
