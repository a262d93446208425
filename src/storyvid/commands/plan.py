"""``python -m storyvid plan storyboard=my.json …``: what a render would do. Writes nothing."""

from __future__ import annotations

from storyvid.cli.arguments import parse
from storyvid.cli.preflight import prepare_jobs
from storyvid.errors import StoryvidError
from storyvid.film import Film
from storyvid.plan import ShotPlan
from storyvid.record.prompts import prompts_text

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
    for job, film in films:
        if len(films) > 1:
            print(f"=== {job.label.strip('[] ')}")
        print(plan_text(film, prompts=film.config.plan.show == "prompts"))
    return 0


def plan_text(film: Film, *, prompts: bool = False) -> str:
    """The plan as a table, with the warnings below it.

    Args:
        film: Prepared.
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
        f"backend {config.backend.name}, {config.backend.model} ({config.backend.revision}), memory {config.memory.name}",
        f"{size} {config.delivery.codec}, film seed {plan.seed}",
        "",
        *_table([HEADERS, *(_row(planned) for planned in plan.shots)]),
        "",
        f"{sum(planned.rendered_frames for planned in plan.shots)} frames to render in {_count(chunks, 'chunk')}{own_rate}",
    ]
    if prompts:
        lines += ["", prompts_text(film).rstrip()]
    if film.warnings:
        lines += ["", f"Warnings ({len(film.warnings)})", *(f"- {problem}" for problem in film.warnings)]
    return "\n".join(lines)


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


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
