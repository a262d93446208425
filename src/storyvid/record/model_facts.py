"""What is known of the model that rendered a clip: which weights, how they were held, and what each stage took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from storyvid.backends.base import Clip

STAGES = ("denoise_s", "decode_s")  # of a chunk, as a backend tells them
ONCE = ("load_s", "encode_s")  # of a film: weights are loaded, and texts encoded, for all its shots


def model_block(clip: Clip | None) -> dict[str, Any]:
    """The model as it was really loaded; every value None for a backend without weights, or a shot without a clip.

    Args:
        clip: Of a reused one, what its first render told.
    """
    facts = clip.metadata.get("model", {}) if clip else {}
    chunks = clip.chunks if clip else ()
    samplers = [chunk.facts["scheduler"] for chunk in chunks if "scheduler" in chunk.facts]
    return {
        "model_commit": facts.get("commit"),
        "weights": facts.get("weights"),
        "dtype": facts.get("dtype"),
        "quantization": facts.get("quantization"),
        "memory_applied": facts.get("memory"),
        "scheduler_used": samplers[0] if samplers else None,
    }


def step_seconds(clip: Clip) -> list[float]:
    """Seconds of every denoising step of a clip, in order; nothing where the backend does not tell."""
    return [float(seconds) for chunk in clip.chunks for seconds in chunk.facts.get("step_s", ())]


def stage_seconds(clip: Clip) -> dict[str, float]:
    """Seconds that each stage of a clip took. ``load_s`` and ``encode_s`` are the film's, and the same in each of its shots."""
    facts = clip.metadata.get("model", {})
    once = {name: float(facts[name]) for name in ONCE if name in facts}
    stages = [chunk.facts.get("stages", {}) for chunk in clip.chunks]
    told = {name: sum(float(stage.get(name, 0.0)) for stage in stages) for name in STAGES if any(name in s for s in stages)}
    return {name: round(seconds, 4) for name, seconds in {**once, **told, "video_s": clip.video_s}.items()}


def film_stages(records: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Seconds of each stage over the shots that a run rendered; what is done once for all of them counts once.

    Args:
        records: Of its shots.
    """
    stages = [record["stages"] for record in records if record["stages"] and not record["reused"]]
    names = dict.fromkeys(name for stage in stages for name in stage)
    return {name: round((max if name in ONCE else sum)(stage[name] for stage in stages if name in stage), 3) for name in names}
