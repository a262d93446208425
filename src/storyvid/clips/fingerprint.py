"""One function says what a clip is: a SHA-256 over everything that changes its pixels, and nothing else.

The same function is used when a clip is looked up and when it is stored. Two functions that should agree and don't are
how other programs come to render everything again, or to reuse the wrong clip.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from storyvid.backends.base import ShotRequest
from storyvid.config import AnyRunConfig

CLIP_FORMAT = 1  # raised when the same request gives another file


def canonical_json(value: Any) -> str:
    """The one spelling of a JSON value: sorted keys, no spaces, UTF-8 text, numbers as Python prints them.

    Raises:
        ValueError: NaN or infinity, which JSON doesn't have.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def pixel_inputs(request: ShotRequest, config: AnyRunConfig, opening_sha256: str | None) -> dict[str, Any]:
    """Everything that decides a clip's pixels, in plain values.

    Args:
        request: The shot as a backend gets it.
        config: The run's configuration.
        opening_sha256: Content hash of the frames or picture the shot starts from, or None.
    """
    backend = config.backend
    sampler = {
        "steps": request.num_inference_steps,
        "cfg": request.guidance_scale,
        "scheduler": request.scheduler,
        "negative_prompt": request.negative_prompt,
    }
    inputs: dict[str, Any] = {
        "clip_format": CLIP_FORMAT,
        "kind": backend.kind,
        "model": backend.model,
        "revision": backend.revision,
        "height": request.height,
        "width": request.width,
        "fps": str(request.fps),
        "num_frames": request.num_frames,
        "seed": request.seed,
        "chunks": [asdict(chunk) for chunk in request.chunks],
        "opening": [request.opening, opening_sha256],
        **{key: value for key, value in sampler.items() if key in backend.uses},
        **backend.pixel_inputs(request),
    }
    if "memory" in backend.uses:
        inputs["memory"] = config.memory.model_dump(exclude={"name", "budget_gb"})
    return inputs


def fingerprint(inputs: Mapping[str, Any]) -> str:
    """The clip's key: 64 hexadecimal digits of SHA-256 over canonical JSON.

    Args:
        inputs: What `pixel_inputs` gives.
    """
    return hashlib.sha256(canonical_json(inputs).encode()).hexdigest()
