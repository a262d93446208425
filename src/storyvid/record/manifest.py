"""The manifest: what was made, from what, how, and how it ended.

Assembly and every later tool read the manifest, never the folder listing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from storyvid import __version__
from storyvid.clips.shots import FinishedShot
from storyvid.continuity.told import shot_metrics
from storyvid.film import Film
from storyvid.plan import ShotPlan
from storyvid.plan.recipes import own_settings
from storyvid.record.environment import describe_environment
from storyvid.record.model_facts import film_stages, model_block, stage_seconds, step_seconds
from storyvid.record.owner import describe_owner
from storyvid.record.prompts import prompts_text
from storyvid.record.recipe import model_name, recipe
from storyvid.record.run_folder import RunFolder, Status, write_json, write_text

MANIFEST_VERSION = "1"
PEAKS = ("peak_ram_gb", "peak_vram_gb", "peak_vram_allocated_gb", "peak_device_gb")


def storyboard_values(film: Film) -> dict[str, Any]:
    """The storyboard as it was understood, in the strict form; reads back as the same storyboard."""
    return film.loaded.storyboard.as_json()


def config_values(film: Film) -> dict[str, Any]:
    """The resolved configuration, as plain values; its folders absolute, since a later command runs in another folder."""
    values: dict[str, Any] = film.config.model_dump(mode="json")
    return values | {"paths": {"outputs": str(film.config.outputs), "mlruns": str(film.config.mlruns)}}


def shot_record(film: Film, shot: FinishedShot, folder: RunFolder) -> dict[str, Any]:
    """Everything recorded of one shot, as ``metadata/shots/<id>.json`` holds it.

    Args:
        film: The film it belongs to.
        shot: Rendered, reused or failed.
        folder: Where the run is written.
    """
    planned, clip = shot.planned, shot.clip
    return {
        "id": planned.shot.id,
        "scene": planned.shot.scene,
        "take": planned.take,
        "picked": other_take(film, shot) is None,
        "status": "left out" if shot.left_out else "failed" if clip is None else "done",
        "error": None if shot.left_out else shot.error,
        **_request_block(film, shot),
        **_backend_block(film),
        **model_block(clip),
        "reused": shot.reused,
        "stale": shot.stale,
        "because": shot.because,
        "rungs": shot_rungs(shot),
        **shot_numbers(shot),
        "metrics": shot_metrics(clip.chunks if clip else ()),
        "chunks": _chunk_blocks(shot),
        "programme": _programme_block(planned),
        "opening": vars(planned.opening),
        "fingerprint": shot.key or None,
        "file": folder.relative(folder.shot_clip(planned.shot.id, other_take(film, shot))) if clip else None,
        **_code_block(shot),
    }


def other_take(film: Film, shot: FinishedShot) -> int | None:
    """The number of a take that is not in the film; None for the one that is."""
    planned = shot.planned
    return None if planned is film.plan.by_id[planned.shot.id] else planned.take


def shot_numbers(shot: FinishedShot) -> dict[str, Any]:
    """What a shot cost: seconds in total, by stage, per rendered frame and per denoising step, and peak memory (GiB).

    Of a reused clip these are the numbers of its first render, beside ``run_seconds`` of this run. A shot that failed has
    the seconds until it failed and None for the rest.
    """
    clip, run_seconds = shot.clip, round(shot.seconds, 4)
    if clip is None:
        unknown = dict.fromkeys(("seconds_per_frame", "seconds_per_step", "stages", *PEAKS))
        return {"seconds": run_seconds, "run_seconds": run_seconds, **unknown}
    model_s = sum(chunk.seconds for chunk in clip.chunks)
    measured = step_seconds(clip)
    steps = len(measured) or shot.request.num_inference_steps * len(clip.chunks)
    rendered = sum(chunk.num_frames for chunk in clip.chunks)
    return {
        "seconds": round(clip.seconds, 4),
        "run_seconds": run_seconds,
        "seconds_per_frame": round(clip.seconds / max(1, rendered), 5),
        "seconds_per_step": round((sum(measured) if measured else model_s) / max(1, steps), 5),
        "stages": stage_seconds(clip),
        **{name: round(getattr(clip, name), 3) for name in PEAKS},
    }


def shot_rungs(shot: FinishedShot) -> list[dict[str, Any]]:
    """What was done to fit the shot's clip into a full card, each thing once; see `LatentBackend.chunk_facts`."""
    chunks = shot.clip.chunks if shot.clip else ()
    rungs = [rung for chunk in chunks for rung in chunk.facts.get("rungs", [])]
    return [rung for index, rung in enumerate(rungs) if rung not in rungs[:index]]


def _request_block(film: Film, shot: FinishedShot) -> dict[str, Any]:
    request, clip, prompts = shot.request, shot.clip, film.prompts[shot.planned.shot.id]
    return {
        "prompt": request.chunks[0].prompt,
        "negative_prompt": request.negative_prompt,
        "opening_prompt": prompts.opening_prompt,
        "continuation_prompt": prompts.continuation_prompt,
        "first_frame_prompt": prompts.first_frame_prompt,
        "height": request.height,
        "width": request.width,
        "num_frames": clip.num_frames if clip else None,
        "fps": float(request.fps),
        "fps_exact": str(request.fps),
        "num_inference_steps": request.num_inference_steps,
        "guidance_scale": request.guidance_scale,
        "guidance_scale_2": request.guidance_scale_2,
        "flow_shift": request.flow_shift,
        "scheduler": request.scheduler,
        "seed": request.seed,
    }


def _backend_block(film: Film) -> dict[str, Any]:
    backend = film.config.backend
    return {
        "backend": backend.name,
        "kind": backend.kind,
        "model": model_name(backend.model),
        "revision": backend.revision,
        "license": backend.license,
        "memory": film.config.memory.model_dump(mode="json"),
    }


def _chunk_blocks(shot: FinishedShot) -> list[dict[str, Any]]:
    """One record for each call of the model, with this film's prompt: a reused clip may not depend on it at all.

    ``settings`` are the sampler's values that the chunk has otherwise than the shot.
    """
    chunks = shot.clip.chunks if shot.clip else ()
    requests = shot.request.chunks
    return [
        vars(chunk) | {"prompt": asked.prompt} | ({"settings": own} if (own := own_settings(asked)) else {})
        for chunk in chunks
        for asked in (requests[chunk.index],)
    ]


def _programme_block(planned: ShotPlan) -> dict[str, Any]:
    return {
        "start_frame": planned.start_frame,
        "num_frames": planned.num_frames,
        "head_frames": planned.head_frames,
        "tail_frames": planned.tail_frames,
        "in_frame": planned.in_frame,
        "asked_frames": planned.asked_frames,
        "transition": planned.transition,
        "transition_frames": planned.transition_frames,
    }


def _code_block(shot: FinishedShot) -> dict[str, Any]:
    """The versions that rendered the clip: of a reused one those of its first render."""
    environment = (shot.clip.metadata.get("environment") if shot.clip else None) or describe_environment()
    return {"storyvid": environment["storyvid"], "git_commit": environment["git_commit"], "environment": environment}


def manifest(
    film: Film,
    folder: RunFolder,
    shots: Sequence[Mapping[str, Any]],
    *,
    status: Status,
    exit_code: int | None,
    overrides: Sequence[str],
    sweep_id: str | None,
    seconds: Mapping[str, float],
    notes: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The manifest's content.

    Args:
        film: As prepared.
        folder: Where the run is written.
        shots: The shot records so far: those of the film in its order, then other takes.
        status: How the run stands. While it says "running", the recorded owner tells a later run whether that is still true.
        exit_code: What the process returns; None while it runs.
        overrides: The words of the command line.
        sweep_id: Shared by the films of one sweep.
        seconds: Wall time of the stages so far.
        notes: More keys, for example what the run goes on from.
    """
    return {
        "manifest_version": MANIFEST_VERSION,
        "storyvid": __version__,
        "title": film.loaded.storyboard.title,
        "project": film.project,
        "run": folder.root.name,
        "sweep": sweep_id,
        "status": status,
        "exit_code": exit_code,
        "owner": describe_owner(),
        "overrides": list(overrides),
        "storyboard": {"file": film.loaded.path.name, "folder": _as_text(film.loaded.folder), "sha256": film.loaded.sha256},
        "film": _film_block(film, folder),
        "shots": [_shot_block(record, shots, folder) for record in shots if record["picked"]],
        "skipped": [shot.id for shot in film.loaded.storyboard.shots if shot.skip],
        "warnings": [str(problem) for problem in film.warnings],
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "stages": film_stages(shots),
        "environment": describe_environment(),
        **(notes or {}),
        "recipe": recipe(film, shots),
    }


def _as_text(folder: Path) -> str | None:
    """A folder, or None for one whose name is in an encoding that can't be written down."""
    text = str(folder)
    return text if text.isprintable() or text.encode("utf-8", "replace").decode("utf-8") == text else None


def _film_block(film: Film, folder: RunFolder) -> dict[str, Any]:
    plan = film.plan
    return {
        "file": folder.relative(folder.film) if folder.film.exists() else None,
        "num_frames": plan.num_frames,
        "fps": float(plan.fps),
        "fps_exact": str(plan.fps),
        "height": plan.film_height,
        "width": plan.film_width,
        "duration_s": float(plan.num_frames / plan.fps),
        "seed": plan.seed,
    }


def _shot_block(record: Mapping[str, Any], records: Sequence[Mapping[str, Any]], folder: RunFolder) -> dict[str, Any]:
    names = ("id", "take", "status", "reused", "stale", "because", "file", "fingerprint", "programme")
    takes = sorted((other for other in records if other["id"] == record["id"]), key=lambda other: int(other["take"]))
    kept = {key: record[key] for key in names}
    return kept | {"record": _record_file(record, folder), "takes": [_take_block(take, folder) for take in takes]}


def _take_block(record: Mapping[str, Any], folder: RunFolder) -> dict[str, Any]:
    names = ("take", "seed", "picked", "status", "reused", "file", "fingerprint")
    return {key: record[key] for key in names} | {"record": _record_file(record, folder)}


def _record_file(record: Mapping[str, Any], folder: RunFolder) -> str:
    return folder.relative(folder.shot_record(record["id"], None if record["picked"] else record["take"]))


def write_inputs(film: Film, folder: RunFolder) -> None:
    """Write what the film is made from: storyboard, configuration and prompts."""
    write_json(folder.storyboard, storyboard_values(film))
    write_text(folder.config, yaml.safe_dump(config_values(film), allow_unicode=True, sort_keys=False))
    write_text(folder.prompts, prompts_text(film))


def write_manifest(folder: RunFolder, content: Mapping[str, Any]) -> Path:
    """Write or replace the manifest."""
    return write_json(folder.manifest, content)
