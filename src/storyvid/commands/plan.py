"""``python -m storyvid plan storyboard=my.json …``: what a render would do. Makes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from storyvid.backends.base import BackendConfig
from storyvid.cli.arguments import parse
from storyvid.cli.preflight import prepare_jobs
from storyvid.clips.lookup import Choice, plan_clips
from storyvid.clips.store import ClipStore
from storyvid.diffusion.checkpoint import local_folder
from storyvid.diffusion.config import DiffusionConfig
from storyvid.diffusion.hashes import keep_of_plan
from storyvid.errors import StoryvidError
from storyvid.film import Film
from storyvid.plan import Plan, ShotPlan
from storyvid.plan.recipes import own_settings
from storyvid.record.prompts import prompts_text
from storyvid.tables import columns

HEADERS = ("shot", "start", "length", "frames", "asked", "rendered", "chunks", "seed", "opens from", "join", "what")


def run(words: list[str]) -> int:
    """Print the plan of every job.

    Raises:
        StoryvidError: What a render would refuse.
    """
    arguments = parse(words)
    if arguments.hydra_flags:
        raise StoryvidError(f"{arguments.hydra_flags[0]} is for the command without a verb: leave plan out")
    films = prepare_jobs(arguments)
    coming: dict[str, set[int]] = {}
    for job, film in films:
        if len(films) > 1:
            print(f"=== {job.label.strip('[] ')}")
        choices = plan_clips(film, ClipStore(film.config.clips), coming)
        print(plan_text(film, choices, prompts=film.config.plan.show == "prompts"))
    keep_of_plan()
    return 0


def plan_text(film: Film, choices: Sequence[tuple[ShotPlan, Choice]] = (), *, prompts: bool = False) -> str:
    """The plan as a table, what becomes of every clip, and the warnings.

    Args:
        film: Prepared.
        choices: From `storyvid.clips.lookup.plan_clips`.
        prompts: Also every prompt as a model would get it.
    """
    plan, config = film.plan, film.config
    rate, length = float(plan.fps), float(plan.num_frames / plan.fps)
    shots = _count(len(plan.shots), "shot")
    chunks = sum(len(planned.chunks) for planned in plan.shots)
    clip_rate = float(plan.shots[0].clip_fps)
    own_rate = "" if clip_rate == rate else f" (asked and rendered count frames at the model's own {clip_rate:g} fps)"
    size = f"clips {plan.width}x{plan.height}, film {plan.film_width}x{plan.film_height}"
    lines = [
        f"{film.loaded.storyboard.title}: {shots}, {plan.num_frames} frames at {rate:g} fps = {length:.2f} s",
        f"backend {config.backend.name}, {config.backend.model} ({_revision(config.backend)}), memory {config.memory.name}",
        f"{size} {config.delivery.codec}, film seed {plan.seed}",
        "",
        *columns([HEADERS, *(_row(planned) for planned in plan.shots)]),
        "",
        f"{sum(planned.rendered_frames for planned in plan.shots)} frames in {_count(chunks, 'chunk')}{own_rate}",
        *_picture_lines(plan),
        *_clip_lines(choices, several=bool(film.other_takes)),
    ]
    if prompts:
        lines += ["", prompts_text(film).rstrip()]
    if film.warnings:
        lines += ["", f"Warnings ({len(film.warnings)})", *(f"- {problem}" for problem in film.warnings)]
    return "\n".join(lines)


def _revision(backend: BackendConfig) -> str:
    """Which version of the model: of a folder there is none but what lies in it."""
    is_folder = isinstance(backend, DiffusionConfig) and local_folder(backend.model) is not None
    return "a folder" if is_folder else backend.revision


def _clip_lines(choices: Sequence[tuple[ShotPlan, Choice]], *, several: bool) -> list[str]:
    """How many clips are there already, and of every other one why it is not."""
    if not choices:
        return []
    rendered = [planned.rendered_frames for planned, choice in choices if choice.action == "render"]
    there = sum(choice.action in ("reuse", "keep") for _, choice in choices)
    rows = [
        (
            f"  {planned.shot.id}" + (f" take {planned.take}" if several else ""),
            f"{choice.action}{', because' if choice.action == 'render' else ''}: {choice.because}",
        )
        for planned, choice in choices
        if choice.because
    ]
    return [f"Clips: {there} reused, {len(rendered)} to render ({_count(sum(rendered), 'frame')})", *columns(rows)]


def _picture_lines(plan: Plan) -> list[str]:
    """Settings of chunks that start from a picture, where the makers publish others for these, and which chunks they are."""
    chunks: dict[str, list[str]] = {}
    for planned in plan.shots:
        for chunk in planned.chunks:
            own = own_settings(chunk)
            if own:
                said = ", ".join(f"sampler.{key} {value:g}" for key, value in own.items())
                chunks.setdefault(said, []).append(planned.name_of(chunk))
    return [f"From a picture, with the makers' {said}: {', '.join(places)}" for said, places in chunks.items()]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _row(planned: ShotPlan) -> tuple[str, ...]:
    handles = f" +{planned.head_frames + planned.tail_frames}" if planned.head_frames + planned.tail_frames else ""
    opening = {"text": "text", "image": planned.opening.image, "frame": f"{planned.opening.shot_id}:{planned.opening.clip_frame}"}
    join = planned.transition + (f" {planned.transition_frames}" if planned.transition_frames else "")
    camera = planned.shot.camera
    return (
        planned.shot.id,
        str(planned.start_frame),
        f"{planned.shot.duration:g} s",
        f"{planned.num_frames}{handles}",
        str(planned.asked_frames),
        str(planned.rendered_frames),
        "+".join(str(chunk.num_frames) for chunk in planned.chunks),
        str(planned.seed),
        str(opening[planned.opening.kind]),
        join,
        " ".join(word for word in (camera.size, camera.movement) if word),
    )
