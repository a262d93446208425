"""Recording every film of a queue that is complete or followed, until none is left."""

from __future__ import annotations

import gc
import time
from pathlib import Path

from storyvid.record.mlflow.recorder import FilmRecorder, Store
from storyvid.record.mlflow.store import import_mlflow
from storyvid.record.tracking_queue import Queue, QueuedFilm, note_trouble, ready_films, recording_lock, waiting_films

POLL_S = 0.25
ASKED_S = 1.0  # longer than anybody holds the lock who only asks


def record_queue(queue: Queue) -> None:
    """Record until nothing is ready any more, or leave that to the process that is already at it.

    Args:
        queue: To record.
    """
    failed: set[Path] = set()
    # Looked at again after letting go: whoever found the lock taken has left its film to this process.
    while set(ready_films(queue.folder)) - failed:
        with recording_lock(queue.folder, ASKED_S) as ours:
            if not ours or not _load(queue.folder):
                return
            recording = Recording(Store(queue), failed)
            while recording.go_on():
                time.sleep(POLL_S)


class Recording:
    """The films of a queue, each with what was read of it so far.

    Args:
        store: Where they are recorded.
        failed: Grows by films whose failure could not be written down: they are not tried again.
    """

    def __init__(self, store: Store, failed: set[Path] | None = None) -> None:
        self._store, self._failed = store, set() if failed is None else failed
        self._films: dict[Path, FilmRecorder] = {}

    def go_on(self) -> bool:
        """Record what is new; returns whether more is to be expected."""
        paths = [path for path in waiting_films(self._store.queue.folder) if path not in self._failed]
        films = {path: self._films.get(path) or FilmRecorder(QueuedFilm(path), self._store) for path in paths}
        more = [film.go_on() for film in films.values()]
        self._films = {path: film for path, film in films.items() if not film.is_left}  # tried anew from its beginning
        self._failed |= {path for path, film in films.items() if film.is_left and not film.is_noted}
        return any(more)


def _load(folder: Path) -> bool:
    """Import MLflow; where that fails, say so with every film."""
    gc.disable()  # what is imported is no garbage: looking through it takes a sixth of the time, and later as much again
    try:
        import_mlflow()
    except Exception as error:  # of whatever it is made of
        for film in waiting_films(folder):
            note_trouble(film, f"MLflow can't be loaded ({type(error).__name__}: {error}); try python -m pip install mlflow")
        return False
    finally:
        gc.freeze()
        gc.enable()
    return True
