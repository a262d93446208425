"""Messages in, one reply per finished film out; what fails becomes a warning of the film it belongs to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyvid.record.mlflow.background import Background
from storyvid.record.mlflow.film import FilmLog
from storyvid.record.mlflow.store import close_dead_runs, load, open_experiment, open_store
from storyvid.record.mlflow.trouble import in_plain_words

if TYPE_CHECKING:
    from mlflow import MlflowClient


class Recorder:
    """Obeys the tracker's messages; what fails becomes a warning of the film it belongs to.

    Args:
        background: Where work is done that gives way to other programs.
        load: Imports what an address needs.
    """

    def __init__(self, background: Background, load: Callable[[str], None] = load) -> None:
        self._background, self._load = background, load
        self.film: FilmLog | None = None
        self._client: MlflowClient | None = None
        self._uri = ""
        self._mlruns = Path()
        self._owner: Mapping[str, Any] = {}
        self._trouble = ""  # why there is no store; told with every film
        self._warnings: list[str] = []

    def open(self, uri: str, mlruns: str, owner: Mapping[str, Any], time_ms: int) -> None:
        """Open the store, and tidy up after films whose process died."""
        self._uri, self._mlruns, self._owner = uri, Path(mlruns), owner
        try:
            self._load(uri)
            self._client = open_store(uri)
        except Exception as error:
            self._trouble = f"MLflow at {uri} can't be used, so this film is not tracked: {in_plain_words(error, uri)}"
            return
        with self._warn("runs left over by a dead process could not be closed"):
            close_dead_runs(self._client, owner)

    def start_film(self, film: Mapping[str, Any], time_ms: int) -> None:
        """Open the film's run."""
        self.film, self._warnings = None, []
        if self._client is None:
            return
        with self._warn(f"the film is not tracked by MLflow at {self._uri}"):
            experiment_id, warnings = open_experiment(self._client, self._uri, self._mlruns, film["project"])
            self._warnings += warnings
            self.film = FilmLog(self._client, experiment_id, film, self._owner, time_ms, self._background)

    def log_shot(self, shot: Mapping[str, Any], middle_frame: str | None, time_ms: int) -> None:
        """Record a shot of the open film."""
        if self.film is not None:
            with self._warn(f"shot {shot.get('id')} is not wholly tracked"):
                self.film.log_shot(shot, middle_frame, time_ms)

    def finish(
        self, number: int, status: str, artifacts: Iterable[str], metrics: Mapping[str, Any], time_ms: int
    ) -> dict[str, Any]:
        """Close the film's run.

        Returns:
            ``number``, ``run_id``, ``experiment_id`` and ``warnings``.
        """
        film, self.film = self.film, None
        if film is None:
            warnings = self._warnings or [self._trouble or "no film was started"]
            return {"number": number, "run_id": None, "experiment_id": None, "warnings": warnings}
        with self._warn("the film is not wholly tracked"):
            film.finish(status, artifacts, metrics, time_ms)
        warnings = list(dict.fromkeys(self._warnings + film.warnings))
        return {"number": number, "run_id": film.run_id, "experiment_id": film.experiment_id, "warnings": warnings}

    @contextmanager
    def _warn(self, what: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self._warnings.append(f"{what}: {in_plain_words(error, self._uri)}")


def serve(
    messages: Iterable[Mapping[str, Any]],
    reply: Callable[[dict[str, Any]], None],
    background: Background | None = None,
    load: Callable[[str], None] = load,
) -> None:
    """Obey messages until they end. A film left open then has lost its render, and is closed as KILLED.

    Args:
        messages: ``{"do": method of Recorder, **arguments}``.
        reply: Called once per ``finish``.
        background: Where work is done that gives way to other programs; None = one of its own.
        load: Imports what an address needs.
    """
    recorder = Recorder(background or Background(), load)
    for message in messages:
        arguments = {key: value for key, value in message.items() if key != "do"}
        result = getattr(recorder, message["do"])(**arguments)
        if message["do"] == "finish":
            reply(result)
    if recorder.film is not None:
        recorder.finish(0, "KILLED", [], {}, max(time.time_ns() // 10**6, recorder.film.start_ms))
