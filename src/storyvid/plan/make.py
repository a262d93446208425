"""Storyboard + configuration + the backend's limits -> `Plan`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import Any, Literal

from storyvid.backends.base import BackendConfig
from storyvid.config import DEFAULT_SEED, AnyRunConfig
from storyvid.errors import PlanError, Problem
from storyvid.plan.advice import plan_warnings
from storyvid.plan.chunks import chunk_lengths, least_frames, plan_chunks
from storyvid.plan.planned import Opening, Plan, ShotPlan, shot_place
from storyvid.plan.recipes import picture_settings, refused_overrides, refused_settings, shot_settings
from storyvid.plan.sizes import clip_size, film_size
from storyvid.plan.timing import count_programme_frames, derive_seed, even_frames, take_seed
from storyvid.storyboard.schema import MIN_DURATION_S, ContinueFrom, Shot, StartImage, Storyboard
from storyvid.storyboard.vocabulary import CUT_TRANSITIONS


def make_plan(storyboard: Storyboard, config: AnyRunConfig, *, typed: Collection[str] = (), name: str = "storyboard") -> Plan:
    """Plan a film.

    Args:
        storyboard: Checked storyboard.
        config: Checked configuration.
        typed: Configuration keys that were typed on the command line; they win over shot overrides and the storyboard.
        name: The storyboard's file name, for messages.

    Raises:
        PlanError: Everything the backend can't do, all at once.
    """
    problems: list[Problem] = []
    try:
        height, width = clip_size(config, storyboard)
    except PlanError as error:
        problems, (height, width) = list(error.problems), (0, 0)
    seed = _film_seed(storyboard, config, typed)
    shots, more = _plan_shots(storyboard, config, typed, seed, name)
    problems += more
    problems += refused_settings(config)
    if problems:
        raise PlanError(problems)
    film_height, film_width = film_size(config, storyboard, (height, width))
    fade_in = storyboard.programme_shots[0].transition_in
    plan = Plan(
        storyboard=storyboard,
        shots=tuple(shots),
        fps=storyboard.frame_rate,
        height=height,
        width=width,
        film_height=film_height,
        film_width=film_width,
        seed=seed,
        fade_in_frames=even_frames(fade_in.duration, storyboard.frame_rate) if fade_in else 0,
        warnings=(),
    )
    return replace(plan, warnings=tuple(plan_warnings(plan, config, typed, name)))


def _film_seed(storyboard: Storyboard, config: AnyRunConfig, typed: Collection[str]) -> int:
    """Command line > storyboard > configuration files > 42."""
    order = (config.seed, storyboard.seed) if "seed" in typed else (storyboard.seed, config.seed)
    return next((seed for seed in order if seed is not None), DEFAULT_SEED)


def _plan_shots(
    storyboard: Storyboard, config: AnyRunConfig, typed: Collection[str], film_seed: int, name: str
) -> tuple[list[ShotPlan], list[Problem]]:
    shots, fps = storyboard.programme_shots, storyboard.frame_rate
    lengths = count_programme_frames([shot.duration_exact for shot in shots], fps)
    joins = [_transition(shot, fps, is_last=shot is shots[-1]) for shot in shots]
    planned: dict[str, ShotPlan] = {}
    problems: list[Problem] = []
    start = 0
    spare = floor(Fraction(repr(config.edit.handles)) * fps + Fraction(1, 2))
    for index, (shot, num_frames) in enumerate(zip(shots, lengths, strict=True)):
        where = shot_place(storyboard, shot, name)
        head = joins[index - 1][2] if index else 0
        opening, found = _opening(shot, shots[index - 1] if index else None, planned, where)
        problems += found
        shot_seed = shot.seed if shot.seed is not None else derive_seed(film_seed, shot.id)
        take = config.pick.get(shot.id, 1)
        draft = ShotPlan(
            shot=shot,
            start_frame=start,
            num_frames=num_frames,
            head_frames=max(head, spare) if opening.kind == "text" else head,  # a picture is where programme time begins
            tail_frames=max(joins[index][2], spare),
            clip_fps=Fraction(repr(config.backend.limits.fps)) if config.backend.limits.fps else fps,
            film_fps=fps,
            in_frame=0,
            asked_frames=0,
            chunks=(),
            take=take,
            shot_seed=shot_seed,
            seed=take_seed(shot_seed, take),
            **shot_settings(shot, config, typed),
            opening=opening,
            transition=joins[index][0],
            transition_frames=joins[index][1],
        )
        planned[shot.id], found = _on_grid(draft, config.backend, where, picture_settings(shot, config, typed))
        problems += [*found, *refused_overrides(shot, where, config, typed)]
        start += num_frames
    return list(planned.values()), problems


def _transition(shot: Shot, fps: Fraction, *, is_last: bool) -> tuple[str, int, int]:
    """Type, frames, and handle frames on each side of the join into the next shot.

    Fades from and to black happen inside one shot, and the last shot has nothing to join: neither needs a handle.
    """
    kind = shot.transition.type
    if kind in CUT_TRANSITIONS:
        return kind, 0, 0
    frames = even_frames(shot.transition.duration, fps)
    if kind == "fade_out":
        return kind, frames, 0
    if is_last or not frames:
        return "cut", 0, 0
    if kind == "fade_in":
        return kind, frames, 0
    return kind, frames, frames // 2


def _opening(shot: Shot, before: Shot | None, planned: Mapping[str, ShotPlan], where: str) -> tuple[Opening, list[Problem]]:
    continuity = shot.continuity
    if isinstance(continuity, StartImage):
        return Opening("image", image=continuity.image), []
    if isinstance(continuity, ContinueFrom):
        source = planned.get(continuity.from_)
        wanted: Literal["last", "first"] | int = continuity.frame
    elif continuity == "continue":
        source = planned.get(before.id) if before else None
        wanted = "last"
    else:
        return Opening(), []
    if source is None:
        fix = "name an earlier shot that is in the film, or use cut"
        return Opening(), [Problem(f"{where}.continuity", "there is no earlier shot to continue from", fix, "continuity")]
    frame = source.num_frames - 1 if wanted == "last" else 0 if wanted == "first" else wanted
    if frame >= source.num_frames:
        what = f'frame {frame} is beyond shot "{source.shot.id}", which has {source.num_frames} frames'
        return Opening(), [Problem(f"{where}.continuity.frame", what, f"use 0 to {source.num_frames - 1}", "continuity")]
    return Opening("frame", shot_id=source.shot.id, clip_frame=source.clip_frame(frame)), []


def _on_grid(
    draft: ShotPlan, backend: BackendConfig, where: str, from_pictures: Mapping[str, Any]
) -> tuple[ShotPlan, list[Problem]]:
    """The shot with its clip frames, chunks and seeds; and what the backend can't do about it.

    Args:
        draft: The shot but for these.
        backend: The backend's configuration.
        where: The shot, for messages.
        from_pictures: Settings of the chunks that start from a picture.
    """
    limits = backend.chunk_limits
    asked = _asked_frames(draft, draft.num_frames)
    problems = _opening_problems(draft, backend, where)
    opening_frames = draft.opening.handed_frames(limits.overlap_frames)
    lengths = chunk_lengths(asked, limits, opening_frames=opening_frames)
    if lengths is None:
        lost = limits.overlap_frames + limits.join_surplus
        what = f"its {asked} frames can't be covered: chunks of at most {limits.longest} frames lose {lost} at each join"
        least = backend.limits.round_up(least_frames(limits))
        raised = "raise backend.max_frames" if least is None else f"set backend.max_frames to {least} or more"
        problems.append(Problem(f"{where}.duration", what, f"{raised}, or shorten the shot", "chunks"))
    elif len(lengths) > 1 and not limits.accepts_first_frame:
        handles = draft.head_frames + draft.tail_frames
        needs = "and the frames for its joins need" if handles else "needs"
        what = (
            f"{draft.shot.duration:g} s {needs} {len(lengths)} chunks, and backend={backend.name} can't start a chunk from a frame"
        )
        problems.append(Problem(f"{where}.duration", what, _shorter(draft, limits.longest), "chunks"))
    planned = plan_chunks(lengths or [], limits, draft.seed, opening_frames)
    starts_from_text = draft.opening.kind == "text" and not backend.makes_first_frames
    chunks = tuple(chunk if starts_from_text and chunk.index == 0 else replace(chunk, **from_pictures) for chunk in planned)
    return replace(draft, in_frame=_in_frame(draft), asked_frames=asked, chunks=chunks), problems


def _in_frame(draft: ShotPlan) -> int:
    return ceil(draft.head_frames * draft.clip_fps / draft.film_fps)


def _asked_frames(draft: ShotPlan, num_frames: int) -> int:
    """Clip frames that a shot of a length needs, its handles included."""
    return _in_frame(draft) + floor((num_frames + draft.tail_frames - 1) * draft.clip_fps / draft.film_fps) + 1


def _shorter(draft: ShotPlan, longest: int) -> str:
    """How to make a shot fit into one chunk of so many frames, in tenths of a second."""
    tenths = range(ceil(draft.shot.duration_exact * 10) - 1, ceil(Fraction(repr(MIN_DURATION_S)) * 10) - 1, -1)
    fits = (number for number in tenths if _asked_frames(draft, ceil(Fraction(number, 10) * draft.film_fps)) <= longest)
    seconds = next(fits, None)
    return "raise backend.max_frames" if seconds is None else f"set it to {seconds / 10:g} or less, or split the shot"


def _opening_problems(draft: ShotPlan, backend: BackendConfig, where: str) -> list[Problem]:
    limits = backend.limits
    if draft.opening.kind != "text" and not limits.accepts_first_frame:
        what = f"backend={backend.name} can't start from a picture or a frame"
        return [Problem(f"{where}.continuity", what, "use cut, or a backend that can, such as backend=wan", "continuity")]
    if draft.opening.kind == "text" and limits.needs_first_frame and not backend.makes_first_frames:
        why = "can't start from text alone" if limits.takes_text else "takes no text"
        what = f"backend={backend.name} {why}: every shot needs a picture to start from"
        painted = ", name a text-to-picture model in backend.keyframe" if hasattr(backend, "keyframe") else ""
        fix = f'set continuity to {{"image": "…"}} or to continue{painted}, or use another backend'
        return [Problem(f"{where}.continuity", what, fix, "continuity")]
    return []
