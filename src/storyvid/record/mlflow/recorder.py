"""One film of the queue: its messages become MLflow runs, or it is left in the queue with the reason."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyvid.record.database import LOCAL_SERVER, runs_link
from storyvid.record.mlflow.film import FilmLog
from storyvid.record.mlflow.store import forget_film, open_experiment, open_store
from storyvid.record.mlflow.trouble import in_plain_words
from storyvid.record.owner import is_dead, is_of_this_host
from storyvid.record.run_folder import write_json
from storyvid.record.tracking_queue import Message, QueuedFilm, note_trouble, remove

if TYPE_CHECKING:
    from mlflow import MlflowClient

REFUSED_S = 30.0  # how long an address that failed is not asked again: a server that is down costs seconds each time


class Stores:
    """Clients by address, opened once.

    Args:
        open_one: Opens the store at an address.
    """

    def __init__(self, open_one: Callable[[str], MlflowClient] = open_store) -> None:
        self._open_one = open_one
        self._clients: dict[str, MlflowClient] = {}
        self._refused: dict[str, tuple[float, Exception]] = {}

    def client(self, uri: str) -> MlflowClient:
        """The client of a store; raises what opening it raises."""
        since, error = self._refused.get(uri, (0.0, None))
        if error is not None and time.monotonic() - since < REFUSED_S:
            raise error
        if uri not in self._clients:
            try:
                self._clients[uri] = self._open_one(uri)
            except Exception as refused:
                self._refused[uri] = time.monotonic(), refused
                raise
        return self._clients[uri]


class FilmRecorder:
    """Reads a film's messages as they come and obeys them.

    A film is recorded wholly or left in the queue: what an earlier try recorded of it is deleted when it is tried again.

    Args:
        film: In the queue.
        stores: Shared by the films.

    Attributes:
        is_left: Whether recording it failed, so that the rest of it is not read.
    """

    def __init__(self, film: QueuedFilm, stores: Stores) -> None:
        self._film, self._stores = film, stores
        self._log: FilmLog | None = None
        self._opening: Message = {}
        self._last_ms = 0
        self.is_left = False  # because recording it failed
        self._warnings: list[str] = []

    def go_on(self) -> bool:
        """Record what is new.

        Returns:
            Whether more is to be expected: its render lives, on this computer.
        """
        try:
            was_dead = is_dead(self._opening.get("owner", {}))
            messages = self._film.new_messages()  # after that: it may have written before it died
            if any(self._obey(message) for message in messages):
                return False
            if not messages and was_dead:
                self._finish("KILLED", [], {}, self._last_ms)
                return False
            if not messages and not self._opening:
                self._film.discard_if_never_begun()
        except FileNotFoundError:  # somebody has removed it
            return False
        except Exception as error:
            self._leave(error)
            return False
        return is_of_this_host(self._opening.get("owner", {}))

    def _obey(self, message: Message) -> bool:
        """Returns whether it was the last."""
        what, arguments = message["do"], {key: value for key, value in message.items() if key != "do"}
        self._last_ms = message["time_ms"]
        if what == "start_film":
            self._opening = message
            self._start(message["film"], message["uri"], Path(message["mlruns"]), message["owner"], message["time_ms"])
        elif self._log is None:
            raise ValueError("it does not say of which film it is")
        elif what == "log_shot":
            self._log.log_shot(**arguments)
        elif what == "finish":
            self._finish(**arguments)
            return True
        else:
            raise ValueError(f"it holds a message {what!r} that this storyvid does not know")
        return False

    def _start(self, film: Mapping[str, Any], uri: str, mlruns: Path, owner: Mapping[str, Any], time_ms: int) -> None:
        client = self._stores.client(uri)
        experiment_id, self._warnings = open_experiment(client, uri, mlruns, film["project"])
        forget_film(client, experiment_id, self._film.name)
        self._log = FilmLog(client, experiment_id, film, self._film.name, owner["host"], time_ms)

    def _finish(self, status: str, artifacts: Iterable[str], metrics: Mapping[str, Any], time_ms: int) -> None:
        assert self._log is not None
        self._log.finish(status, artifacts, metrics, time_ms)
        uri = self._opening["uri"]
        base = uri if uri.startswith(("http://", "https://")) else LOCAL_SERVER
        link = runs_link(self._log.experiment_id, self._opening["film"]["sweep_id"], base)
        warnings = list(dict.fromkeys(self._warnings + self._log.warnings))
        self._answer(run_id=self._log.run_id, experiment_id=self._log.experiment_id, link=link, warnings=warnings)
        remove(self._film.path)

    def _leave(self, error: Exception) -> None:
        self.is_left = True
        uri = self._opening.get("uri")
        if uri is None:
            why = f"{self._film.path} is damaged ({error}); delete it to go without that film in MLflow"
        else:
            why = f"MLflow at {uri} has not taken {self._opening['film']['name']}: {in_plain_words(error, uri)}"
        with suppress(OSError):
            print(why, file=sys.stderr, flush=True)
        with suppress(OSError):  # of a full disk: it is left as long as this process lives
            note_trouble(self._film.path, why)
        self._answer(run_id=None, experiment_id=None, link=None, warnings=[why])

    def _answer(self, **told: Any) -> None:
        path = self._opening.get("answer")
        if path is not None and Path(path).parent.is_dir():  # the run folder may be gone by now
            with suppress(OSError):
                write_json(Path(path), told)
