"""Sending a film's records to MLflow without the render noticing.

MLflow runs in a process of its own (`storyvid.record.mlflow`): importing it takes 2 s and 200 MiB, its first database
3 s more. A render only adds lines to a file (`storyvid.record.tracking_queue`). The process begins when the render has ended,
or has lasted so long that these seconds are a small part of it: then its shots can be looked at while it goes on.
"""

from __future__ import annotations

import atexit
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from loguru import logger

from storyvid.record.database import LOCAL_SERVER, database_of, database_path, database_uri, experiment_id, runs_link
from storyvid.record.disk import disk_problem
from storyvid.record.owner import describe_owner
from storyvid.record.recording import POLL_S, Process, is_at_work, last_words, start_recording
from storyvid.record.tracking_queue import FilmFile, queue_of, troubles

LIVE_AFTER_S = 600.0  # of rendering; MLflow takes about 4 s of one processor, so that this stays below a hundredth
QUIET_S = 3.0  # after which a wait is told
LATER = "it is recorded later, at the latest by the next film or python -m storyvid sync"
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

    def start_film(self, film: FilmRecord, answer: Path | None = None) -> None:
        """Begin a film. The film before it must be finished.

        Args:
            film: What is known of it.
            answer: JSON file for what became of it (`TrackingResult`), written whenever that is known.
        """

    def log_shot(self, shot: Mapping[str, Any], middle_frame: Path | None) -> None:
        """Record a shot, rendered, reused or failed.

        Args:
            shot: What ``metadata/shots/<id>.json`` holds.
            middle_frame: A PNG or JPEG of it, kept until `finish`.
        """

    def finish(self, status: Status, artifacts: Sequence[Path], metrics: Mapping[str, float]) -> TrackingResult:
        """Close the film, and wait until it is recorded where that was asked for, never longer than the tracker's limit.

        Args:
            status: How the film ended; KILLED when stopped by Ctrl-C.
            artifacts: Files (or folders) to keep with the run.
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

    def start_film(self, film: FilmRecord, answer: Path | None = None) -> None:
        """Do nothing."""

    def log_shot(self, shot: Mapping[str, Any], middle_frame: Path | None) -> None:
        """Do nothing."""

    def finish(self, status: Status, artifacts: Sequence[Path], metrics: Mapping[str, float]) -> TrackingResult:
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
        uri: MLflow's tracking address.
        mlruns: Folder of the database, the artifacts and the queue, absolute.
        wait_s: How long `finish` waits until MLflow has the film, seconds; with 0 it does not.

    Raises:
        OSError: The queue can't be made.
    """

    def __init__(self, uri: str, mlruns: Path, wait_s: float) -> None:
        self._uri, self._mlruns, self._wait_s = uri, mlruns, wait_s
        self._queue = queue_of(mlruns)
        self._queue.mkdir(parents=True, exist_ok=True)
        self._opened = time.monotonic()
        self._clock = _Clock()
        self._film: FilmFile | None = None
        self._project = ""
        self._sweep_id: str | None = None
        self._answer: Path | None = None
        self._process: Process | None = None
        self._lost: list[str] = []
        self._queued = self._told = False
        atexit.register(self.close)

    def start_film(self, film: FilmRecord, answer: Path | None = None) -> None:
        """Begin a film in the queue."""
        self._clock, self._lost = _Clock(), []
        self._project, self._sweep_id, self._answer = film.project, film.sweep_id, answer
        whole = {part.name: getattr(film, part.name) for part in fields(film)}
        where = {"uri": self._uri, "mlruns": str(self._mlruns), "owner": describe_owner()}
        self._film = FilmFile(self._queue)
        if not self._append("start_film", film=whole, answer=None if answer is None else str(answer.absolute()), **where):
            self._film = None
            return
        self._queued = True
        if self._wait_s:
            self._record()

    def log_shot(self, shot: Mapping[str, Any], middle_frame: Path | None) -> None:
        """Add a shot; of a long render, have it recorded meanwhile."""
        self._append("log_shot", shot=dict(shot), middle_frame=None if middle_frame is None else str(middle_frame.absolute()))
        if time.monotonic() - self._opened >= LIVE_AFTER_S:
            self._record()

    def finish(self, status: Status, artifacts: Sequence[Path], metrics: Mapping[str, float]) -> TrackingResult:
        """Close the film; wait for MLflow as long as was asked for, but not after Ctrl-C."""
        self._append("finish", status=status, artifacts=[str(path.absolute()) for path in artifacts], metrics=dict(metrics))
        waits = self._film and self._answer and self._wait_s and status != "KILLED"
        answered = self._wait_for_answer() if waits else TrackingResult()
        self._film = None
        warnings = (*self._lost, *answered.warnings, *self._earlier_trouble())
        return replace(answered, link=answered.link or self._link(), warnings=warnings)

    def close(self) -> None:
        """Have everything recorded by a process that this one need not wait for."""
        atexit.unregister(self.close)
        if self._queued:
            self._record()
            self._queued = False

    def _append(self, do: str, **message: Any) -> bool:
        """Returns whether it was written down."""
        if self._film is None:
            return False
        try:
            self._film.append({"do": do, "time_ms": self._clock.time_ms(), **message})
        except (OSError, TypeError, ValueError) as error:
            why = disk_problem(error, self._queue) if isinstance(error, OSError) else error
            self._lost.append(f"a record could not be kept for MLflow ({do}): {why}")
            return False
        return True

    def _record(self) -> None:
        try:
            self._process = start_recording(self._queue) or self._process
        except OSError as error:
            self._lost.append(f"what MLflow is told waits in {self._queue}: recording could not start: {error}")

    def _earlier_trouble(self) -> Iterator[str]:
        """Told once: films that could not be recorded. They are tried anew when this process ends."""
        found = [] if self._told else list(troubles(self._queue).values())
        self._told = True
        if found:
            films = f"{len(found)} film{'s' * (len(found) != 1)}"
            yield f"{films} could not be recorded before: {found[-1]}. Tried again now; python -m storyvid sync tells more"

    def _wait_for_answer(self) -> TrackingResult:
        assert self._answer is not None
        started, told, at_work = time.monotonic(), False, True
        while at_work:
            at_work = is_at_work(self._process, self._queue)
            found = read_answer(self._answer)
            if found is not None:
                return found
            waited = time.monotonic() - started
            if waited >= self._wait_s:
                return TrackingResult(
                    warnings=(f"MLflow at {self._uri} has not taken everything after {self._wait_s:g} s; {LATER}",)
                )
            if waited >= QUIET_S and not told:
                logger.info(f"waiting for the tracking at {self._uri}, at most {self._wait_s:g} s; Ctrl-C ends the wait")
                told = True
            time.sleep(POLL_S)
        return TrackingResult(warnings=(f"the recording process ended too soon: {last_words(self._queue) or 'no word'}; {LATER}",))

    def _link(self) -> str:
        if self._uri.startswith(("http://", "https://")):
            return self._uri
        database = database_of(self._uri)
        known = None if database is None else experiment_id(database, self._project)
        return LOCAL_SERVER if known is None else runs_link(known, self._sweep_id, LOCAL_SERVER)


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
        return QueueTracker(full_uri(uri, mlruns), mlruns, wait_s)
    except OSError as error:
        return NoTracker((f"tracking could not start: {error}",))


def full_uri(uri: str | None, mlruns: Path) -> str:
    """MLflow's address as it is understood; arguments as of `open_tracker`."""
    if uri is None:
        return database_uri(database_path(mlruns))
    database = database_of(uri)
    return uri if database is None else database_uri(database)
