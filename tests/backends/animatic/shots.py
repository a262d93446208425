"""Shots to draw, made in one line each."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from storyvid.backends.base import ChunkRequest, ShotRequest
from storyvid.storyboard.schema import Camera, Character, Location, Shot, Storyboard


def make_request(
    *,
    height: int = 180,
    width: int = 320,
    seed: int = 7,
    num_frames: int = 24,
    fps: Fraction = Fraction(24),
    opening: Any = "text",
    camera: dict[str, Any] | None = None,
    characters: dict[str, str] | None = None,
    locations: dict[str, str] | None = None,
    shot_id: str = "S01",
    programme_start: int = 0,
    **fields: Any,
) -> ShotRequest:
    """A request for one shot; characters and locations are given as id -> description."""
    fields.setdefault("prompt", "a man stands")
    fields.setdefault("location", "a sandy desert")
    shot = Shot(id=shot_id, camera=Camera(**(camera or {})), characters=tuple(characters or ()), **fields)
    storyboard = Storyboard(
        shots=(shot,),
        characters={key: Character(name=key.title(), description=look) for key, look in (characters or {}).items()},
        locations={key: Location(description=text) for key, text in (locations or {}).items()},
    )
    return ShotRequest(
        shot=shot, storyboard=storyboard, height=height, width=width, fps=fps, num_frames=num_frames, seed=seed, negative_prompt="",
        num_inference_steps=1, guidance_scale=1.0, scheduler="none", chunks=(ChunkRequest(0, num_frames, seed, shot.prompt),),
        opening=opening, programme_start=programme_start, programme_frames=num_frames - programme_start,
    )  # fmt: skip
