"""The manifest: what was made, from what, how, and how it ended; and the recipe that travels inside the film.

Assembly and every later tool read the manifest, never the folder listing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import yaml

from storyvid import __version__
from storyvid.clips.shots import FinishedShot, shot_numbers
from storyvid.film import Film
from storyvid.record.environment import describe_environment
from storyvid.record.prompts import prompts_text
from storyvid.record.run_folder import RunFolder, write_json, write_text

MANIFEST_VERSION = "1"
Status = Literal["running", "done", "partial", "failed", "stopped"]


def storyboard_values(film: Film) -> dict[str, Any]:
    """The storyboard as it was understood, in the strict form; reads back as the same storyboard."""
    return film.loaded.storyboard.as_json()


def recipe(film: Film) -> dict[str, Any]:
    """All that is needed to render the film again; written into the MP4 and the manifest.

    It names no folder of this machine, since films are sent to other people.
    """
    return {
        "storyvid": __version__,
        "seed": film.plan.seed,
        "storyboard": storyboard_values(film),
        "config": {key: value for key, value in config_values(film).items() if key not in ("paths", "tracking", "storyboard")},
    }


def config_values(film: Film) -> dict[str, Any]:
    """The resolved configuration, as plain values."""
    values: dict[str, Any] = film.config.model_dump(mode="json")
    return values


def shot_record(film: Film, shot: FinishedShot, folder: RunFolder) -> dict[str, Any]:
    """Everything recorded of one shot, as ``metadata/shots/<id>.json`` holds it.

    Args:
        film: The film it belongs to.
        shot: Rendered, reused or failed.
        folder: Where the run is written.
    """
    planned, request, clip, config = shot.planned, shot.request, shot.clip, film.config
    prompts = film.prompts[planned.shot.id]
    environment = dict(clip.metadata).get("environment") if clip else None
    return {
        "id": planned.shot.id,
        "scene": planned.shot.scene,
        "status": "failed" if clip is None else "done",
        "error": shot.error,
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
        "scheduler": request.scheduler,
        "seed": request.seed,
        "backend": config.backend.name,
        "kind": config.backend.kind,
        "model": config.backend.model,
        "revision": config.backend.revision,
        "license": config.backend.license,
        "memory": config.memory.model_dump(mode="json"),
        "reused": shot.reused,
        **shot_numbers(shot),
        "run_seconds": round(shot.seconds, 4),
        "peak_ram_gb": round(clip.peak_ram_gb, 3) if clip else None,
        "peak_vram_gb": round(clip.peak_vram_gb, 3) if clip else None,
        "chunks": [vars(chunk) for chunk in clip.chunks] if clip else [],
        "programme": {
            "start_frame": planned.start_frame,
            "num_frames": planned.num_frames,
            "head_frames": planned.head_frames,
            "tail_frames": planned.tail_frames,
            "in_frame": planned.in_frame,
            "asked_frames": planned.asked_frames,
            "transition": planned.transition,
            "transition_frames": planned.transition_frames,
        },
        "opening": vars(planned.opening),
        "fingerprint": shot.key or None,
        "file": folder.relative(folder.shot_clip(planned.shot.id)) if clip else None,
        "storyvid": environment["storyvid"] if environment else __version__,
        "git_commit": (environment or describe_environment())["git_commit"],
        "environment": environment or describe_environment(),
    }


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
    tracking: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The manifest's content.

    Args:
        film: As prepared.
        folder: Where the run is written.
        shots: The shot records so far, in film order.
        status: How the run stands.
        exit_code: What the process returns; None while it runs.
        overrides: The words of the command line.
        sweep_id: Shared by the films of one sweep.
        seconds: Wall time of the stages so far.
        tracking: Where the run was tracked.
    """
    plan = film.plan
    return {
        "manifest_version": MANIFEST_VERSION,
        "storyvid": __version__,
        "title": film.loaded.storyboard.title,
        "project": film.project,
        "run": folder.root.name,
        "sweep": sweep_id,
        "status": status,
        "exit_code": exit_code,
        "overrides": list(overrides),
        "storyboard": {"file": film.loaded.path.name, "sha256": film.loaded.sha256},
        "film": {
            "file": folder.relative(folder.film) if folder.film.exists() else None,
            "num_frames": plan.num_frames,
            "fps": float(plan.fps),
            "fps_exact": str(plan.fps),
            "height": plan.film_height,
            "width": plan.film_width,
            "duration_s": float(plan.num_frames / plan.fps),
            "seed": plan.seed,
        },
        "shots": [
            {
                "id": record["id"],
                "status": record["status"],
                "reused": record["reused"],
                "file": record["file"],
                "record": folder.relative(folder.shot_record(record["id"])),
                "fingerprint": record["fingerprint"],
                "programme": record["programme"],
            }
            for record in shots
        ],
        "skipped": [shot.id for shot in film.loaded.storyboard.shots if shot.skip],
        "warnings": [str(problem) for problem in film.warnings],
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "tracking": dict(tracking or {}),
        "environment": describe_environment(),
        "recipe": recipe(film),
    }


def write_inputs(film: Film, folder: RunFolder) -> None:
    """Write what the film is made from: storyboard, configuration and prompts."""
    write_json(folder.storyboard, storyboard_values(film))
    write_text(folder.config, yaml.safe_dump(config_values(film), allow_unicode=True, sort_keys=False))
    write_text(folder.prompts, prompts_text(film))


def write_manifest(folder: RunFolder, content: Mapping[str, Any]) -> Path:
    """Write or replace the manifest."""
    return write_json(folder.manifest, content)
