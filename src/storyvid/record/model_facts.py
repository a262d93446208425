"""What is known of the model that rendered a clip: which weights, how they were held, and what each stage took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from storyvid.backends.base import Clip

STAGES = ("load_s", "encode_s", "denoise_s", "decode_s")  # of a chunk, as a backend tells them


def model_block(clip: Clip | None) -> dict[str, Any]:
    """The model as it was really loaded; every value None for a backend without weights, or a shot without a clip.

    Args:
        clip: Of a reused one, what its first render told.
    """
    facts = clip.metadata.get("model", {}) if clip else {}
    chunks = clip.chunks if clip else ()
    samplers = [chunk.facts["scheduler"] for chunk in chunks if "scheduler" in chunk.facts]
    return {
        "model_commit": _by_checkpoint(clip, "commit"),
        "weights": facts.get("weights"),
        "dtype": facts.get("dtype"),
        "quantization": _by_checkpoint(clip, "quantization"),
        "memory_applied": _by_checkpoint(clip, "memory"),
        "scheduler_used": samplers[0] if samplers else None,
    }


def _by_checkpoint(clip: Clip | None, key: str) -> Any:
    """What is so of every chunk; where two checkpoints made them and differ in it: role of the checkpoint -> value."""
    told = [chunk.facts["checkpoint"] for chunk in clip.chunks if "checkpoint" in chunk.facts] if clip else []
    if clip is None or not told:
        return clip.metadata.get("model", {}).get(key) if clip else None
    by_role = {checkpoint["role"]: checkpoint.get(key) for checkpoint in told}
    values = list(by_role.values())
    return values[0] if all(value == values[0] for value in values) else by_role


def step_seconds(clip: Clip) -> list[float]:
    """Seconds of every denoising step of a clip, in order; nothing where the backend does not tell."""
    return [float(seconds) for chunk in clip.chunks for seconds in chunk.facts.get("step_s", ())]


def stage_seconds(clip: Clip) -> dict[str, float]:
    """Seconds that each stage of a clip took; ``load_s`` and ``encode_s`` stand where it was done, in the first shot of a film.

    Texts are encoded for all shots at once, and weights serve all films of a sweep.
    """
    stages = [chunk.facts.get("stages", {}) for chunk in clip.chunks]
    told = {name: sum(float(stage.get(name, 0.0)) for stage in stages) for name in STAGES if any(name in s for s in stages)}
    return {name: round(seconds, 4) for name, seconds in {**told, "video_s": clip.video_s}.items()}


def film_stages(records: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Seconds of each stage over the shots that a run rendered.

    Args:
        records: Of its shots.
    """
    stages = [record["stages"] for record in records if record["stages"] and not record["reused"]]
    names = dict.fromkeys(name for stage in stages for name in stage)
    return {name: round(sum(stage[name] for stage in stages if name in stage), 3) for name in names}
