"""Storyboard + configuration + the backend's limits -> the plan: frames, chunks, seeds and joins of every shot.

Pure arithmetic on frames and exact rationals; no torch, no file is read or written. The plan asks a backend only for
what its grid allows, and says everything that can't be done before anything is downloaded.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import Literal, TypeVar

from storyvid.backends.base import BackendConfig, BackendLimits
from storyvid.config import DEFAULT_SEED, AnyRunConfig
from storyvid.errors import PlanError, Problem, did_you_mean
from storyvid.storyboard.schema import ContinueFrom, Shot, StartImage, Storyboard, parse_aspect_ratio
from storyvid.storyboard.vocabulary import CUT_TRANSITIONS

T = TypeVar("T")

MAX_CHAINED_CHUNKS = 3  # beyond this, colour and detail drift visibly (users of Wan, VACE and FramePack report 3 to 6)


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


@dataclass(frozen=True)
class ChunkPlan:
    """One call of the model.

    Attributes:
        index: Position within the shot, from 0.
        num_frames: Frames the model returns, on its grid.
        dropped_frames: Frames at the start that repeat the handed-over ones.
        surplus_frames: Frames at the end among which the handoff frame is chosen.
        seed: 0 to 2**32 - 1.
    """

    index: int
    num_frames: int
    dropped_frames: int
    surplus_frames: int
    seed: int


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
        seed: Seed of the shot.
        num_inference_steps: After precedence: command line, shot overrides, configuration.
        guidance_scale: Likewise.
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
    seed: int
    num_inference_steps: int
    guidance_scale: float
    opening: Opening
    transition: str
    transition_frames: int

    @property
    def rendered_frames(self) -> int:
        """Frames the model returns for this shot, all chunks together."""
        return sum(chunk.num_frames for chunk in self.chunks)

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

    @property
    def num_frames(self) -> int:
        """Frames of the film."""
        return sum(shot.num_frames for shot in self.shots)


def derive_seed(seed: int, key: str | int) -> int:
    """The seed of a part, from the seed of the whole: the first 32 bits of SHA-256 over ``"<seed>/<key>"`` (UTF-8).

    Inserting or moving a part changes no other part's seed. 32 bits fit every generator and every JSON reader.

    Args:
        seed: Seed of the whole, 0 to 2**32 - 1.
        key: Shot id, or chunk index from 0.
    """
    return int.from_bytes(hashlib.sha256(f"{seed}/{key}".encode()).digest()[:4], "big")


def count_programme_frames(durations_s: Sequence[Fraction], fps: Fraction) -> list[int]:
    """Programme frames of each shot, so that shot k ends at frame floor(sum of durations * fps + 1/2).

    Rounding the running sum keeps the film within half a frame of its length, however many shots there are.

    Args:
        durations_s: Programme time of each shot, seconds, exact.
        fps: Delivery rate, frames per second.
    """
    ends = [0]
    total = Fraction(0)
    for duration in durations_s:
        total += duration
        ends.append(floor(total * fps + Fraction(1, 2)))
    return [end - start for start, end in itertools.pairwise(ends)]


def even_frames(duration_s: float, fps: Fraction) -> int:
    """A transition's length rounded to an even number of frames, so that each side gives half.

    Args:
        duration_s: Seconds, >= 0.
        fps: Delivery rate.
    """
    return 2 * floor(Fraction(repr(duration_s)) * fps / 2 + Fraction(1, 2))


def chunk_lengths(asked_frames: int, limits: BackendLimits, *, opening_frames: int) -> list[int] | None:
    """Frames of each model call that together cover a shot, balanced and on the grid.

    Each later chunk repeats ``overlap_frames`` handed-over frames, and each chunk but the last leaves ``join_surplus``
    frames of choice for the handoff; both are rendered on top of what was asked.

    Args:
        asked_frames: Clip frames needed, >= 1.
        limits: The backend's limits, with the user's ``max_frames`` applied.
        opening_frames: Frames at the start of the first chunk that repeat another shot's.

    Returns:
        Lengths in order, or None when no number of chunks covers the shot.
    """
    lost_at_join = limits.overlap_frames + limits.join_surplus
    single = limits.round_up(asked_frames + opening_frames)
    if single is not None:
        return [single]
    gain = limits.longest - lost_at_join
    if gain <= 0:
        return None
    count = 2
    while True:
        remaining = asked_frames + opening_frames + (count - 1) * lost_at_join
        lengths: list[int] = []
        for index in range(count):
            length = limits.round_up(max(ceil(Fraction(remaining, count - index)), lost_at_join + limits.overlap_frames))
            if length is None:
                break
            lengths.append(length)
            remaining -= length
        if len(lengths) == count and remaining <= 0:
            return lengths
        count += 1


def clip_size(config: AnyRunConfig, storyboard: Storyboard) -> tuple[int, int]:
    """Height and width of the clips, on the model's grid.

    Raises:
        PlanError: Only one side is given, a side is off the grid, or the model has no such size.
    """
    backend: BackendConfig = config.backend
    height, width = config.resolution.height, config.resolution.width
    if (height is None) != (width is None):
        missing = "height" if height is None else "width"
        raise PlanError(
            Problem(f"resolution.{missing}", "is missing: a free size needs both sides", f"add resolution.{missing}=…", "size")
        )
    if height is not None and width is not None:
        return _free_size(height, width, backend)
    name, ratio = config.resolution.name, storyboard.aspect_ratio
    table = backend.sizes.get(name)
    if table is None:
        fix = did_you_mean(name, list(backend.sizes)) or f"use resolution={', '.join(backend.sizes)}"
        raise PlanError(Problem(f"resolution={name}", f"backend={backend.name} has no such size", fix, "size"))
    if ratio in table:
        return table[ratio]
    if backend.limits.any_size:
        return _size_of_ratio(min(table["16:9"]), parse_aspect_ratio(ratio), backend.limits.size_multiple)
    raise PlanError(
        Problem(
            f"resolution={name}",
            f"backend={backend.name} has no size for aspect_ratio {ratio} (it has {', '.join(table)})",
            "change the storyboard's aspect_ratio, or give resolution.height=… resolution.width=…",
            "size",
        )
    )


def _free_size(height: int, width: int, backend: BackendConfig) -> tuple[int, int]:
    limits = backend.limits
    problems = []
    for side, value in (("height", height), ("width", width)):
        if value % limits.size_multiple:
            below = value // limits.size_multiple * limits.size_multiple
            fix = f"set resolution.{side} to {below or limits.size_multiple} or {below + limits.size_multiple}"
            what = f"{value} is not a multiple of {limits.size_multiple}, which backend={backend.name} needs"
            problems.append(Problem(f"resolution.{side}", what, fix, "size"))
        if not limits.min_side <= value <= limits.max_side:
            what = f"{value} is outside what backend={backend.name} renders ({limits.min_side} to {limits.max_side} pixels)"
            problems.append(Problem(f"resolution.{side}", what, "choose a size within the range", "size"))
    if problems:
        raise PlanError(problems)
    return height, width


def _size_of_ratio(short_side: int, ratio: Fraction, multiple: int) -> tuple[int, int]:
    """Height and width with the given short side; the long side is rounded to the grid and assembly crops the rest."""
    long_side = max(1, floor(short_side * max(ratio, 1 / ratio) / multiple + Fraction(1, 2))) * multiple
    return (short_side, long_side) if ratio >= 1 else (long_side, short_side)


def film_size(config: AnyRunConfig, storyboard: Storyboard, clip: tuple[int, int]) -> tuple[int, int]:
    """Height and width of the delivered film, both even.

    ``upscale=none`` keeps the clips' size. Otherwise the short side is the option's and the long side follows the
    storyboard's aspect ratio.
    """
    short_side = config.upscale.short_side
    return clip if short_side is None else _size_of_ratio(short_side, parse_aspect_ratio(storyboard.aspect_ratio), 2)


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
    return replace(plan, warnings=tuple(_warnings(plan, config, typed, name)))


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
    for index, (shot, num_frames) in enumerate(zip(shots, lengths, strict=True)):
        where = shot_place(storyboard, shot, name)
        head = joins[index - 1][2] if index else 0
        opening, found = _opening(shot, shots[index - 1] if index else None, planned, where)
        problems += found
        draft = ShotPlan(
            shot=shot,
            start_frame=start,
            num_frames=num_frames,
            head_frames=head,
            tail_frames=joins[index][2],
            clip_fps=Fraction(repr(config.backend.limits.fps)) if config.backend.limits.fps else fps,
            film_fps=fps,
            in_frame=0,
            asked_frames=0,
            chunks=(),
            seed=shot.seed if shot.seed is not None else derive_seed(film_seed, shot.id),
            num_inference_steps=_chosen(shot.overrides.steps, config.sampler.steps, "sampler.steps", typed),
            guidance_scale=_chosen(shot.overrides.cfg, config.sampler.cfg, "sampler.cfg", typed),
            opening=opening,
            transition=joins[index][0],
            transition_frames=joins[index][1],
        )
        planned[shot.id], found = _on_grid(draft, config.backend, where)
        problems += found
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


def _on_grid(draft: ShotPlan, backend: BackendConfig, where: str) -> tuple[ShotPlan, list[Problem]]:
    """The shot with its clip frames, chunks and seeds; and what the backend can't do about it."""
    limits = backend.chunk_limits
    ratio = draft.clip_fps / draft.film_fps
    in_frame = ceil(draft.head_frames * ratio)
    asked = in_frame + floor((draft.num_frames + draft.tail_frames - 1) * ratio) + 1
    problems = _opening_problems(draft, backend, where)
    opening_frames = limits.overlap_frames if draft.opening.kind == "frame" else 0
    lengths = chunk_lengths(asked, limits, opening_frames=opening_frames)
    if lengths is None:
        lost = limits.overlap_frames + limits.join_surplus
        what = f"its {asked} frames can't be covered: chunks of at most {limits.longest} frames lose {lost} at each join"
        problems.append(Problem(f"{where}.duration", what, "raise backend.max_frames or shorten the shot", "chunks"))
    elif len(lengths) > 1 and not limits.accepts_first_frame:
        longest_s = float(Fraction(limits.longest) / draft.clip_fps)
        what = f"{draft.shot.duration:g} s needs {len(lengths)} chunks, and backend={backend.name} can't start a chunk from a frame"
        problems.append(
            Problem(f"{where}.duration", what, f"set it to {floor(longest_s * 10) / 10:g} or less, or split the shot", "chunks")
        )
    chunks = tuple(_chunks(lengths or [], limits, draft.seed, opening_frames))
    return replace(draft, in_frame=in_frame, asked_frames=asked, chunks=chunks), problems


def _opening_problems(draft: ShotPlan, backend: BackendConfig, where: str) -> list[Problem]:
    limits = backend.limits
    if draft.opening.kind != "text" and not limits.accepts_first_frame:
        what = f"backend={backend.name} can't start from a picture or a frame"
        return [Problem(f"{where}.continuity", what, "use cut, or another backend", "continuity")]
    if draft.opening.kind == "text" and limits.needs_first_frame:
        what = f"backend={backend.name} takes no text: every shot needs a picture to start from"
        fix = 'set continuity to {"image": "…"} or to continue, or use another backend'
        return [Problem(f"{where}.continuity", what, fix, "continuity")]
    return []


def _chunks(lengths: Sequence[int], limits: BackendLimits, shot_seed: int, opening_frames: int) -> Iterator[ChunkPlan]:
    for index, length in enumerate(lengths):
        yield ChunkPlan(
            index=index,
            num_frames=length,
            dropped_frames=limits.overlap_frames if index else opening_frames,
            surplus_frames=limits.join_surplus if index < len(lengths) - 1 else 0,
            seed=derive_seed(shot_seed, index),
        )


def _chosen(override: T | None, configured: T, key: str, typed: Collection[str]) -> T:
    """Command line > shot overrides > configuration."""
    return configured if override is None or key in typed else override


def shot_place(storyboard: Storyboard, shot: Shot, name: str) -> str:
    """Where a shot stands, for messages: ``my.json, shot "S02" (2 of 5), shots[1]``."""
    index = next(i for i, other in enumerate(storyboard.shots) if other.id == shot.id)
    return f'{name}, shot "{shot.id}" ({index + 1} of {len(storyboard.shots)}), shots[{index}]'


def _warnings(plan: Plan, config: AnyRunConfig, typed: Collection[str], name: str) -> Iterator[Problem]:
    backend: BackendConfig = config.backend
    for key, use in (("sampler.steps", "steps"), ("sampler.cfg", "cfg"), ("sampler.scheduler", "scheduler"), ("memory", "memory")):
        if key in typed and use not in backend.uses:
            yield Problem(key, f"changes nothing with backend={backend.name}; it is recorded all the same", code="unused-setting")
    chain = 0
    for planned in plan.shots:
        where = shot_place(plan.storyboard, planned.shot, name)
        chain = (chain if planned.opening.kind == "frame" else 0) + len(planned.chunks)
        if chain > MAX_CHAINED_CHUNKS:
            what = f"{chain} chunks in a row start from one another; colour and detail drift beyond {MAX_CHAINED_CHUNKS}"
            yield Problem(f"{where}.continuity", what, "cut here, or shorten the shots before", "drift")
        if planned.shot.transition.type not in (*CUT_TRANSITIONS, planned.transition):
            what = f"{planned.shot.transition.type} leads to nothing: this is the last shot"
            yield Problem(f"{where}.transition", what, "use fade_out, or remove it", "transition")
    clip_ratio, wanted = Fraction(plan.width, plan.height), parse_aspect_ratio(plan.storyboard.aspect_ratio)
    if config.upscale.short_side is not None and abs(clip_ratio / wanted - 1) > Fraction(1, 100):
        verb = {"crop": "cropped", "pad": "given black bars"}[config.delivery.fit]
        what = f"clips of {plan.width}x{plan.height} are {verb} to aspect_ratio {plan.storyboard.aspect_ratio}"
        yield Problem("resolution", what, code="aspect-ratio")
