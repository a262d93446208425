"""How far the film is, for somebody waiting at the console."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from loguru import logger

from storyvid.terminal import is_screen

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, Task, TaskID


class FilmProgress:
    """Two bars, the film and the shot at hand; where nobody watches, one line in the log for each finished shot.

    Use it as a context manager: leaving it, also by Ctrl-C, gives the terminal back as it was.

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
        self._current = 0  # frames done of the stage at hand
        self._frames = 0  # frames in all of the stage at hand
        self._assembling = False
        self._label = ""
        self._render_s = 0.0
        self._stage_started = clock()
        self._bars: Progress | None = None
        self._film: TaskID | None = None
        self._stage: TaskID | None = None

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
        self._begin(f"{shot_id} ({index + 1} of {total_shots})", frames)

    def advance(self, done: int, total: int | None = None) -> None:
        """Tell how much of the shot, or of the assembly, is done.

        Args:
            done: Frames or steps finished since its start.
            total: The same counted to the end; None = frames.
        """
        share = done / (total or self._frames or 1)
        self._current = min(self._frames, round(share * self._frames))
        self._draw()

    def shot_finished(self, shot_id: str, reused: bool, failed: bool = False, left_out: bool = False) -> None:
        """Close the shot's bar and log one line.

        Args:
            shot_id: Of the storyboard.
            reused: It came from the clip store; the bar forgets its frames, since they took no time.
            failed: It could not be rendered; the bar forgets its frames too.
            left_out: It was not asked for; likewise.
        """
        seconds = self._clock() - self._stage_started
        self._current = 0
        if reused or failed or left_out:
            self._shot_frames -= self._frames
        else:
            self._rendered += self._frames
            self._render_s += seconds
        how = (
            "failed"
            if failed
            else "reused"
            if reused
            else "left out"
            if left_out
            else f"{self._frames} frames in {_clock_text(seconds)}"
        )
        rest = self.remaining_s()
        left = f", about {_clock_text(rest)} left" if rest is not None and rest >= 1 and not (reused or left_out) else ""
        self._end()
        logger.log("WARNING" if failed else "INFO", "shot {}: {}{}", self._label or shot_id, how, left)

    def assembly_started(self, frames: int) -> None:
        """Show a bar for the assembly.

        Args:
            frames: Frames of the film.
        """
        self._assembling, self._assembly_frames = True, frames
        self._begin("assembly", frames)

    def assembly_finished(self) -> None:
        """Close the assembly's bar and log one line."""
        self._current = self._frames
        self._draw()
        self._end()
        logger.info("assembled {} frames in {}", self._frames, _clock_text(self._clock() - self._stage_started))

    def remaining_s(self) -> float | None:
        """Seconds to the end, from the frames rendered so far; None before the first.

        Only rendered frames count, and the assembly's only once it runs: before, its share is small and unknown.
        """
        spent = self._clock() - self._stage_started
        if self._assembling:
            return spent / self._current * (self._frames - self._current) if self._current else None
        frames = self._rendered + self._current
        seconds = self._render_s + (spent if self._current else 0.0)
        return seconds / frames * max(0, self._shot_frames - frames) if frames else None

    @property
    def _total(self) -> int:
        return self._shot_frames + self._assembly_frames

    def _begin(self, label: str, frames: int) -> None:
        self._label, self._frames, self._current, self._stage_started = label, frames, 0, self._clock()
        if self._bars is not None:
            self._stage = self._bars.add_task(label, total=frames)

    def _end(self) -> None:
        self._current = 0
        if self._bars is not None and self._stage is not None:
            self._bars.remove_task(self._stage)
            self._stage = None
        self._draw()

    def _draw(self) -> None:
        if self._bars is None or self._film is None:
            return
        self._bars.update(self._film, completed=self._rendered + self._current, total=self._total)
        if self._stage is not None:
            self._bars.update(self._stage, completed=self._current)

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
