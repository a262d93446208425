"""Films on their way to MLflow: lines that are whole or not there, and films that nobody forgets."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest

from storyvid.record import tracking_queue
from storyvid.record.database import database_uri
from storyvid.record.owner import describe_owner
from storyvid.record.tracking_queue import (
    FilmFile,
    Queue,
    QueuedFilm,
    complete_films,
    films_from_elsewhere,
    is_recording,
    note_trouble,
    ready_films,
    recording_lock,
    remove,
    troubles,
    try_anew,
    waiting_films,
)


def test_messages_are_read_as_they_come_and_only_whole_ones(tmp_path: Path) -> None:
    film = FilmFile(Queue(tmp_path).folder)
    film.append({"do": "start_film", "title": "Küste 🎬\n"})
    reader = QueuedFilm(film.path)
    assert reader.new_messages() == [{"do": "start_film", "title": "Küste 🎬\n"}]
    assert reader.new_messages() == []
    with film.path.open("ab") as file:
        file.write(b'{"do": ')
    assert reader.new_messages() == []
    with film.path.open("ab") as file:
        file.write(b'"log_shot"}\n{"do": "fin')
    assert reader.new_messages() == [{"do": "log_shot"}]


def test_a_line_that_did_not_fit_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = FilmFile(tmp_path)
    film.append({"do": "start_film"})
    real = Path.open

    class Full:
        def __init__(self, file: Any) -> None:
            self.file = file

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *error: object) -> None:
            self.file.close()

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

        def write(self, line: bytes) -> int:
            self.file.write(line[:5])
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda path, *how, **more: Full(real(path, *how, **more)))
        with pytest.raises(OSError, match="No space left"):
            film.append({"do": "log_shot"})
        second = FilmFile(tmp_path)
        with pytest.raises(OSError, match="No space left"):
            second.append({"do": "start_film"})
    assert not second.path.exists()
    film.append({"do": "finish"})
    assert [json.loads(line)["do"] for line in film.path.read_text(encoding="utf-8").splitlines()] == ["start_film", "finish"]


def test_films_wait_in_their_order_and_those_that_failed_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    films = []
    for moment in (10**18, 10**18 + 1, 10**18 + 2):
        monkeypatch.setattr(tracking_queue.time, "time_ns", lambda now=moment: now)
        films.append(FilmFile(tmp_path))
        films[-1].append({"do": "start_film"})
    assert waiting_films(tmp_path) == [film.path for film in films]
    note_trouble(films[1].path, "locked")
    assert waiting_films(tmp_path) == [films[0].path, films[2].path]
    assert troubles(tmp_path) == {films[1].path: "locked"}
    try_anew(tmp_path)
    assert (len(waiting_films(tmp_path)), troubles(tmp_path)) == (3, {})
    for film in films:
        note_trouble(film.path, "x")
        remove(film.path)
    assert list(tmp_path.iterdir()) == []


def test_complete_is_what_is_finished_or_has_lost_its_render(tmp_path: Path) -> None:
    here = describe_owner()
    owners = {
        "goes on": here,
        "dead": here | {"process_start": here["process_start"] - 3600},
        "elsewhere": here | {"host": "other"},
    }
    films = {name: FilmFile(tmp_path) for name in (*owners, "finished", "damaged")}
    for name, owner in owners.items():
        films[name].append({"do": "start_film", "owner": owner})
    films["finished"].append({"do": "start_film", "owner": None})
    films["finished"].append({"do": "finish"})
    films["damaged"].path.write_bytes(b"[]\n")
    (tmp_path / "1-2-3.jsonl").touch()
    assert set(complete_films(tmp_path)) == {films[name].path for name in ("dead", "finished", "damaged")}
    assert films_from_elsewhere(tmp_path) == [films["elsewhere"].path]
    for name in ("goes on", "elsewhere"):
        films[name].append({"do": "follow"})
    assert set(ready_films(tmp_path)) == {films[name].path for name in ("goes on", "dead", "finished", "damaged")}


def test_a_note_without_its_film_is_no_trouble(tmp_path: Path) -> None:
    note_trouble(tmp_path / "1-2-3.jsonl", "locked")
    assert troubles(tmp_path) == {}


def test_a_reason_may_hold_what_is_no_unicode(tmp_path: Path) -> None:
    film = FilmFile(tmp_path)
    film.append({"do": "start_film"})
    note_trouble(film.path, "in k\udcfcste")
    assert troubles(tmp_path) == {film.path: "in k\\udcfcste"}


def test_each_store_that_was_named_has_a_queue_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own, named, server = (
        Queue(tmp_path / "m"),
        Queue(tmp_path / "m", "sqlite:///runs.db"),
        Queue(tmp_path / "m", "https://host:5000"),
    )
    assert own.address == database_uri(tmp_path / "m" / "mlflow.db")
    assert named.address == database_uri(tmp_path / "runs.db")
    assert server.address == "https://host:5000"
    assert own.folder == tmp_path / "m" / "queue"
    assert {named.folder.parent, server.folder.parent} == {own.folder}
    assert named.folder != server.folder


def test_one_process_records_at_a_time(tmp_path: Path) -> None:
    assert not is_recording(tmp_path)
    with recording_lock(tmp_path) as ours, recording_lock(tmp_path) as second:
        assert (ours, second) == (True, False)
        assert is_recording(tmp_path)
    assert not is_recording(tmp_path)
