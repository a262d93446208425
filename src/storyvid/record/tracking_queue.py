"""Films that MLflow has not been told of yet: ``mlruns/queue`` holds one file of JSON lines for each.

A render only adds lines to its film's file, and never waits. The recording process (`storyvid.record.mlflow`) reads the
lines, also while they are being written, and removes the file once MLflow has the whole film. What a killed render, a killed
recording, a locked database or a server that is down leave in the folder is recorded later: by the next film, by ``ui`` or by
``sync``. Where recording a film failed, a file ``.trouble`` beside it says why.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from storyvid.record.owner import is_dead
from storyvid.record.renaming import discard

SUFFIX = ".jsonl"
TROUBLE = ".trouble"
LOG = "recorder.log"
LOCK = "recorder.lock"
NEVER_BEGUN_S = 60.0
Message = dict[str, Any]


def queue_of(mlruns: Path) -> Path:
    """The folder of the films that wait."""
    return mlruns / "queue"


class FilmFile:
    """What a render writes: one film, message by message.

    Args:
        queue: Folder; made with the first message where it is missing.
    """

    def __init__(self, queue: Path) -> None:
        # In the order in which the films began; only the reader's order hangs on the clock.
        self.path = queue / f"{time.time_ns()}-{os.getpid()}-{secrets.token_hex(3)}{SUFFIX}"

    def append(self, message: Mapping[str, Any]) -> None:
        """Add a message, whole or not at all.

        Raises:
            OSError: The disk is full, or the folder or the file may not be written.
            TypeError: It can't be written as JSON.
        """
        line = json.dumps(message, default=_plain).encode("ascii") + b"\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab", buffering=0) as file:
            before = file.seek(0, os.SEEK_END)
            try:
                if file.write(line) < len(line):
                    raise OSError(f"{self.path}: the disk took only a part")
            except OSError:
                with suppress(OSError):  # half a line would spoil the next
                    file.truncate(before)
                raise


class QueuedFilm:
    """What the recording process reads: the messages of one film, as they come.

    Args:
        path: Of a `FilmFile`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0

    @property
    def name(self) -> str:
        """Tells it from every other film."""
        return self.path.stem

    def new_messages(self) -> list[Message]:
        """The whole lines since the last call.

        Raises:
            OSError: The file can't be read.
            ValueError: It is damaged.
        """
        with self.path.open("rb") as file:
            file.seek(self._read)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read += len(whole)
        return [json.loads(line) for line in whole.splitlines()]

    def discard_if_never_begun(self) -> None:
        """Remove a file in whose first line its render was killed."""
        if time.time() - self.path.stat().st_mtime > NEVER_BEGUN_S:
            remove(self.path)


def waiting_films(queue: Path) -> list[Path]:
    """The films that nobody has failed to record since somebody last tried anew, oldest first."""
    films = sorted(queue.glob(f"*{SUFFIX}"))
    return [film for film in films if not film.with_suffix(TROUBLE).exists()]


def complete_films(queue: Path) -> list[Path]:
    """Of the films that wait those to which nothing will be added, because they are finished or their render is dead."""
    return [film for film in waiting_films(queue) if _is_complete(film)]


def _is_complete(film: Path) -> bool:
    try:
        messages = QueuedFilm(film).new_messages()
    except FileNotFoundError:  # recorded this very moment
        return False
    except (OSError, ValueError):  # whoever records it will say why
        return True
    if not messages:
        return True
    return messages[-1].get("do") == "finish" or is_dead(messages[0].get("owner", {}))


def note_trouble(film: Path, why: str) -> None:
    """Leave a film for later."""
    film.with_suffix(TROUBLE).write_text(f"{why}\n", encoding="utf-8", newline="\n")


def troubles(queue: Path) -> dict[Path, str]:
    """Why films could not be recorded, by their files."""
    found = {}
    for note in sorted(queue.glob(f"*{TROUBLE}")):
        with suppress(OSError, ValueError):  # tried anew this very moment
            found[note.with_suffix(SUFFIX)] = note.read_text(encoding="utf-8").strip()
    return found


def try_anew(queue: Path) -> None:
    """Forget what failed, so that it is tried again."""
    for note in queue.glob(f"*{TROUBLE}"):
        discard(note)


def remove(film: Path) -> None:
    """A film that is recorded."""
    discard(film)
    discard(film.with_suffix(TROUBLE))


@contextmanager
def recording_lock(queue: Path, wait_s: float = 0.0) -> Iterator[bool]:
    """Try to become the one process that records a folder; gives whether that worked.

    Args:
        queue: Folder.
        wait_s: How long to try, seconds. Whoever only asks `is_recording` holds the lock for an instant, too.
    """
    lock = FileLock(queue / LOCK)
    try:
        lock.acquire(timeout=wait_s)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def is_recording(queue: Path) -> bool:
    """Whether a process records the folder now."""
    if not (queue / LOCK).exists():
        return False
    with recording_lock(queue) as free:
        return not free


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return value.item() if hasattr(value, "item") else str(value)  # a numpy number is a number
