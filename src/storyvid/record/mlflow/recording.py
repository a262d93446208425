"""Recording every film of a queue, those that are still being rendered included, until none is left."""

from __future__ import annotations

import gc
import time
from pathlib import Path

from storyvid.record.mlflow.recorder import FilmRecorder, Stores
from storyvid.record.mlflow.store import import_mlflow
from storyvid.record.tracking_queue import QueuedFilm, note_trouble, recording_lock, waiting_films

POLL_S = 0.25
ASKED_S = 1.0  # longer than anybody holds the lock who only asks


def record_queue(queue: Path) -> None:
    """Record until nothing waits any more, or leave that to the process that is already at it.

    Args:
        queue: Folder.
    """
    while waiting_films(queue):  # looked at again after letting go: whoever found the lock taken has left its film to this process
        with recording_lock(queue, ASKED_S) as ours:
            if not ours:
                return
            if not _load(queue):
                continue
            recording = Recording(queue)
            while recording.go_on():
                time.sleep(POLL_S)
        if recording.is_done():
            return


class Recording:
    """The films of a queue, each with what was read of it so far.

    Args:
        queue: Folder.
        stores: Where clients come from.
    """

    def __init__(self, queue: Path, stores: Stores | None = None) -> None:
        self._queue, self._stores = queue, stores or Stores()
        self._films: dict[Path, FilmRecorder] = {}
        self._failed: set[Path] = set()

    def go_on(self) -> bool:
        """Record what is new; returns whether more is to be expected."""
        paths = [path for path in waiting_films(self._queue) if path not in self._failed]
        films = {path: self._films.get(path) or FilmRecorder(QueuedFilm(path), self._stores) for path in paths}
        more = [film.go_on() for film in films.values()]
        self._films = {path: film for path, film in films.items() if not film.is_left}  # tried anew from its beginning
        self._failed |= {path for path, film in films.items() if film.is_left and path in waiting_films(self._queue)}
        return any(more)

    def is_done(self) -> bool:
        """Whether only films are left whose render is on another computer, or whose failure could not be written down."""
        return set(waiting_films(self._queue)) <= self._films.keys() | self._failed


def _load(queue: Path) -> bool:
    """Import MLflow; where that fails, say so with every film."""
    gc.disable()  # what is imported is no garbage: looking through it takes a sixth of the time, and later as much again
    try:
        import_mlflow()
    except ImportError as error:
        for film in waiting_films(queue):
            note_trouble(film, f"MLflow can't be loaded ({error}); install it: python -m pip install mlflow")
        return False
    finally:
        gc.freeze()
        gc.enable()
    return True
