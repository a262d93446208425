"""What a plan says: the film, its shots, their chunks, and what each shot starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import Literal

from storyvid.errors import Problem
from storyvid.plan.timing import derive_seed, take_seed
from storyvid.storyboard.schema import Shot, Storyboard


@dataclass(frozen=True)
class Opening:
    """What a shot's first frame is made from.

    Attributes:
        kind: ``text``: nothing but words; ``frame``: a frame of an earlier shot; ``image``: a picture file.
        shot_id: The earlier shot, for ``frame``.
        clip_frame: Frame of that shot's clip, at the clip's rate, for ``frame``.
        image: Path relative to the storyboard, for ``image``.
    """

    kind: Literal["text", "frame", "image"] = "text"
    shot_id: str | None = None
    clip_frame: int | None = None
    image: str | None = None

    def handed_frames(self, overlap: int) -> int:
        """Frames of the earlier shot that the shot starts from: ``overlap``, or one where that shot has not so many up to there.

        Models take either, and not every number between.

        Args:
            overlap: Frames that the backend hands from one chunk to the next.
        """
        if self.clip_frame is None:
            return 0
        return overlap if overlap <= self.clip_frame + 1 else 1


@dataclass(frozen=True)
class ChunkPlan:
    """One call of the model.

    Attributes:
        index: Position within the shot, from 0.
        num_frames: Frames the model returns, on its grid.
        dropped_frames: Frames at the start that repeat the handed-over ones.
        surplus_frames: Frames at the end among which the handoff frame is chosen.
        seed: 0 to 2**32 - 1.
        num_inference_steps: Of this chunk alone, as are the next three; None = the shot's.
        guidance_scale: See `ShotPlan`.
        guidance_scale_2: See `ShotPlan`.
        flow_shift: See `ShotPlan`.
    """

    index: int
    num_frames: int
    dropped_frames: int
    surplus_frames: int
    seed: int
    num_inference_steps: int | None = None
    guidance_scale: float | None = None
    guidance_scale_2: float | None = None
    flow_shift: float | None = None


@dataclass(frozen=True)
class ShotPlan:
    """One shot on the film's timeline and on the model's grid.

    Attributes:
        shot: The storyboard's words.
        start_frame: First programme frame, at the film's rate, counted from the film's start.
        num_frames: Programme frames at the film's rate.
        head_frames: Handle before the programme frames, at the film's rate.
        tail_frames: Handle after them.
        clip_fps: Rate the model renders at.
        film_fps: Delivery rate.
        in_frame: Clip frame where programme time begins, at the clip's rate.
        asked_frames: Clip frames needed, at the clip's rate.
        chunks: Calls of the model.
        take: Which of the shot's takes this is, from 1; they differ in the seed alone.
        shot_seed: Seed of the shot, and of its first take.
        seed: Seed of this take.
        num_inference_steps: After precedence: command line, shot overrides, configuration.
        guidance_scale: Likewise.
        guidance_scale_2: Likewise; None where there is one expert.
        flow_shift: Likewise; None where the model has its own rule.
        opening: What the first frame is made from.
        transition: Type of the join into the next shot.
        transition_frames: Its length, even; 0 for a cut.
    """

    shot: Shot
    start_frame: int
    num_frames: int
    head_frames: int
    tail_frames: int
    clip_fps: Fraction
    film_fps: Fraction
    in_frame: int
    asked_frames: int
    chunks: tuple[ChunkPlan, ...]
    take: int
    shot_seed: int
    seed: int
    num_inference_steps: int
    guidance_scale: float
    guidance_scale_2: float | None
    flow_shift: float | None
    opening: Opening
    transition: str
    transition_frames: int

    @property
    def rendered_frames(self) -> int:
        """Frames the model returns for this shot, all chunks together."""
        return sum(chunk.num_frames for chunk in self.chunks)

    @property
    def programme_frames(self) -> int:
        """Clip frames of programme time."""
        return self.clip_frame(self.num_frames - 1) - self.in_frame + 1

    def of_take(self, take: int) -> ShotPlan:
        """The same shot with another take's seeds.

        Args:
            take: From 1.
        """
        seed = take_seed(self.shot_seed, take)
        chunks = tuple(replace(chunk, seed=derive_seed(seed, chunk.index)) for chunk in self.chunks)
        return replace(self, take=take, seed=seed, chunks=chunks)

    def name_of(self, chunk: ChunkPlan) -> str:
        """A chunk as people name it: the shot alone where there is one chunk."""
        return self.shot.id if len(self.chunks) == 1 else f"{self.shot.id} chunk {chunk.index + 1}"

    def clip_frame(self, programme_frame: int) -> int:
        """The clip frame shown at a programme frame (0 = the shot's first; negative in the head handle)."""
        return self.in_frame + floor(programme_frame * self.clip_fps / self.film_fps)


@dataclass(frozen=True)
class Plan:
    """The whole film, ready to be rendered.

    Attributes:
        storyboard: As loaded.
        shots: The shots that are in the film, in order.
        fps: Delivery rate, frames per second.
        height: Clip height, pixels.
        width: Clip width, pixels.
        film_height: Film height, pixels.
        film_width: Film width, pixels.
        seed: Film seed.
        fade_in_frames: Frames of a fade-in at the film's start.
        warnings: What is worth knowing before rendering.
    """

    storyboard: Storyboard
    shots: tuple[ShotPlan, ...]
    fps: Fraction
    height: int
    width: int
    film_height: int
    film_width: int
    seed: int
    fade_in_frames: int
    warnings: tuple[Problem, ...]

    @cached_property
    def by_id(self) -> Mapping[str, ShotPlan]:
        """The shots by id."""
        return {shot.shot.id: shot for shot in self.shots}

    @property
    def num_frames(self) -> int:
        """Frames of the film."""
        return sum(shot.num_frames for shot in self.shots)


def shot_place(storyboard: Storyboard, shot: Shot, name: str) -> str:
    """Where a shot stands, for messages: ``my.json, shot "S02" (2 of 5), shots[1]``."""
    index = next(i for i, other in enumerate(storyboard.shots) if other.id == shot.id)
    return f'{name}, shot "{shot.id}" ({index + 1} of {len(storyboard.shots)}), shots[{index}]'
