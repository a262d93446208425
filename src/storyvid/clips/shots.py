"""The shots of a film, one after another: found in the clip store or rendered into it.

A model that can work on the next shot while this one's frames are encoded does so; see `storyvid.clips.overlap`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from loguru import logger

from storyvid.backends.base import Backend, Clip, LatentBackend, ShotRequest, load_backend
from storyvid.clips.changes import is_unknown
from storyvid.clips.chunks import KeptChunks
from storyvid.clips.inventory import EMBEDDINGS
from storyvid.clips.lookup import Lookup, Wanted, opening_frames
from storyvid.clips.overlap import SharedModel, Turn, two_at_a_time
from storyvid.clips.record import read_record
from storyvid.clips.store import ClipStore, handed_over
from storyvid.errors import RenderError
from storyvid.film import Film
from storyvid.plan import ShotPlan
from storyvid.record.disk import disk_problem, require_room
from storyvid.record.environment import describe_environment

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
        clip: The clip, or None when the shot failed or was left out.
        reused: The clip was in the store.
        error: Why there is no clip.
        seconds: Wall time of this run for the shot.
        left_out: ``shots=`` does not name it, and there was no clip of it.
        stale: ``kept`` where the shot that it continues from has changed since its clip was rendered.
        because: Why it was rendered, kept or left out; None for a reused clip.
    """

    planned: ShotPlan
    request: ShotRequest
    key: str
    clip: Clip | None
    reused: bool
    error: str | None
    seconds: float
    left_out: bool = False
    stale: Literal["kept"] | None = None
    because: str | None = None

    @property
    def failed(self) -> bool:
        """It was to be rendered, and there is no clip."""
        return self.clip is None and not self.left_out


def render_shots(film: Film, store: ClipStore, progress: FilmProgress) -> Generator[FinishedShot, None, None]:
    """Find or render every shot of a film, in order, and then the other takes. One that fails is told, and the next begins.

    Whoever asks closes the generator (``contextlib.closing``): it may hold threads.

    Args:
        film: Prepared.
        store: Where clips are looked up and kept.
        progress: Told of every frame.

    Yields:
        One finished shot for each planned one, then one for each take that is not in the film.
    """
    planned = (*film.plan.shots, *film.other_takes)
    several = bool(film.other_takes)
    labels = [f"{shot.shot.id} take {shot.take}" if several or shot.take > 1 else shot.shot.id for shot in planned]
    rendering = _Rendering(film, store, progress, labels)
    jobs = [partial(rendering.finish, index, shot) for index, shot in enumerate(planned)]
    with closing(two_at_a_time(jobs) if film.config.backend.overlaps else _one_by_one(jobs)) as shots:
        for label, shot in zip(labels, shots, strict=False):  # after Ctrl-C there are fewer
            progress.shot_finished(label, reused=shot.reused, failed=shot.failed, left_out=shot.left_out)
            yield shot


def _one_by_one(jobs: Sequence[Callable[[Turn | None], FinishedShot]]) -> Generator[FinishedShot, None, None]:
    yield from (job(None) for job in jobs)


class _Rendering:
    """The shots' turns: what is in the store, what was finished before, and the backend once it is needed.

    With a `Turn`, a shot has a thread of its own; without, everything is done where it is asked for.
    """

    def __init__(self, film: Film, store: ClipStore, progress: FilmProgress, labels: Sequence[str]) -> None:
        self._film, self._store, self._progress, self._labels = film, store, progress, labels
        self._lookup = Lookup(film, store)
        self._in_work: dict[str, int] = {}  # which shot renders a clip, by the clip's fingerprint
        self._over: set[int] = set()
        self._finished: dict[str, FinishedShot] = {}  # of the takes that are in the film: others continue from these alone
        self._backend: Backend | None = None

    def finish(self, index: int, planned: ShotPlan, turn: Turn | None) -> FinishedShot:
        """Find or render a shot; what goes wrong is in the result."""
        started, label = time.perf_counter(), self._labels[index]
        self._progress.shot_started(label, index, len(self._labels), planned.rendered_frames)
        draft = FinishedShot(planned, self._film.request(planned), "", None, False, None, 0.0)
        try:
            shot = self._find_or_render(draft, index, turn)
        except Exception as error:  # one failing shot never stops the others
            logger.opt(exception=True).debug(f'Shot "{label}" failed')
            reason = _reason(error, self._store.root)
            named = f'shot "{planned.shot.id}"'
            logger.error(f'Shot "{label}" failed: {reason.removeprefix(f"{named}, ").removeprefix(f"{named}: ")}')
            shot = replace(draft, error=reason)
        shot = replace(shot, seconds=time.perf_counter() - started)
        if planned is self._film.plan.by_id[planned.shot.id]:
            self._finished[planned.shot.id] = shot
        self._over.add(index)
        return shot

    def _find_or_render(self, draft: FinishedShot, index: int, turn: Turn | None) -> FinishedShot:
        planned, label = draft.planned, self._labels[index]
        wanted = self._lookup.wanted(planned, self._lookup.opening_of(planned, self._sources(planned, turn)))
        if turn is not None and not is_unknown(wanted.inputs["opening"]):
            other = self._in_work.setdefault(wanted.key, index)  # the shot before it may be the same clip
            turn.stage.wait(lambda: other in self._over or other == index)
        damaged: set[str] = set()
        while True:
            choice = self._lookup.choose(wanted, damaged)
            if choice.action == "leave out":
                return replace(draft, left_out=True, error=choice.because, because=choice.because)
            if choice.action == "render":
                break
            clip = self._store.find(choice.key, wanted.handoff)
            if clip is not None and choice.action == "reuse":
                return replace(draft, key=choice.key, clip=clip, reused=True)
            if clip is not None:
                logger.warning(f'Shot "{label}": {choice.because}')
                return replace(draft, key=choice.key, clip=clip, reused=True, stale="kept", because=choice.because)
            damaged.add(choice.key)
        if is_unknown(wanted.inputs["opening"]):
            raise RenderError(f'it continues from shot "{planned.opening.shot_id}", which has no clip')
        logger.debug(f'Shot "{label}" is rendered: {choice.because}')
        return self._render(replace(draft, key=wanted.key, because=choice.because), wanted, label, turn)

    def _render(self, draft: FinishedShot, wanted: Wanted, label: str, turn: Turn | None) -> FinishedShot:
        store, request = self._store, draft.request

        def make(path: Path, frames: Sequence[int]) -> Clip:
            require_room(path.parent, 2 * 3 * request.height * request.width)  # the two frames kept beside every clip
            first_frames, kept = self._first_frames(draft.planned, request), KeptChunks(path.parent)
            backend, progress = self._backend_for(label, turn), partial(self._progress.advance, shot_id=label)
            made = backend.generate_shot(request, first_frames, path, progress, frames, kept)
            return replace(made, metadata={**made.metadata, "environment": describe_environment()})

        with store.rendering(wanted.key, f'Shot "{label}"', lambda: turn is not None and turn.stage.stopped):
            clip = store.find(wanted.key, wanted.handoff)  # another process may have rendered it meanwhile
            if clip is not None:
                return replace(draft, clip=clip, reused=True, because=None)
            return replace(draft, clip=store.add(wanted.key, wanted.inputs, wanted.handoff, wanted.made_for, make))

    def _sources(self, planned: ShotPlan, turn: Turn | None) -> dict[str, dict[str, Any] | str]:
        """What is recorded of the shot that a shot continues from, by its id; empty where it continues from none. Waits for it.

        Raises:
            RenderError: That shot failed.
        """
        shot_id = planned.opening.shot_id
        if shot_id is None:
            return {}
        if turn is not None:
            turn.stage.wait(lambda: shot_id in self._finished)
        source = self._finished[shot_id]
        if source.failed and self._film.config.stale == "rerender":
            raise RenderError(f'it continues from shot "{shot_id}", which failed')
        return {shot_id: read_record(source.clip.path.parent) if source.clip else "no clip"}

    def _first_frames(self, planned: ShotPlan, request: ShotRequest) -> Frames | None:
        """The frames the shot starts from, or None when it starts from text.

        Raises:
            RenderError: Its picture can't be read, or a frame was not kept.
        """
        opening = planned.opening
        if opening.kind == "image" and opening.image is not None:
            from storyvid.clips.opening import read_opening

            return read_opening(self._film.loaded.folder / opening.image, request.height, request.width)
        if opening.shot_id is None:
            return None
        clip = self._finished[opening.shot_id].clip
        assert clip is not None, "a shot whose source has no clip is refused"
        return handed_over(clip, opening_frames(planned, self._film))

    def _backend_for(self, label: str, turn: Turn | None) -> Backend:
        if turn is None:
            return self._prepared()
        backend = turn.stage.ask(self._prepared)
        assert isinstance(backend, LatentBackend), "whose model overlaps, denoises and decodes apart"
        return SharedModel(backend, turn, partial(self._progress.step, label))

    def _prepared(self) -> Backend:
        """The backend, loaded when the first shot really needs it and prepared once for all shots and takes that are chosen."""
        if self._backend is None:
            self._backend = load_backend(self._film.config.backend, self._film.config.memory)
            if isinstance(self._backend, LatentBackend):
                self._backend.cache = self._film.config.outputs / EMBEDDINGS
            turns = (*self._film.plan.shots, *self._film.other_takes)
            self._backend.prepare([self._film.request(planned) for planned in turns if self._film.is_chosen(planned.shot.id)])
        return self._backend


def _reason(error: Exception, folder: Path) -> str:
    if isinstance(error, OSError):
        return str(disk_problem(error, folder))
    text = str(error).strip()
    return text if isinstance(error, RenderError) and text else f"{type(error).__name__}: {text}"
