"""The shots of a film, one after another: found in the clip store or rendered into it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from loguru import logger

from storyvid.backends.base import Backend, Clip, ShotRequest, load_backend
from storyvid.clips.fingerprint import fingerprint, pixel_inputs
from storyvid.clips.store import ClipStore, handed_over
from storyvid.errors import RenderError
from storyvid.film import Film
from storyvid.plan import ShotPlan
from storyvid.record.disk import disk_problem, require_room
from storyvid.record.environment import describe_environment
from storyvid.video import frames_sha256

if TYPE_CHECKING:
    from storyvid.backends.base import Frames
    from storyvid.progress import FilmProgress


@dataclass(frozen=True)
class FinishedShot:
    """A shot after its turn.

    Attributes:
        planned: Its plan.
        request: What the backend was asked for.
        key: Fingerprint of the clip; empty when the shot failed before it was known.
        clip: The clip, or None when the shot failed.
        reused: The clip was in the store.
        error: Why there is no clip.
        seconds: Wall time of this run for the shot.
    """

    planned: ShotPlan
    request: ShotRequest
    key: str
    clip: Clip | None
    reused: bool
    error: str | None
    seconds: float


def handoff_frames(film: Film) -> Mapping[str, tuple[int, ...]]:
    """Clip frames that later shots start from, by the id of the shot that hands them over."""
    overlap = film.config.backend.limits.overlap_frames
    wanted: dict[str, set[int]] = {planned.shot.id: set() for planned in film.plan.shots}
    for planned in film.plan.shots:
        if planned.opening.shot_id is not None and planned.opening.clip_frame is not None:
            wanted[planned.opening.shot_id].update(_overlap(planned.opening.clip_frame, overlap))
    return {shot_id: tuple(sorted(frames)) for shot_id, frames in wanted.items()}


def render_shots(film: Film, store: ClipStore, progress: FilmProgress) -> Iterator[FinishedShot]:
    """Find or render every shot of a film, in order. A shot that fails is reported and the next one is begun.

    Args:
        film: Prepared.
        store: Where clips are looked up and kept.
        progress: Told of every frame.

    Yields:
        One finished shot for each planned one.
    """
    handoff = handoff_frames(film)
    finished: dict[str, FinishedShot] = {}
    backend = _PreparedBackend(film)
    total = len(film.plan.shots)
    for index, planned in enumerate(film.plan.shots):
        shot_id = planned.shot.id
        progress.shot_started(shot_id, index, total, planned.rendered_frames)
        shot = _finish_shot(film, planned, finished, store, backend, handoff[shot_id], progress.advance)
        finished[shot_id] = shot
        progress.shot_finished(shot_id, reused=shot.reused, failed=shot.clip is None)
        yield shot


class _PreparedBackend:
    """Loads the backend when the first shot really needs it, and prepares it for all shots of the film once."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self._backend: Backend | None = None

    def __call__(self) -> Backend:
        if self._backend is None:
            self._backend = load_backend(self._film.config.backend, self._film.config.memory)
            self._backend.prepare(list(self._film.requests.values()))
        return self._backend


def _finish_shot(
    film: Film,
    planned: ShotPlan,
    finished: Mapping[str, FinishedShot],
    store: ClipStore,
    backend: Callable[[], Backend],
    handoff: tuple[int, ...],
    advance: Callable[[int, int], None],
) -> FinishedShot:
    request = film.requests[planned.shot.id]
    started = time.perf_counter()
    key = ""
    try:
        first_frames = _first_frames(film, planned, request, finished)
        inputs = pixel_inputs(request, film.config, _content_hash(first_frames))
        key = fingerprint(inputs)
        clip = store.find(key, handoff)
        if clip is not None:
            return FinishedShot(planned, request, key, clip, True, None, time.perf_counter() - started)

        def make(path: Path, frames: Sequence[int]) -> Clip:
            require_room(path.parent, 2 * 3 * request.height * request.width)  # the two frames kept beside every clip
            made = backend().generate_shot(request, first_frames, path, advance, frames)
            return replace(made, metadata={**made.metadata, "environment": describe_environment()})

        clip = store.add(key, inputs, handoff, make)
    except Exception as error:  # one failing shot never stops the others
        logger.opt(exception=True).debug(f'Shot "{planned.shot.id}" failed')
        reason = _reason(error, store.root)
        logger.error(f'Shot "{planned.shot.id}" failed: {reason}')
        return FinishedShot(planned, request, key, None, False, reason, time.perf_counter() - started)
    return FinishedShot(planned, request, key, clip, False, None, time.perf_counter() - started)


def _reason(error: Exception, folder: Path) -> str:
    if isinstance(error, OSError):
        return str(disk_problem(error, folder))
    text = str(error).strip()
    return text if isinstance(error, RenderError) and text else f"{type(error).__name__}: {text}"


def _first_frames(film: Film, planned: ShotPlan, request: ShotRequest, finished: Mapping[str, FinishedShot]) -> Frames | None:
    """The frames the shot starts from, or None when it starts from text.

    Raises:
        RenderError: The shot it continues from failed, or its picture can't be read.
    """
    opening = planned.opening
    if opening.kind == "image" and opening.image is not None:
        from storyvid.clips.opening import read_opening

        return read_opening(film.loaded.path.parent / opening.image, request.height, request.width)
    if opening.shot_id is None or opening.clip_frame is None:
        return None
    source = finished[opening.shot_id]
    if source.clip is None:
        raise RenderError(f'it continues from shot "{opening.shot_id}", which failed')
    return handed_over(source.clip, _overlap(opening.clip_frame, film.config.backend.limits.overlap_frames))


def _overlap(last_frame: int, overlap: int) -> range:
    return range(max(0, last_frame - overlap + 1), last_frame + 1)


def _content_hash(frames: Frames | None) -> str | None:
    return None if frames is None else frames_sha256(frames)
