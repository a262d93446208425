"""The frames of one shot are encoded while the model denoises the next.

Every shot has its own thread, which finds, locks, encodes and stores its clip; the model is called by the main thread alone,
for one shot after the other. So Ctrl-C, which reaches only the main thread, ends a denoising step or a load at once, and
torch is used as a plain script uses it. A shot begins when the one before it needs the model no more: at most two are in
work, and at most the frames of two chunks are held.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from storyvid.backends.base import ChunkRequest, LatentBackend, ShotRequest
from storyvid.record.peaks import card_peaks

if TYPE_CHECKING:
    from storyvid.backends.base import Frame, Frames, Latents, Progress

T = TypeVar("T")
WAIT_S = 0.2  # Windows answers Ctrl-C this late at most: there a wait without an end can't be interrupted


class _Call(Generic[T]):
    """One call of the model: asked for by a shot's thread, made by the main one."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._answers: list[T] = []
        self._error: Exception | None = None
        self.done = False

    def make(self) -> None:
        """Make it. What it raises is raised where it was asked for; Ctrl-C is raised here."""
        try:
            self._answers.append(self._work())
        except Exception as error:  # a shot's own failure
            self._error = error
        self.done = True

    def answer(self) -> T:
        """What it gave. Nothing of it is held here any longer."""
        if self._error is not None:
            raise self._error
        return self._answers.pop()


class Stage:
    """Where the shots' threads and the one that calls the model meet."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._calls: deque[_Call[Any]] = deque()
        self.stopped = False

    def ask(self, work: Callable[[], T]) -> T:
        """Have the model called, and wait for what it gives; in a shot's thread.

        Raises:
            KeyboardInterrupt: The film was stopped.
        """
        call = _Call(work)
        with self._changed:
            self._calls.append(call)
            self._changed.notify_all()
        self.wait(lambda: call.done)
        return call.answer()

    def wait(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so that another thread tells of by `tell`; in a shot's thread.

        Raises:
            KeyboardInterrupt: The film was stopped.
        """
        with self._changed:
            self._changed.wait_for(lambda: self.stopped or is_so())
            if not is_so():
                raise KeyboardInterrupt

    def tell(self) -> None:
        """Have everybody who waits look again."""
        with self._changed:
            self._changed.notify_all()

    def serve(self, until: Callable[[], bool]) -> None:
        """Call the model for whoever asks, until something is so; in the main thread."""
        while (call := self._next(until)) is not None:
            call.make()
            self.tell()

    def stop(self) -> None:
        """Wake everybody who waits for the model, or for another shot, with KeyboardInterrupt."""
        with self._changed:
            self.stopped = True
            self._changed.notify_all()

    def _next(self, until: Callable[[], bool]) -> _Call[Any] | None:
        with self._changed:
            while not until():
                if self._calls:
                    return self._calls.popleft()
                self._changed.wait(WAIT_S)
        return None


class Turn:
    """One shot's part in the film.

    Attributes:
        stage: Shared by all shots.
        needs_model: It has not called the model for the last time.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.needs_model = True

    def leave(self) -> None:
        """The model is free for the next shot."""
        self.needs_model = False
        self.stage.tell()


class _Running(Generic[T]):
    """A shot in work, in its own thread."""

    def __init__(self, job: Callable[[Turn], T], stage: Stage) -> None:
        self.turn = Turn(stage)
        self.over = False
        self.results: list[T] = []  # one, unless it was stopped
        self.error: BaseException | None = None
        self._job = job
        # A daemon: should the film's generator never be closed, the program ends all the same.
        self._thread = threading.Thread(target=self._run, name="shot", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.results.append(self._job(self.turn))
        except BaseException as error:  # to be raised in the main thread
            self.error = error
        finally:
            self.over = True
            self.turn.leave()

    def result(self) -> T:
        """What the job gave, or the error it ended with."""
        if self.error is not None:
            raise self.error
        return self.results.pop()

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join()


def two_at_a_time(jobs: Sequence[Callable[[Turn], T]]) -> Generator[T, None, None]:
    """The results of jobs, in their order; a job begins when the one before it has left the model.

    When the film is stopped while it waits here, jobs that still need the model end at once, and one that is only encoding is
    finished: that takes seconds, and its clip is kept. Whoever asks closes this generator (``contextlib.closing``).

    Args:
        jobs: Called with their `Turn`, each in a thread of its own.

    Raises:
        KeyboardInterrupt: Ctrl-C; after the results of jobs that are finished.
    """
    stage, waiting = Stage(), deque(jobs)
    running: deque[_Running[T]] = deque()

    def may_begin() -> bool:
        return bool(waiting) and len(running) < 2 and not any(job.turn.needs_model for job in running)

    try:
        while waiting or running:
            if may_begin():
                running.append(_Running(waiting.popleft(), stage))
            elif running[0].over:
                yield running.popleft().result()
            else:
                stage.serve(until=lambda: running[0].over or may_begin())
    except KeyboardInterrupt:
        yield from _finished(stage, running)
        raise
    finally:
        stage.stop()
        for job in running:
            job.join()


def _finished(stage: Stage, running: deque[_Running[T]]) -> Iterator[T]:
    """After a stop: the results of those that had only to be encoded."""
    stage.stop()
    while running:
        job = running.popleft()
        job.join()
        yield from job.results


class SharedModel(LatentBackend):
    """The backend as one shot sees it: every call is made by the main thread, and all frames of a chunk come at once.

    Args:
        backend: Loaded and prepared.
        turn: The shot's.
        step: Told of every denoising step: steps done, steps in all.
    """

    def __init__(self, backend: LatentBackend, turn: Turn, step: Progress) -> None:
        super().__init__(backend.config)
        self._backend, self._turn, self._step = backend, turn, step
        self._facts: dict[str, Any] = {}
        self._chunk_facts: dict[str, Any] = {}

    def begin_shot(self, shot: ShotRequest, first_frames: Frames | None) -> None:
        """As of the backend."""
        self._turn.stage.ask(lambda: self._backend.begin_shot(shot, first_frames))

    def denoise_chunk(self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, progress: Progress) -> Latents:
        """As of the backend."""

        def tell(step: int, steps: int) -> None:
            self._step(step, steps)
            progress(step, steps)

        return self._ask(lambda: self._backend.denoise_chunk(shot, chunk, first_frames, tell))

    def decode_chunk(
        self, shot: ShotRequest, chunk: ChunkRequest, first_frames: Frames | None, latents: Latents
    ) -> Iterator[Frame]:
        """As of the backend; frames are let go of one by one. After the last chunk the model is free."""
        frames = self._ask(lambda: deque(self._backend.decode_chunk(shot, chunk, first_frames, latents)))
        if chunk.index == shot.chunks[-1].index:
            self._turn.leave()
        while frames:
            yield frames.popleft()

    def facts(self) -> dict[str, Any]:
        """Of the backend, after this shot's last call."""
        return self._facts

    def chunk_facts(self) -> dict[str, Any]:
        """Of this shot's last call, with the card's peaks at its end: meanwhile the model may be busy with the next shot."""
        return self._chunk_facts

    def _ask(self, work: Callable[[], T]) -> T:
        def work_and_look() -> T:
            answer = work()
            self._facts, self._chunk_facts = self._backend.facts(), card_peaks() | self._backend.chunk_facts()
            return answer

        return self._turn.stage.ask(work_and_look)
