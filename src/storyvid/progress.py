"""How far the film is, for somebody waiting at the console."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from loguru import logger

from storyvid.terminal import is_screen

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, Task, TaskID


TOLD_EVERY_S = 30.0  # where nobody watches a bar
EARLY = 0.2  # of the frames to render: before, one report of progress is no pace, since the model was loaded until then


@dataclass
class _Stage:
    """A shot that is in work, or the assembly.

    Attributes:
        label: What the bar says.
        frames: Frames in all.
        started: When it was begun, seconds of the clock.
        done: Frames finished; parts of them count.
        step: Denoising step at hand and how many the call has; None where there is none.
        bar: Its bar.
    """

    label: str
    frames: int
    started: float
    done: float = 0.0
    step: tuple[int, int] | None = None
    bar: TaskID | None = None

    @property
    def told(self) -> str:
        """The bar's words."""
        return self.label if self.step is None else f"{self.label} step {self.step[0]}/{self.step[1]}"


class FilmProgress:
    """A bar for the film and one for each shot in work; where nobody watches, a line in the log for each finished shot.

    A shot that takes long gets a line now and then besides. Use it as a context manager: leaving it, also by Ctrl-C, gives
    the terminal back as it was. While one shot is encoded and the next denoised, both are in work, each in its own thread.

    Args:
        shot_frames: Frames to render over all shots, at the models' rates.
        assembly_frames: Frames of the film.
        stream: Where the bars go; standard error.
        clock: Seconds, for tests.
    """

    def __init__(
        self, shot_frames: int, assembly_frames: int, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._shot_frames = shot_frames
        self._assembly_frames = assembly_frames
        self._rendered = 0  # frames of finished shots; reused ones cost nothing and are taken out of the whole
        self._render_s = 0.0  # while at least one of those was in work
        self._counted_to = clock()  # the time up to which `_render_s` counts
        self._first: tuple[float, float] | None = None  # seconds and frames at the first report of progress
        self._stages: dict[str, _Stage] = {}  # in work, by shot; the assembly's name is empty
        self._told = clock()
        self._bars: Progress | None = None
        self._film: TaskID | None = None
        self._lock = threading.RLock()

    def __enter__(self) -> FilmProgress:
        if _is_watched(self._stream):
            self._bars = self._make_bars()
            self._film = self._bars.add_task("film", total=self._total)
            self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._bars is not None:
            self._bars.stop()
            self._bars = None

    def shot_started(self, shot_id: str, index: int, total_shots: int, frames: int) -> None:
        """Show a bar for a shot.

        Args:
            shot_id: Of the storyboard.
            index: Position among the shots, from 0.
            total_shots: How many there are.
            frames: What the shot asks for, as counted in ``shot_frames``.
        """
        self._begin(shot_id, f"{shot_id} ({index + 1} of {total_shots})", frames)

    def advance(self, done: int, total: int | None = None, shot_id: str | None = None) -> None:
        """Tell how much of a shot, or of the assembly, is done.

        Args:
            done: Frames, steps or parts of them finished since its start.
            total: The same counted to the end; None = frames.
            shot_id: The shot; None = what was begun last.
        """
        with self._lock:
            stage = self._stage(shot_id)
            stage.done = min(1.0, done / (total or stage.frames or 1)) * stage.frames
            if self._first is None and stage.done and stage is not self._stages.get(""):
                self._first = self._so_far(self._clock())
            self._draw()
            self._tell_now_and_then(stage)

    def step(self, shot_id: str, step: int, steps: int) -> None:
        """Show at which denoising step a shot is. How much of the shot that makes is told by `advance`.

        Args:
            shot_id: As begun.
            step: Steps done of the call at hand.
            steps: Steps of it; a shot of several chunks has several calls.
        """
        with self._lock:
            self._stage(shot_id).step = (step, steps)

    def shot_finished(self, shot_id: str, reused: bool, failed: bool = False, left_out: bool = False) -> None:
        """Close the shot's bar and log one line.

        Args:
            shot_id: Of the storyboard.
            reused: It came from the clip store; the bar forgets its frames, since they took no time.
            failed: It could not be rendered; the bar forgets its frames too.
            left_out: It was not asked for; likewise.
        """
        with self._lock:
            self._shot_finished(shot_id, reused, failed, left_out)

    def _shot_finished(self, shot_id: str, reused: bool, failed: bool, left_out: bool) -> None:
        now, stage = self._clock(), self._stage(shot_id)
        seconds = now - stage.started
        if reused or failed or left_out:
            self._shot_frames -= stage.frames
        else:
            self._rendered += stage.frames
            self._render_s += now - max(stage.started, self._counted_to)
            self._counted_to = now
        stage.done = 0.0
        how = (
            "failed"
            if failed
            else "reused"
            if reused
            else "left out"
            if left_out
            else f"{stage.frames} frames in {_clock_text(seconds)}"
        )
        left = "" if reused or left_out else self._left()
        self._end(stage)
        logger.log("WARNING" if failed else "INFO", "shot {}: {}{}", stage.label, how, left)

    def assembly_started(self, frames: int) -> None:
        """Show a bar for the assembly.

        Args:
            frames: Frames of the film.
        """
        self._assembly_frames = frames
        self._begin("", "assembly", frames)

    def assembly_finished(self) -> None:
        """Close the assembly's bar and log one line."""
        stage = self._stage("")
        stage.done = stage.frames
        self._draw()
        self._end(stage)
        logger.info("assembled {} frames in {}", stage.frames, _clock_text(self._clock() - stage.started))

    def remaining_s(self) -> float | None:
        """Seconds to the end, from the frames rendered so far; None before their pace is known.

        Only rendered frames count, and the assembly's only once it runs: before, its share is small and unknown.
        """
        with self._lock:
            now = self._clock()
            if (assembly := self._stages.get("")) is not None:
                return (now - assembly.started) / assembly.done * (assembly.frames - assembly.done) if assembly.done else None
            seconds, frames = self._so_far(now)
            pace = self._pace(seconds, frames)
            return None if pace is None else pace * max(0.0, self._shot_frames - frames)

    def _so_far(self, now: float) -> tuple[float, float]:
        """Seconds of rendering, and frames rendered in them."""
        working = [stage for name, stage in self._stages.items() if name and stage.done]
        since = max(self._counted_to, min((stage.started for stage in working), default=now))
        return self._render_s + now - since, self._rendered + sum(stage.done for stage in working)

    def _pace(self, seconds: float, frames: float) -> float | None:
        """Seconds per frame, without what came before the first report of progress where that was slower: loading."""
        if self._first is not None and frames > self._first[1]:
            return min(seconds / frames, (seconds - self._first[0]) / (frames - self._first[1]))
        return seconds / frames if frames and frames > EARLY * self._shot_frames else None

    @property
    def _total(self) -> int:
        return self._shot_frames + self._assembly_frames

    def _stage(self, shot_id: str | None) -> _Stage:
        return self._stages[next(reversed(self._stages)) if shot_id is None else shot_id]

    def _begin(self, name: str, label: str, frames: int) -> None:
        with self._lock:
            stage = self._stages[name] = _Stage(label, frames, self._clock())
            self._told = stage.started
            if self._bars is not None:
                stage.bar = self._bars.add_task(label, total=frames)

    def _end(self, stage: _Stage) -> None:
        self._stages = {name: other for name, other in self._stages.items() if other is not stage}
        if self._bars is not None and stage.bar is not None:
            self._bars.remove_task(stage.bar)
        self._draw()

    def _draw(self) -> None:
        if self._bars is None or self._film is None:
            return
        stages = list(self._stages.values())
        self._bars.update(self._film, completed=self._rendered + int(sum(stage.done for stage in stages)), total=self._total)
        for stage in stages:
            if stage.bar is not None:
                self._bars.update(stage.bar, completed=int(stage.done), description=stage.told)

    def _tell_now_and_then(self, stage: _Stage) -> None:
        """A line for somebody who reads the log of a shot that takes minutes."""
        now = self._clock()
        if self._bars is None and now - self._told >= TOLD_EVERY_S and 0 < stage.done < stage.frames:
            self._told = now
            what = stage.told if stage is self._stages.get("") else f"shot {stage.told}"
            logger.info("{}: {} %{}", what, round(100 * stage.done / stage.frames), self._left())

    def _left(self) -> str:
        rest = self.remaining_s()
        return f", about {_clock_text(rest)} left" if rest is not None and rest >= 1 else ""

    def _make_bars(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

        return Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            _remaining_column(self),
            console=Console(file=self._stream, stderr=True, legacy_windows=False),  # rich would look at standard output
            transient=True,  # the log keeps the lines that matter
            refresh_per_second=4,
            redirect_stdout=is_screen(sys.stdout),  # piped output must stay in the pipe
        )


def _remaining_column(progress: FilmProgress) -> ProgressColumn:
    from rich.progress import ProgressColumn
    from rich.text import Text

    class Remaining(ProgressColumn):
        """Time left of the film; rich's own guess forgets shots that take longer than half a minute."""

        def render(self, task: Task) -> Text:
            rest = progress.remaining_s() if task.id == progress._film else None
            return Text("" if rest is None else f"{_clock_text(rest)} left")

    return Remaining()


def _clock_text(seconds: float) -> str:
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _is_watched(stream: TextIO | None) -> bool:
    return is_screen(stream) and not os.environ.get("CI")
