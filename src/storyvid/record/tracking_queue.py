"""Films that MLflow has not been told of yet: ``mlruns/queue`` holds one file of JSON lines for each.

A render only adds lines to its film's file, and never waits. The recording process (`storyvid.record.mlflow`) takes a film once
it is complete, or earlier where its render asks for that (`FOLLOW`), and removes the file when MLflow has the film. What a killed
render, a killed recording, a locked database or a server that is down leave in the folder is recorded later: by the next film, by
``ui`` or by ``sync``. Where recording a film failed, a file ``.trouble`` beside it says why.

A file says what to record, never where: it may be a stranger's. The place is the folder's own, or was named on a command line.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from storyvid.record.database import database_of, database_path, database_uri
from storyvid.record.owner import is_dead, is_of_this_host
from storyvid.record.renaming import discard, discard_patiently
from storyvid.record.run_folder import write_text

SUFFIX = ".jsonl"
TROUBLE = ".trouble"
RECORDED = ".recorded"
LOG = "recorder.log"
LOCK = "recorder.lock"
FOLLOW = "follow"  # a message: record this film while it is rendered
NEVER_BEGUN_S = 60.0
Message = dict[str, Any]


@dataclass(frozen=True)
class Queue:
    """The films that wait for one store.

    Attributes:
        mlruns: Folder of the queue, and of the database and its artifacts; absolute.
        uri: ``tracking.uri``; None = the database below ``mlruns``. A relative ``sqlite:///`` file counts from the current folder.
    """

    mlruns: Path
    uri: str | None = None

    @property
    def address(self) -> str:
        """MLflow's address of the store, whole."""
        if self.uri is None:
            return database_uri(database_path(self.mlruns))
        database = database_of(self.uri)
        return self.uri if database is None else database_uri(database)

    @property
    def folder(self) -> Path:
        """Where the films lie: each store that was named has a folder of its own."""
        folder = self.mlruns / "queue"
        return folder if self.uri is None else folder / hashlib.sha256(self.address.encode()).hexdigest()[:8]


class FilmFile:
    """What a render writes: one film, message by message.

    Args:
        folder: Of a queue; made with the first message where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        # In the order in which the films began; only the reader's order hangs on the clock.
        self.path = folder / f"{time.time_ns()}-{os.getpid()}-{secrets.token_hex(3)}{SUFFIX}"

    def append(self, message: Mapping[str, Any]) -> None:
        """Add a message, whole or not at all.

        Raises:
            OSError: The disk is full, or the folder or the file may not be written.
            TypeError: It can't be written as JSON.
        """
        line = json.dumps(message, default=_plain).encode("ascii") + b"\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._write(line)
        except OSError:
            with suppress(OSError):
                if not self.path.stat().st_size:
                    discard(self.path)
            raise

    def _write(self, line: bytes) -> None:
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
        messages = [json.loads(line) for line in whole.splitlines()]
        if not all(isinstance(message, dict) and isinstance(message.get("do"), str) for message in messages):
            raise ValueError("a line is no message")
        return messages

    def discard_if_never_begun(self) -> None:
        """Remove a file in whose first line its render was killed."""
        if abs(time.time() - self.path.stat().st_mtime) > NEVER_BEGUN_S:
            remove(self.path)


def owner_of(messages: Sequence[Message]) -> Mapping[str, Any]:
    """The render that wrote a film, or nothing where that is not said (see `storyvid.record.owner`)."""
    owner = messages[0].get("owner") if messages else None
    return owner if isinstance(owner, dict) else {}


def is_finished(messages: Sequence[Message]) -> bool:
    """Whether a film's render has written its end."""
    return bool(messages) and messages[-1]["do"] == "finish"


def is_followed(messages: Sequence[Message]) -> bool:
    """Whether a film is to be recorded while it is rendered, on this computer."""
    return is_of_this_host(owner_of(messages)) and any(message["do"] == FOLLOW for message in messages)


def counted(films: int) -> str:
    """A number of films, in words."""
    return f"{films} film{'s' * (films != 1)}"


def waiting_films(folder: Path) -> list[Path]:
    """The films that nobody has failed to record since somebody last tried anew, oldest first."""
    films = sorted(folder.glob(f"*{SUFFIX}"))
    for film in films:
        if film.with_suffix(RECORDED).exists():
            remove(film, patience_s=0.0)
    return [film for film in films if not any(film.with_suffix(mark).exists() for mark in (TROUBLE, RECORDED)) and film.exists()]


def complete_films(folder: Path) -> list[Path]:
    """Of the films that wait those to which nothing will be added, because they are finished or their render is dead."""
    return [film for film in waiting_films(folder) if _is(film, _is_complete)]


def ready_films(folder: Path) -> list[Path]:
    """The complete films and those that are followed."""
    return [film for film in waiting_films(folder) if _is(film, lambda told: _is_complete(told) or is_followed(told))]


def films_from_elsewhere(folder: Path) -> list[Path]:
    """Films without an end whose render was on another computer, or in a container: nobody here sees whether it goes on."""
    return [
        film
        for film in waiting_films(folder)
        if _is(film, lambda told: bool(told) and not is_finished(told) and not is_of_this_host(owner_of(told)), damaged=False)
    ]


def _is_complete(messages: Sequence[Message]) -> bool:
    return is_finished(messages) or is_dead(owner_of(messages))


def _is(film: Path, what: Callable[[Sequence[Message]], bool], *, damaged: bool = True) -> bool:
    try:
        return what(QueuedFilm(film).new_messages())
    except FileNotFoundError:  # recorded this very moment
        return False
    except (OSError, ValueError):  # whoever records it will say why
        return damaged


def note_trouble(film: Path, why: str) -> None:
    """Leave a film for later.

    Raises:
        OSError: The note can't be written.
    """
    write_text(film.with_suffix(TROUBLE), f"{why}\n".encode("utf-8", "backslashreplace").decode())


def troubles(folder: Path) -> dict[Path, str]:
    """Why films could not be recorded, by their files."""
    found = {}
    for note in sorted(folder.glob(f"*{TROUBLE}")):
        if (film := note.with_suffix(SUFFIX)).exists():
            with suppress(OSError, ValueError):  # tried anew this very moment
                found[film] = note.read_text(encoding="utf-8").strip()
    return found


def describe_left(folder: Path) -> Iterator[str]:
    """What waits after everything that could be recorded was, with the reason and the way out."""
    for film, why in troubles(folder).items():
        yield f"Not recorded: {why or 'no reason was kept'}\n  It waits in {film}; delete that file to go without it"
    for film in films_from_elsewhere(folder):
        yield (
            f"Not recorded: a film without an end, from another computer or container, which may still go on\n"
            f"  It waits in {film}; delete that file to go without it"
        )
    left = complete_films(folder)
    if left:
        yield f"Recording ended before all was done: {last_words(folder) or 'it gave no reason'}\n  The next waits in {left[0]}"


def try_anew(folder: Path) -> None:
    """Forget what failed, so that it is tried again."""
    for note in folder.glob(f"*{TROUBLE}"):
        discard(note)


def remove(film: Path, patience_s: float | None = None) -> None:
    """A film that is recorded; where another program holds its file, a mark beside it says so, and it goes later.

    Args:
        film: Its file.
        patience_s: How long to try, seconds; None = as long as for other files.
    """
    if discard_patiently(film, patience_s):
        for mark in (TROUBLE, RECORDED):
            discard(film.with_suffix(mark))
    else:
        with suppress(OSError):
            film.with_suffix(RECORDED).touch()


@contextmanager
def recording_lock(folder: Path, wait_s: float = 0.0) -> Iterator[bool]:
    """Try to become the one process that records a folder; gives whether that worked.

    Args:
        folder: Of a queue.
        wait_s: How long to try, seconds. Whoever only asks `is_recording` holds the lock for an instant, too.
    """
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=wait_s)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def is_recording(folder: Path) -> bool:
    """Whether a process records the folder now."""
    if not (folder / LOCK).exists():
        return False
    with recording_lock(folder) as free:
        return not free


def last_words(folder: Path) -> str:
    """The last line that the last recording process said, or an empty text."""
    try:
        lines = (folder / LOG).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1].strip() if lines else ""


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return value.item() if hasattr(value, "item") else str(value)  # a numpy number is a number
