"""Sending a film's records to MLflow without the render noticing.

MLflow runs in a process of its own (`storyvid.record.mlflow`): importing it takes 2 s and 200 MiB, its first database
3 s more. There that costs the render next to no time, does not count in the render's measured memory, and can't fail it. This
module only passes JSON lines to that process; whatever goes wrong there comes back as warnings at the end of the film.
"""

from __future__ import annotations

import atexit
import json
import queue
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Protocol

from loguru import logger

from storyvid.record.database import LOCAL_SERVER, database_of, database_path, database_uri, runs_link
from storyvid.record.owner import describe_owner
from storyvid.record.tracking_process import TrackingProcess

WAIT_S = 0.2  # Ctrl-C is answered this late at most
QUIET_S = 3.0  # after which a wait is told
IMPATIENT_S = 5.0  # how long to wait after Ctrl-C, and for a store that was too slow for the film before
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
        run_id: MLflow's id of the film; None when there is none.
        experiment_id: MLflow's id of the project.
        link: The page of the project (of the sweep in a sweep); on 127.0.0.1 it answers while ``storyvid ui`` runs.
        warnings: What could not be recorded, in plain sentences.
    """

    run_id: str | None = None
    experiment_id: str | None = None
    link: str | None = None
    warnings: tuple[str, ...] = ()


class Tracker(Protocol):
    """Takes films one after another; no method but `finish` and `close` waits, and none raises."""

    def start_film(self, film: FilmRecord) -> None:
        """Open a run for a film. The film before it must be finished."""

    def log_shot(self, shot: Mapping[str, Any], middle_frame: Path | None) -> None:
        """Record a shot, rendered, reused or failed.

        Args:
            shot: What ``metadata/shots/<id>.json`` holds.
            middle_frame: A PNG or JPEG of it, kept until `finish`.
        """

    def finish(self, status: Status, artifacts: Sequence[Path], metrics: Mapping[str, float]) -> TrackingResult:
        """Close the film's run and wait until it is written, but never longer than the tracker's limit.

        Args:
            status: How the film ended; KILLED when stopped by Ctrl-C.
            artifacts: Files (or folders) to keep with the run.
            metrics: Numbers of the whole film.
        """

    def close(self) -> None:
        """End the tracking process. May be called twice; a film that is not finished counts as KILLED."""


class NoTracker:
    """Records nothing, and says once why when it was not chosen.

    Args:
        warnings: Given back by every `finish`.
    """

    def __init__(self, warnings: tuple[str, ...] = ()) -> None:
        self._warnings = warnings

    def start_film(self, film: FilmRecord) -> None:
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


class ProcessTracker:
    """Feeds the MLflow process.

    Args:
        uri: MLflow's tracking address.
        mlruns: Folder of the database and the artifacts, absolute.
        timeout_s: How long `finish` waits, seconds.

    Raises:
        OSError: The process can't be started.
    """

    def __init__(self, uri: str, mlruns: Path, timeout_s: float) -> None:
        self._uri = uri
        self._clock = _Clock()
        self._timeout_s = timeout_s
        self._sweep_id: str | None = None
        self._films = 0
        self._answered = 0  # number of the last film whose reply came
        self._lost: list[str] = []
        self._process = TrackingProcess()
        self._send("open", uri=uri, mlruns=str(mlruns), owner=describe_owner())
        atexit.register(self.close)

    def start_film(self, film: FilmRecord) -> None:
        """Open a run for a film."""
        self._clock = _Clock()
        self._sweep_id = film.sweep_id
        self._send("start_film", film={part.name: getattr(film, part.name) for part in fields(film)})

    def log_shot(self, shot: Mapping[str, Any], middle_frame: Path | None) -> None:
        """Record a shot."""
        self._send("log_shot", shot=dict(shot), middle_frame=None if middle_frame is None else str(middle_frame.absolute()))

    def finish(self, status: Status, artifacts: Sequence[Path], metrics: Mapping[str, float]) -> TrackingResult:
        """Close the film's run and wait for it, at most ``timeout_s``."""
        self._films += 1
        files = [str(path.absolute()) for path in artifacts]
        self._send("finish", number=self._films, status=status, artifacts=files, metrics=dict(metrics))
        lost, self._lost = tuple(self._lost), []
        late = self._films - 1 > self._answered
        limit_s = min(self._timeout_s, IMPATIENT_S) if status == "KILLED" or late else self._timeout_s
        try:
            reply = self._wait(limit_s)
        except queue.Empty:
            what = f"tracking is slow: {self._uri} has not taken everything after {limit_s:g} s"
            return TrackingResult(warnings=(*lost, f"{what}; it goes on in the background"))
        if reply is None:
            return TrackingResult(warnings=(*lost, f"tracking stopped: {self._process.last_words()}"))
        experiment_id = reply["experiment_id"]
        base = self._uri if self._uri.startswith(("http://", "https://")) else LOCAL_SERVER
        link = None if experiment_id is None else runs_link(experiment_id, self._sweep_id, base)
        return TrackingResult(reply["run_id"], experiment_id, link, (*lost, *reply["warnings"]))

    def close(self) -> None:
        """Let the process end once it has written what it was given; it is not killed, which could break a database."""
        atexit.unregister(self.close)
        self._process.close()

    def _send(self, do: str, **message: Any) -> None:
        try:
            self._process.send(
                json.dumps({"do": do, "time_ms": self._clock.time_ms(), **message}, default=_plain).encode("ascii") + b"\n"
            )
        except (TypeError, ValueError) as error:
            self._lost.append(f"a record could not be sent to MLflow ({do}): {error}")

    def _wait(self, limit_s: float) -> dict[str, Any] | None:
        started, told = time.monotonic(), False
        while True:
            waited = time.monotonic() - started
            try:  # in pieces: on Windows Ctrl-C does not end such a wait
                reply = self._process.replies.get(timeout=min(WAIT_S, max(0.0, limit_s - waited)))
            except queue.Empty:
                if waited >= limit_s:
                    raise
                if waited >= QUIET_S and not told:
                    logger.info(f"waiting for the tracking at {self._uri}, at most {limit_s:g} s; Ctrl-C ends the wait")
                    told = True
                self._process.hurry()
                continue
            if reply is None:
                self._process.replies.put(None)  # the next film must not wait for a dead process
                return None
            self._answered = reply["number"]
            if self._answered == self._films:  # else of a film whose wait ran out
                return reply


def open_tracker(kind: Literal["mlflow", "none"], uri: str | None, timeout_s: float, mlruns: Path) -> Tracker:
    """The tracker of a run, or of all runs of a sweep. Returns at once; MLflow starts beside the render.

    Args:
        kind: ``tracking.kind``.
        uri: ``tracking.uri``; None = the database below ``mlruns``. A relative ``sqlite:///`` file counts from the current folder.
        timeout_s: ``tracking.timeout_s``, seconds.
        mlruns: Folder of the database and the artifacts, absolute.
    """
    if kind == "none":
        return NoTracker()
    try:
        return ProcessTracker(_full_uri(uri, mlruns), mlruns, timeout_s)
    except OSError as error:
        return NoTracker((f"tracking could not start: {error}",))


def _full_uri(uri: str | None, mlruns: Path) -> str:
    if uri is None:
        return database_uri(database_path(mlruns))
    database = database_of(uri)
    return uri if database is None else database_uri(database)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return value.item() if hasattr(value, "item") else str(value)  # a numpy number is a number
