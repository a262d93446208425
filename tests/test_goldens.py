"""Whole plans and manifests, as text files that a person can read and a diff can show."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storyvid.backends.base import close_backends
from storyvid.commands.plan import plan_text
from storyvid.film import Film, prepare_film
from storyvid.record.tracker import NoTracker
from storyvid.run import render_film
from storyvid.storyboard.load import load
from tests.films import config, film, storyboard

TEMPLATE = Path(__file__).parents[1] / "templates" / "storyboard.template.json"

# A model of 16 frames per second on a grid of 4k+1, at most 33 frames at once: every kind of number differs from the film's.
SLOW_MODEL = (
    "backend.limits.fps=16",
    "backend.limits.frame_step=4",
    "backend.limits.frame_offset=1",
    "backend.max_frames=33",
)
CHAIN = (
    {"duration": 3, "transition": {"type": "dissolve", "duration": 0.5}, "transition_in": "fade_in"},
    {"duration": 4.5, "continuity": "continue", "transition": {"type": "wipe_left", "duration": 0.25}},
    {"duration": 1.25, "continuity": {"from": "S01", "frame": 10}, "seed": 7, "overrides": {"steps": 5}},
    {"duration": 2, "skip": True},
    {"duration": 2, "continuity": "continue", "camera": {"size": "cu", "movement": "dolly_in"}, "transition": "fade_out"},
)
# Values that differ between two runs, two computers or two versions; that they are there is part of the golden file.
MASKED = {
    "environment", "fingerprint", "folder", "frames_sha256", "git_commit", "owner", "peak_ram_gb", "run", "run_seconds", "seconds",
    "seconds_per_frame", "seconds_per_step", "sha256", "storyvid", "tracking", "video_s",
}  # fmt: skip
TABLES = {"sizes"}  # copied from conf/, where other tests read them


def template() -> Film:
    return prepare_film(load(TEMPLATE), config())


def chain() -> Film:
    return film(storyboard(*CHAIN, title="Chain"), *SLOW_MODEL)


@pytest.mark.parametrize("prepare", [template, chain], ids=lambda prepare: prepare.__name__)
def test_plans_are_the_recorded_ones(prepare: Callable[[], Film], golden: Callable[[str, str], None]) -> None:
    golden(f"plans/{prepare.__name__}.txt", plan_text(prepare()) + "\n")


def masked(value: Any) -> Any:
    """The value with what differs between runs replaced by an ellipsis."""
    if isinstance(value, dict):
        return {key: "…" if key in MASKED | TABLES and item is not None else masked(item) for key, item in value.items()}
    return [masked(item) for item in value] if isinstance(value, list) else value


def as_text(path: Path) -> str:
    return json.dumps(masked(json.loads(path.read_text(encoding="utf-8"))), indent=2, ensure_ascii=False) + "\n"


def test_manifest_and_shot_record_are_the_recorded_ones(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    shots = (
        {"duration": 1, "transition": {"type": "dissolve", "duration": 0.25}, "caption": "Once"},
        {"duration": 0.5, "continuity": "continue", "camera": {"size": "ls", "movement": "pan_left"}},
        {"duration": 0.5, "skip": True},
    )
    small = ("resolution.height=72", "resolution.width=128", "upscale=none", "tracking=none")
    prepared = film(storyboard(*shots, title="Tiny"), *small, f"paths.outputs={tmp_path.as_posix()}", folder=tmp_path)
    close_backends()
    try:
        assert render_film(prepared, tmp_path / "run", NoTracker(), overrides=["storyboard=test.json"]) == 0
    finally:
        close_backends()
    golden("manifests/tiny.json", as_text(tmp_path / "run" / "metadata" / "manifest.json"))
    golden("manifests/tiny.S01.json", as_text(tmp_path / "run" / "metadata" / "shots" / "S01.json"))
