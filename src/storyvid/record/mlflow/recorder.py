"""One film of the queue: its messages become MLflow runs, or it is left in the queue with the reason."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyvid.record.database import LOCAL_SERVER, runs_link
from storyvid.record.mlflow.film import FilmLog
from storyvid.record.mlflow.store import forget_film, open_experiment, open_store
from storyvid.record.mlflow.trouble import in_plain_words
from storyvid.record.owner import is_dead
from storyvid.record.run_folder import RunFolder, write_json
from storyvid.record.tracking_queue import (
    FOLLOW,
    Message,
    Queue,
    QueuedFilm,
    is_finished,
    is_followed,
    note_trouble,
    owner_of,
    remove,
)
from storyvid.storyboard.schema import check_file_name

if TYPE_CHECKING:
    from mlflow import MlflowClient

REFUSED_S = 5.0  # how long a store that failed is not asked again: a server that is down costs seconds each time


class Store:
    """The client of a queue's store, opened when it is first needed.

    Args:
        queue: Whose films are recorded.
        open_one: Opens the store at an address.
    """

    def __init__(self, queue: Queue, open_one: Callable[[str], MlflowClient] = open_store) -> None:
        self.queue = queue
        self._open_one = open_one
        self._client: MlflowClient | None = None
        self._refused: tuple[float, Exception] | None = None

    def client(self) -> MlflowClient:
        """The client; raises what opening the store raises."""
        if self._refused is not None and time.monotonic() - self._refused[0] < REFUSED_S:
            raise self._refused[1]
        if self._client is None:
            try:
                self._client = self._open_one(self.queue.address)
            except Exception as error:
                self._refused = time.monotonic(), error
                raise
        return self._client


class FilmRecorder:
    """Reads a film's messages as they come, and obeys them once the film is complete, or at once where it is followed.

    A film is recorded wholly or left in the queue: what an earlier try recorded of it is deleted when it is tried again.

    Args:
        film: In the queue.
        store: Shared by the films.

    Attributes:
        is_left: Whether recording it failed, so that the rest of it is not read.
        is_noted: Whether the reason for that could be written down.
    """

    def __init__(self, film: QueuedFilm, store: Store) -> None:
        self.is_left = self.is_noted = False
        self._film, self._store = film, store
        self._messages: list[Message] = []
        self._obeyed = 0
        self._is_recorded = False
        self._log: FilmLog | None = None
        self._warnings: list[str] = []

    def go_on(self) -> bool:
        """Record what is new; returns whether more is to be expected. Raises nothing: a film that fails must not stop others."""
        if self._is_recorded:  # another program held its file
            remove(self._film.path)
            return False
        try:
            dead = is_dead(owner_of(self._messages))
            self._messages += self._film.new_messages()
            if not dead and is_dead(owner_of(self._messages)):
                dead = True
                self._messages += self._film.new_messages()  # it may have written before it died
            if not self._messages:
                self._film.discard_if_never_begun()
                return False
        except FileNotFoundError:  # somebody has removed it
            return False
        except Exception as error:
            self._leave(error)
            return False
        return self._record(dead)

    def _record(self, dead: bool) -> bool:
        finished = is_finished(self._messages)
        if not (finished or dead or is_followed(self._messages)):
            return False
        try:
            for message in self._messages[self._obeyed :]:
                self._obey(message)
                self._obeyed += 1
            if dead and not finished:
                self._finish("KILLED", {}, int(self._messages[-1]["time_ms"]))
        except Exception as error:
            self._leave(error)
            return False
        return not (finished or dead)

    def _obey(self, message: Message) -> None:
        what, arguments = message["do"], {key: value for key, value in message.items() if key != "do"}
        if what == "start_film":
            self._start(message["film"], message["owner"], message["time_ms"])
        elif self._log is None:
            raise ValueError("it does not say of which film it is")
        elif what == "log_shot":
            self._log.log_shot(**arguments)
        elif what == "finish":
            self._finish(**arguments)
        elif what != FOLLOW:
            raise ValueError(f"it holds a message {what!r} that this storyvid does not know")

    def _start(self, film: Mapping[str, Any], owner: Mapping[str, Any], time_ms: int) -> None:
        client, queue = self._store.client(), self._store.queue
        project = check_file_name(film["project"])
        experiment_id, self._warnings = open_experiment(client, queue.address, queue.mlruns, project)
        forget_film(client, experiment_id, self._film.name, queue.mlruns / "artifacts" / project)
        self._log = FilmLog(client, experiment_id, film, self._film.name, owner["host"], time_ms)

    def _finish(self, status: str, metrics: Mapping[str, Any], time_ms: int) -> None:
        assert self._log is not None
        folder = self._run_folder()
        artifacts: Sequence[Path] = folder.tracked if folder is not None else ()
        if folder is None and self._messages[0].get("run"):
            self._warnings.append(f"its run folder {self._messages[0]['run']} is gone: it is tracked without its film and records")
        self._log.finish(status, artifacts, metrics, time_ms)
        address = self._store.queue.address
        base = address if address.startswith(("http://", "https://")) else LOCAL_SERVER
        link = runs_link(self._log.experiment_id, self._messages[0]["film"]["sweep_id"], base)
        warnings = list(dict.fromkeys(self._warnings + self._log.warnings))
        self._answer(run_id=self._log.run_id, experiment_id=self._log.experiment_id, link=link, warnings=warnings)
        self._is_recorded = True
        remove(self._film.path)

    def _run_folder(self) -> RunFolder | None:
        """The film's run folder, where there is one: what else a file of the queue names is neither read nor written."""
        run = self._messages[0].get("run")
        folder = RunFolder(Path(run)) if isinstance(run, str) and Path(run).is_absolute() else None
        return folder if folder is not None and folder.manifest.is_file() else None

    def _leave(self, error: Exception) -> None:
        self.is_left = True
        try:
            name = self._messages[0]["film"]["name"]
            why = f"MLflow at {self._store.queue.address} has not taken {name}: {in_plain_words(error, self._store.queue.address)}"
        except (IndexError, KeyError, TypeError):
            why = f"the file of a film is damaged: {type(error).__name__}: {error}"
        with suppress(OSError):
            print(why, file=sys.stderr, flush=True)
        with suppress(OSError):  # of a full disk: it is left as long as this process lives
            note_trouble(self._film.path, why)
            self.is_noted = True
        self._answer(run_id=None, experiment_id=None, link=None, warnings=[why])

    def _answer(self, **told: Any) -> None:
        folder = self._run_folder() if self._messages else None
        if folder is not None:
            with suppress(OSError, ValueError):
                write_json(folder.tracking, told)
