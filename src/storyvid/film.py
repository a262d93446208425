"""A film that can be rendered: storyboard, plan, prompts and requests, checked together and free of side effects."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from storyvid.assembly.captions import caption_entries
from storyvid.assembly.timeline import Segment, Timeline, check_timeline
from storyvid.backends.base import ChunkRequest, ColourMatch, ShotRequest
from storyvid.config import AnyRunConfig
from storyvid.errors import PlanError, Problem, RenderError, did_you_mean
from storyvid.plan import Plan, ShotPlan, make_plan, shot_place
from storyvid.prompts import ShotPrompts, compile_prompts
from storyvid.record.path_lengths import output_problems, tracking_warnings
from storyvid.storyboard.lint import lint
from storyvid.storyboard.load import LoadedStoryboard
from storyvid.storyboard.picks import picks_path


@dataclass(frozen=True)
class Film:
    """Everything known before the first frame is rendered.

    Attributes:
        loaded: The storyboard and what its reading warned about.
        config: Checked configuration.
        plan: Frames, chunks, seeds, joins.
        prompts: Compiled prompts by shot id.
        warnings: All warnings, in the order of the stages.
    """

    loaded: LoadedStoryboard
    config: AnyRunConfig
    plan: Plan
    prompts: Mapping[str, ShotPrompts]
    warnings: tuple[Problem, ...]

    @property
    def project(self) -> str:
        """Folder name below outputs/."""
        return self.config.project or self.loaded.project

    @cached_property
    def requests(self) -> Mapping[str, ShotRequest]:
        """What the backend is asked for, by shot id, in film order; of each shot the take that is in the film."""
        return {planned.shot.id: self.request(planned) for planned in self.plan.shots}

    def request(self, planned: ShotPlan) -> ShotRequest:
        """What the backend is asked for.

        Args:
            planned: A shot of the plan, or another take of one.
        """
        return _request(planned, self.plan, self.prompts[planned.shot.id], self.config)

    def is_chosen(self, shot_id: str) -> bool:
        """Whether a shot is to be rendered: ``shots=`` may name a part of the film."""
        return self.config.shots is None or shot_id in self.config.shots

    @cached_property
    def other_takes(self) -> tuple[ShotPlan, ...]:
        """What ``takes=`` asks for besides the takes that are in the film, in film order; nothing where one of each will do."""
        last = self.config.takes if self.config.takes > 1 else 0
        return tuple(
            planned.of_take(take)
            for planned in self.plan.shots
            if self.is_chosen(planned.shot.id)
            for take in range(1, last + 1)
            if take != planned.take
        )


def prepare_film(loaded: LoadedStoryboard, config: AnyRunConfig, typed: Collection[str] = ()) -> Film:
    """Plan a film and compile its prompts.

    Args:
        loaded: From `storyvid.storyboard.load.load`.
        config: Checked configuration.
        typed: Configuration keys that were typed on the command line.

    Raises:
        PlanError: Everything the backend can't do, all at once.
    """
    name, storyboard, backend = loaded.path.name, loaded.storyboard, config.backend
    config = config.model_copy(update={"pick": _picks(loaded, config, typed)})
    prompts = {
        shot.id: compile_prompts(
            storyboard,
            shot,
            family=backend.prompts,
            default_negative=backend.negative_prompt,
            prompt_tokens=backend.limits.prompt_tokens,
            where=shot_place(storyboard, shot, name),
        )
        for shot in storyboard.programme_shots
    }
    problems = [problem for compiled in prompts.values() for problem in compiled.errors]
    problems += _unknown_shots(loaded, config)
    try:
        plan = make_plan(storyboard, config, typed=typed, name=name)
    except PlanError as error:
        raise PlanError([*error.problems, *problems]) from None
    problems += [*_timeline_problems(plan, config, name), *_caption_problems(plan, name)]
    project = config.project or loaded.project
    problems += output_problems(config.outputs, project, prompts)
    if problems:
        raise PlanError(problems)
    advice = [problem for compiled in prompts.values() for problem in compiled.warnings]
    remarks = [replace(problem, where=f"{name}, {problem.where}") for problem in lint(storyboard)]
    tracked = tracking_warnings(config.mlruns, project) if config.tracking.kind == "mlflow" and config.tracking.uri is None else []
    warnings = (*loaded.warnings, *remarks, *plan.warnings, *advice, *tracked)
    return Film(loaded, config, plan, prompts, tuple(dict.fromkeys(warnings)))


def _picks(loaded: LoadedStoryboard, config: AnyRunConfig, typed: Collection[str]) -> dict[str, int]:
    """Command line > picks file > configuration files."""
    said = {shot: take for shot, take in config.pick.items() if f"pick.{shot}" in typed}
    return {**config.pick, **loaded.picks, **said}


def _unknown_shots(loaded: LoadedStoryboard, config: AnyRunConfig) -> list[Problem]:
    """Ids that ``shots=`` and the picks name and the film lacks. A skipped shot may have a pick, for when it comes back."""
    every = [shot.id for shot in loaded.storyboard.shots]
    shown = [shot.id for shot in loaded.storyboard.programme_shots]
    problems = []
    for shot in config.shots or ():
        if shot in every and shot not in shown:
            problems.append(
                Problem("shots", f"shot {shot!r} is skipped", f"leave it out, or take skip from shot {shot!r}", "skipped")
            )
        elif shot not in every:
            problems.append(_unknown_shot("shots", shot, shown))
    for shot in config.pick:
        if shot not in every:
            place = f"{picks_path(loaded.path).name}, {shot}" if shot in loaded.picks else f"pick.{shot}"
            problems.append(_unknown_shot(place, shot, every))
    return problems


def _unknown_shot(place: str, shot: str, known: Sequence[str]) -> Problem:
    fix = did_you_mean(shot, known) or f"its shots are {', '.join(known)}"
    return Problem(place, f"there is no shot {shot!r} in the film", fix, "unknown-shot")


def planned_timeline(plan: Plan, config: AnyRunConfig, clips: Mapping[str, tuple[Path, Fraction, int]]) -> Timeline:
    """The edit that the plan asks for.

    Args:
        plan: Frames and joins.
        config: For how clips are fitted to the film's shape.
        clips: File, frames per second and frames of each shot's clip, by shot id.
    """
    segments = (
        Segment(
            shot_id=planned.shot.id,
            path=clips[planned.shot.id][0],
            clip_fps=clips[planned.shot.id][1],
            clip_frames=clips[planned.shot.id][2],
            in_frame=planned.in_frame,
            num_frames=planned.num_frames,
            transition=planned.transition,
            transition_frames=planned.transition_frames,
        )
        for planned in plan.shots
    )
    return Timeline(tuple(segments), plan.fps, plan.film_height, plan.film_width, config.delivery.fit, plan.fade_in_frames)


def _timeline_problems(plan: Plan, config: AnyRunConfig, name: str) -> list[Problem]:
    """What assembly would refuse: found now, not after hours of rendering."""
    clips = {planned.shot.id: (Path(f"{planned.shot.id}.mp4"), planned.clip_fps, planned.asked_frames) for planned in plan.shots}
    try:
        check_timeline(planned_timeline(plan, config, clips))
    except RenderError as error:
        return [replace(problem, where=f"{name}, {problem.where}") for problem in error.problems]
    return []


def _caption_problems(plan: Plan, name: str) -> list[Problem]:
    """Lines that would start after their shot has ended: found now, since captions are written after hours of rendering."""
    try:
        caption_entries(plan.storyboard, caption_starts(plan), plan.fps)
    except RenderError as error:
        return [replace(problem, where=f"{name}, {problem.where}") for problem in error.problems]
    return []


def caption_starts(plan: Plan) -> dict[str, tuple[int, int]]:
    """First programme frame and programme frames of every shot, by id."""
    return {planned.shot.id: (planned.start_frame, planned.num_frames) for planned in plan.shots}


def _request(planned: ShotPlan, plan: Plan, prompts: ShotPrompts, config: AnyRunConfig) -> ShotRequest:
    from_text = planned.opening.kind == "text"
    chunks = tuple(
        ChunkRequest(
            index=chunk.index,
            num_frames=chunk.num_frames,
            dropped_frames=chunk.dropped_frames,
            surplus_frames=chunk.surplus_frames,
            seed=chunk.seed,
            prompt=prompts.of_chunk(chunk.index, from_text=from_text),
            num_inference_steps=chunk.num_inference_steps,
            guidance_scale=chunk.guidance_scale,
            guidance_scale_2=chunk.guidance_scale_2,
            flow_shift=chunk.flow_shift,
        )
        for chunk in planned.chunks
    )
    return ShotRequest(
        shot=planned.shot,
        storyboard=plan.storyboard,
        height=plan.height,
        width=plan.width,
        fps=planned.clip_fps,
        num_frames=planned.asked_frames,
        seed=planned.seed,
        negative_prompt=prompts.negative_prompt,
        num_inference_steps=planned.num_inference_steps,
        guidance_scale=planned.guidance_scale,
        scheduler=config.backend.scheduler_named(config.sampler.scheduler),
        guidance_scale_2=planned.guidance_scale_2,
        flow_shift=planned.flow_shift,
        guidance_until=config.sampler.cfg_until,
        first_frame_prompt=prompts.first_frame_prompt,
        chunks=chunks,
        opening=planned.opening.kind,
        programme_start=planned.in_frame,
        programme_frames=planned.programme_frames,
        colour_match=_colour_match(planned, config),
    )


def _colour_match(planned: ShotPlan, config: AnyRunConfig) -> ColourMatch | None:
    """What is done to colours; nothing where no chunk is handed a frame, or by a backend that needs none of it."""
    asked = config.continuity
    is_handed = len(planned.chunks) > 1 or planned.opening.kind == "frame"
    if asked.colour_match == "none" or not asked.strength or not is_handed or "colour_match" not in config.backend.uses:
        return None
    return ColourMatch(asked.colour_match, asked.strength)
