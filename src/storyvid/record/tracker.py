"""Sending a film's records to MLflow without the render noticing.

MLflow runs in a process of its own (`storyvid.record.mlflow`): importing it takes 2 s and 200 MiB, its first database
3 s more. A render only adds lines to a file (`storyvid.record.tracking_queue`). The process begins when the render has ended,
or has lasted so long that these seconds are a small part of it: then its shots can be looked at while it goes on.
"""

from __future__ import annotations

import atexit
import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from loguru import logger

from storyvid.record.database import LOCAL_SERVER, database_of, experiment_id, runs_link
from storyvid.record.disk import disk_problem
from storyvid.record.owner import describe_owner
from storyvid.record.recording import Process, is_at_work, start_recording
from storyvid.record.run_folder import RunFolder
from storyvid.record.tracking_queue import (
    FOLLOW,
    FilmFile,
    Queue,
    complete_films,
    counted,
    is_recording,
    last_words,
    troubles,
    waiting_films,
)

LIVE_AFTER_S = 600.0  # of rendering, and between two starts; MLflow takes about 4 s of one processor, less than a hundredth
QUIET_S = 3.0  # after which a wait is told
POLL_S = 0.1
LATER = "it is recorded later, by the next film or python -m storyvid sync"
AGAIN = "They are tried again when this command ends; python -m storyvid sync tells more"
Status = Literal["FINISHED", "FAILED", "KILLED"]


@dataclass(frozen=True)
class FilmRecord:
    """What is known of a film before its first shot.

    Attributes:
        project: Name of the experiment.
        name: Name of the run, project and time.
        choices: The resolved configuration, nested; flattened to ``group.key`` for MLflow.
        summary: A few lines of Markdown, shown on the run's page.
        sweep_id: Shared by the films of one sweep; None outside a sweep.
        git_commit: Commit of the code.
        model_revision: Commit of the weights.
        tags: More tags, key to text.
    """

    project: str
    name: str
    choices: Mapping[str, Any]
    summary: str = ""
    sweep_id: str | None = None
    git_commit: str | None = None
    model_revision: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TrackingResult:
    """Where the film's records went.

    Attributes:
        run_id: MLflow's id of the film; None when there is none yet.
        experiment_id: MLflow's id of the project; None when there is none yet.
        link: The page of the project (of the sweep in a sweep), or of MLflow as long as it does not know the project; on 127.0.0.1
            it answers while ``storyvid ui`` runs. None where nothing is tracked.
        warnings: What could not be recorded, in plain sentences.
    """

    run_id: str | None = None
    experiment_id: str | None = None
    link: str | None = None
    warnings: tuple[str, ...] = ()


class Tracker(Protocol):
    """Takes films one after another; no method but `finish` waits, and none raises."""

    def start_film(self, film: FilmRecord, root: Path | None = None) -> None:
        """Begin a film. The film before it must be finished.

        Args:
            film: What is known of it.
            root: Its run folder, whose files are kept with the run (`RunFolder.tracked`); what became of the run is written there,
                whenever that is known (`RunFolder.tracking`).
        """

    def log_shot(self, shot: Mapping[str, Any], middle_frame: Path | None) -> None:
        """Record a shot, rendered, reused or failed.

        Args:
            shot: What ``metadata/shots/<id>.json`` holds.
            middle_frame: A picture of it in the clip store; a shot whose picture is gone when it is recorded goes without.
        """

    def finish(self, status: Status, metrics: Mapping[str, float]) -> TrackingResult:
        """Close the film, and wait until it is recorded where that was asked for, never longer than the tracker's limit.

        Args:
            status: How the film ended; KILLED when stopped by Ctrl-C.
            metrics: Numbers of the whole film.
        """

    def close(self) -> None:
        """Nothing more comes. May be called twice; a film that is not finished counts as KILLED."""


class NoTracker:
    """Records nothing, and says once why when it was not chosen.

    Args:
        warnings: Given back by every `finish`.
    """

    def __init__(self, warnings: tuple[str, ...] = ()) -> None:
        self._warnings = warnings

    def start_film(self, film: FilmRecord, root: Path | None = None) -> None:
        """Do nothing."""

    def log_shot(self, shot: Mapping[str, Any], middle_frame: Path | None) -> None:
        """Do nothing."""

    def finish(self, status: Status, metrics: Mapping[str, float]) -> TrackingResult:
        """Give back the warnings."""
        return TrackingResult(warnings=self._warnings)

    def close(self) -> None:
        """Do nothing."""


class _Clock:
    """The time since 1970 from here on, as if nobody set the clock: a film must not end before it began."""

    def __init__(self) -> None:
        self._since = time.time_ns() - time.monotonic_ns()

    def time_ms(self) -> int:
        return (self._since + time.monotonic_ns()) // 10**6


class QueueTracker:
    """Puts films into the queue, and has them recorded once that costs the render next to nothing.

    Args:
        queue: Of the store.
        wait_s: How long `finish` waits until MLflow has the film, seconds; with 0 it does not.

    Raises:
        OSError: The queue's folder can't be made.
    """

    def __init__(self, queue: Queue, wait_s: float) -> None:
        self._queue, self._wait_s = queue, wait_s
        queue.folder.mkdir(parents=True, exist_ok=True)
        self._recorded_at = time.monotonic()  # when recording was begun last; at first, when the render began
        self._clock = _Clock()
        self._film: FilmFile | None = None
        self._record_of: FilmRecord | None = None
        self._root: Path | None = None
        self._process: Process | None = None
        self._unwritten: list[tuple[FilmFile, dict[str, Any]]] = []
        self._lost: list[str] = []
        self._earlier: list[str] | None = None
        atexit.register(self.close)

    def start_film(self, film: FilmRecord, root: Path | None = None) -> None:
        """Begin a film in the queue."""
        if self._earlier is None:
            self._earlier = list(_earlier_trouble(self._queue))
        self._clock, self._lost = _Clock(), []
        self._record_of, self._root = film, root
        self._film = FilmFile(self._queue.folder)
        whole = {part.name: getattr(film, part.name) for part in fields(film)}
        self._append("start_film", film=whole, run=None if root is None else str(root.absolute()), owner=describe_owner())
        if self._wait_s:
            self._follow()

    def log_shot(self, shot: Mapping[str, Any], middle_frame: Path | None) -> None:
        """Add a shot; of a long render, have it recorded meanwhile."""
        self._append("log_shot", shot=dict(shot), middle_frame=None if middle_frame is None else str(middle_frame.absolute()))
        if time.monotonic() - self._recorded_at >= LIVE_AFTER_S:
            self._follow()

    def finish(self, status: Status, metrics: Mapping[str, float]) -> TrackingResult:
        """Close the film; wait for MLflow as long as was asked for, but not after Ctrl-C."""
        film, self._film = self._film, None
        if film is None or self._record_of is None:
            return TrackingResult()
        self._append("finish", film, status=status, metrics=dict(metrics))
        answered = TrackingResult()
        if self._wait_s and status != "KILLED" and not self._unwritten:
            self._record()
            answered = self._wait_for(film.path)
        told, self._earlier = self._earlier or [], []
        warnings = (*told, *self._lost, *answered.warnings)
        return replace(answered, link=answered.link or _link(self._queue, self._record_of), warnings=warnings)

    def close(self) -> None:
        """Have everything recorded by a process that this one need not wait for."""
        atexit.unregister(self.close)
        if self._record_of is None:
            return
        if self._film is not None:
            self.finish("KILLED", {})
        self._lost = []
        self._write()
        self._record()
        self._record_of = None
        for line in self._lost:
            print(f"storyvid: warning: {line}", file=sys.stderr)

    def _append(self, do: str, of: FilmFile | None = None, /, **message: Any) -> None:
        film = of or self._film
        if film is not None:
            self._unwritten.append((film, {"do": do, "time_ms": self._clock.time_ms(), **message}))
            self._write()

    def _write(self) -> None:
        """Write what could not be written so far, in its order: the disk may have been full for a while."""
        while self._unwritten:
            film, message = self._unwritten[0]
            try:
                film.append(message)
            except OSError as error:
                self._lose(f"what MLflow is told can't be written: {disk_problem(error, self._queue.folder)}")
                return
            except (TypeError, ValueError) as error:
                self._lose(f"a record could not be kept for MLflow ({message['do']}): {error}")
            self._unwritten.pop(0)

    def _follow(self) -> None:
        self._append(FOLLOW)
        self._record()

    def _record(self) -> None:
        self._recorded_at = time.monotonic()
        try:
            self._process = start_recording(self._queue) or self._process
        except OSError as error:
            why = disk_problem(error, self._queue.folder)
            self._lose(f"recording in MLflow could not start; the film waits for the next, or python -m storyvid sync. {why}")

    def _lose(self, line: str) -> None:
        if line not in self._lost:
            self._lost.append(line)

    def _wait_for(self, film: Path) -> TrackingResult:
        started, told, at_work = time.monotonic(), False, True
        while film in waiting_films(self._queue.folder):
            if not at_work:
                words = last_words(self._queue.folder) or "no word"
                return TrackingResult(warnings=(f"the recording process ended too soon: {words}; {LATER}",))
            at_work = is_at_work(self._process, self._queue.folder)
            waited = time.monotonic() - started
            if waited >= self._wait_s:
                line = f"MLflow at {self._queue.address} has not taken everything after {self._wait_s:g} s; {LATER}"
                return TrackingResult(warnings=(line,))
            if waited >= QUIET_S and not told:
                logger.info(f"waiting for the tracking at {self._queue.address}, at most {self._wait_s:g} s; Ctrl-C ends the wait")
                told = True
            time.sleep(POLL_S)
        trouble = troubles(self._queue.folder).get(film)
        if trouble is not None:
            return TrackingResult(warnings=(f"{trouble}; {LATER}",))
        return (None if self._root is None else read_answer(RunFolder(self._root).tracking)) or TrackingResult()


def _earlier_trouble(queue: Queue) -> Iterator[str]:
    """Films of earlier commands that could not be recorded."""
    failed = list(troubles(queue.folder).values())
    if failed:
        yield f"{counted(len(failed))} could not be recorded before: {failed[-1] or 'no reason was kept'}. {AGAIN}"
    silent = [] if is_recording(queue.folder) else complete_films(queue.folder)
    if silent and last_words(queue.folder):
        yield f"{counted(len(silent))} could not be recorded before: {last_words(queue.folder)}. {AGAIN}"


def _link(queue: Queue, film: FilmRecord) -> str:
    if queue.address.startswith(("http://", "https://")):
        return queue.address
    database = database_of(queue.address)
    known = None if database is None else experiment_id(database, film.project)
    return LOCAL_SERVER if known is None else runs_link(known, film.sweep_id, LOCAL_SERVER)


def read_answer(path: Path) -> TrackingResult | None:
    """What the recording process wrote of a film (`TrackingResult`), or None as long as it has not."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return TrackingResult(told["run_id"], told["experiment_id"], told["link"], tuple(told["warnings"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def open_tracker(kind: Literal["mlflow", "none"], uri: str | None, wait_s: float, mlruns: Path) -> Tracker:
    """The tracker of a run, or of all runs of a sweep. Returns at once.

    Args:
        kind: ``tracking.kind``.
        uri: ``tracking.uri``; None = the database below ``mlruns``. A relative ``sqlite:///`` file counts from the current folder.
        wait_s: ``tracking.wait_s``, seconds.
        mlruns: Folder of the database, the artifacts and the queue, absolute.
    """
    if kind == "none":
        return NoTracker()
    try:
        return QueueTracker(Queue(mlruns, uri), wait_s)
    except OSError as error:
        return NoTracker((f"nothing is tracked: {disk_problem(error, mlruns)}",))
